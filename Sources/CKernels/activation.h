#ifndef CKERNELS_ACTIVATION_H
#define CKERNELS_ACTIVATION_H

#include "vector.h"

enum { IDENTITY = 0, SILU = 1, GELU = 2, RELU = 3 };

#define INLINE static inline __attribute__((always_inline))

/// erf by Abramowitz and Stegun 7.1.26; absolute error below 6e-7: 1.5e-7 of the formula's, the rest rounding.
/// `gaussian` is exp(-x²).
INLINE float erf_from(float x, float gaussian) {
  float t = 1.0f / fmaf(0.3275911f, fabsf(x), 1.0f);
  float p = fmaf(fmaf(fmaf(fmaf(1.061405429f, t, -1.453152027f), t, 1.421413741f), t, -0.284496736f), t, 0.254829592f);
  return copysignf(1.0f - p * t * gaussian, x);
}

INLINE float activated(int kind, float u) {
  switch (kind) {
    case SILU: return u / (1.0f + fast_exp(-u));
    case GELU: return 0.5f * u * (1.0f + erf_from(u * 0.70710678118654752f, fast_exp(-0.5f * u * u)));
    case RELU: return u < 0.0f ? 0.0f : u;  // NaN stays NaN
    default: return u;
  }
}

INLINE float activation_slope(int kind, float u) {
  switch (kind) {
    case SILU: {
      float s = 1.0f / (1.0f + fast_exp(-u));
      return s * fmaf(u, 1.0f - s, 1.0f);
    }
    case GELU: {
      float gaussian = fast_exp(-0.5f * u * u);
      float cumulative = 0.5f * (1.0f + erf_from(u * 0.70710678118654752f, gaussian));
      return fmaf(u * 0.398942280401432678f, gaussian, cumulative);
    }
    case RELU: return u > 0.0f ? 1.0f : 0.0f;
    default: return 1.0f;
  }
}

/// Runs `statement` with `kind` a compile-time constant, so that its loops contain no branch.
#define FOR_KIND(kind, statement) \
  switch (kind) {                 \
    case SILU: {                  \
      enum { KIND = SILU };       \
      statement;                  \
    } break;                      \
    case GELU: {                  \
      enum { KIND = GELU };       \
      statement;                  \
    } break;                      \
    case RELU: {                  \
      enum { KIND = RELU };       \
      statement;                  \
    } break;                      \
    default: {                    \
      enum { KIND = IDENTITY };   \
      statement;                  \
    } break;                      \
  }

#endif
