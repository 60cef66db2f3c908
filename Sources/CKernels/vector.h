#ifndef CKERNELS_VECTOR_H
#define CKERNELS_VECTOR_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CK_SANITIZED
#endif
#endif

/// Compiles a function for several instruction sets; the loader picks the best one for the machine. It does so before a
/// sanitizer is ready, which therefore sees the baseline alone.
#if defined(__x86_64__) && !defined(CK_SANITIZED)
#define DISPATCHED __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define DISPATCHED
#endif

/// Sums may be reassociated into vector lanes; NaN and infinity keep their meaning (unlike -ffast-math).
#define REASSOCIATE _Pragma("clang fp reassociate(on)")

static inline float bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static inline uint32_t float_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

/// exp(x): 2^n times a degree-6 polynomial on [-ln2/2, ln2/2]; relative error below 3e-7;
/// saturates at exp(±87.3) so that no intermediate overflows, NaN stays NaN.
static inline float fast_exp(float x) {
  float clamped = x > 88.0f ? 88.0f : x;
  clamped = clamped < -87.3f ? -87.3f : clamped;
  float n = rintf(clamped * 1.44269504088896341f);
  float r = fmaf(n, -0.693359375f, clamped);
  r = fmaf(n, 2.12194440e-4f, r);
  float p = 1.9875691500e-4f;
  p = fmaf(p, r, 1.3981999507e-3f);
  p = fmaf(p, r, 8.3334519073e-3f);
  p = fmaf(p, r, 4.1665795894e-2f);
  p = fmaf(p, r, 1.6666665459e-1f);
  p = fmaf(p, r, 5.0000001201e-1f);
  p = fmaf(p, r * r, r + 1.0f);
  float scaled = p * bits_to_float((uint32_t)((int32_t)(n == n ? n : 0.0f) + 127) << 23);
  return x == x ? scaled : x;
}

/// Natural logarithm of a positive normal x (Cephes' logf); relative error below 2e-7.
static inline float fast_log(float x) {
  uint32_t bits = float_to_bits(x);
  int32_t exponent = (int32_t)(bits >> 23) - 126;
  float m = bits_to_float((bits & 0x007FFFFFu) | 0x3F000000u);
  int32_t low = m < 0.707106781186547524f;
  exponent -= low;
  m = (low ? m + m : m) - 1.0f;
  float z = m * m;
  float y = 7.0376836292e-2f;
  y = fmaf(y, m, -1.1514610310e-1f);
  y = fmaf(y, m, 1.1676998740e-1f);
  y = fmaf(y, m, -1.2420140846e-1f);
  y = fmaf(y, m, 1.4249322787e-1f);
  y = fmaf(y, m, -1.6668057665e-1f);
  y = fmaf(y, m, 2.0000714765e-1f);
  y = fmaf(y, m, -2.4999993993e-1f);
  y = fmaf(y, m, 3.3333331174e-1f);
  y = y * m * z;
  float e = (float)exponent;
  y = fmaf(e, -2.12194440e-4f, y);
  y = fmaf(-0.5f, z, y);
  return m + y + e * 0.693359375f;
}

#endif
