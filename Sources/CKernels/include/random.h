#ifndef CKERNELS_RANDOM_H
#define CKERNELS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

#define CK_PHILOX_M0 0xD2511F53u
#define CK_PHILOX_M1 0xCD9E8D57u
#define CK_PHILOX_W0 0x9E3779B9u
#define CK_PHILOX_W1 0xBB67AE85u

/// One block of Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"):
/// four independent 32-bit words that depend on `key` and `counter` alone.
static inline void ck_philox(uint64_t key, uint64_t counter, uint32_t out[4]) {
  uint32_t x0 = (uint32_t)counter, x1 = (uint32_t)(counter >> 32), x2 = 0, x3 = 0;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)CK_PHILOX_M0 * x0, p1 = (uint64_t)CK_PHILOX_M1 * x2;
    x0 = (uint32_t)(p1 >> 32) ^ x1 ^ k0;
    x2 = (uint32_t)(p0 >> 32) ^ x3 ^ k1;
    x1 = (uint32_t)p1;
    x3 = (uint32_t)p0;
    k0 += CK_PHILOX_W0;
    k1 += CK_PHILOX_W1;
  }
  out[0] = x0;
  out[1] = x1;
  out[2] = x2;
  out[3] = x3;
}

/// Fills `out` with standard normals by Box-Muller; elements 4b..4b+3 come from block `firstBlock + b`.
void ck_normals(uint64_t key, uint64_t firstBlock, float *out, size_t count);

/// Fills `out` with uniforms in [0, 1), 24 bits each; elements 4b..4b+3 come from block `firstBlock + b`.
void ck_uniforms(uint64_t key, uint64_t firstBlock, float *out, size_t count);

#endif
