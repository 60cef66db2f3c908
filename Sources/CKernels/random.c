#include "include/random.h"

#include "elementary.h"

#ifndef LANES

/// A uniform in (0, 1], so that its logarithm is finite.
INLINE float open_uniform(uint32_t word) { return ((float)(word >> 8) + 1.0f) * 0x1p-24f; }

INLINE float uniform(uint32_t word) { return (float)(word >> 8) * 0x1p-24f; }

/// Blocks computed side by side, one in each lane of a vector.
enum { GROUP = 16 };

#define KERNELS "random.c"
#include "instruction_sets.h"
#else

/// The words of GROUP blocks of ck_philox from `counter` on, word i of block b at words[i][b].
INLINE void NAMED(philox_group)(uint64_t key, uint64_t counter, uint32_t words[4][GROUP]) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int b = 0; b < GROUP; b++) {
    words[0][b] = (uint32_t)(counter + (uint64_t)b);
    words[1][b] = (uint32_t)((counter + (uint64_t)b) >> 32);
    words[2][b] = words[3][b] = 0;
  }
  for (int round = 0; round < 10; round++) {
    for (int b = 0; b < GROUP; b++) {
      const uint64_t p0 = (uint64_t)CK_PHILOX_M0 * words[0][b], p1 = (uint64_t)CK_PHILOX_M1 * words[2][b];
      words[0][b] = (uint32_t)(p1 >> 32) ^ words[1][b] ^ k0;
      words[2][b] = (uint32_t)(p0 >> 32) ^ words[3][b] ^ k1;
      words[1][b] = (uint32_t)p1;
      words[3][b] = (uint32_t)p0;
    }
    k0 += CK_PHILOX_W0;
    k1 += CK_PHILOX_W1;
  }
}

INLINE void NAMED(normal_group)(uint64_t key, uint64_t counter, float *out) {
  uint32_t words[4][GROUP];
  float values[4][GROUP];
  NAMED(philox_group)(key, counter, words);
  for (int pair = 0; pair < 2; pair++)
    for (int b = 0; b < GROUP; b++) {
      const float radius = sqrtf(-2.0f * log_normal_float(open_uniform(words[2 * pair][b])));
      float sine, cosine;
      sincos_turns(uniform(words[2 * pair + 1][b]), &sine, &cosine);
      values[2 * pair][b] = radius * cosine;
      values[2 * pair + 1][b] = radius * sine;
    }
  for (int b = 0; b < GROUP; b++)
    for (int i = 0; i < 4; i++) out[4 * b + i] = values[i][b];
}

INLINE void NAMED(uniform_group)(uint64_t key, uint64_t counter, float *out) {
  uint32_t words[4][GROUP];
  NAMED(philox_group)(key, counter, words);
  for (int b = 0; b < GROUP; b++)
    for (int i = 0; i < 4; i++) out[4 * b + i] = uniform(words[i][b]);
}

#define FILL(name, group)                                                                                       \
  KERNEL(void, name, (uint64_t key, uint64_t firstBlock, float *out, size_t count), (key, firstBlock, out, count)) { \
    size_t done = 0;                                                                                            \
    for (; done + 4 * GROUP <= count; done += 4 * GROUP) NAMED(group)(key, firstBlock + done / 4, out + done);  \
    if (done == count) return;                                                                                  \
    float last[4 * GROUP];                                                                                      \
    NAMED(group)(key, firstBlock + done / 4, last);                                                             \
    memcpy(out + done, last, (count - done) * sizeof(float));                                                   \
  }
FILL(ck_normals, normal_group)
FILL(ck_uniforms, uniform_group)
#undef FILL

#endif
