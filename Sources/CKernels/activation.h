#ifndef CKERNELS_ACTIVATION_H
#define CKERNELS_ACTIVATION_H

#include "elementary.h"

enum { IDENTITY = 0, SILU = 1, GELU = 2, RELU = 3, SIGMOID = 4, TANH = 5 };

INLINE float activated(int kind, float u) {
  switch (kind) {
    case SILU: return u / (1.0f + exp_float(-u));
    case GELU: return 0.5f * u * (1.0f + erf_float(u * 0.70710678118654752f, exp_float(-0.5f * u * u)));
    case RELU: return u < 0.0f ? 0.0f : u;  // NaN stays NaN
    case SIGMOID: return 1.0f / (1.0f + exp_float(-u));
    case TANH: return 1.0f - 2.0f / (1.0f + exp_float(2.0f * u));
    default: return u;
  }
}

INLINE float activation_slope(int kind, float u) {
  switch (kind) {
    case SILU: {
      float s = 1.0f / (1.0f + exp_float(-u));
      return s * fmaf(u, 1.0f - s, 1.0f);
    }
    case GELU: {
      float gaussian = exp_float(-0.5f * u * u);
      float cumulative = 0.5f * (1.0f + erf_float(u * 0.70710678118654752f, gaussian));
      return fmaf(u * 0.398942280401432678f, gaussian, cumulative);
    }
    case RELU: return u > 0.0f ? 1.0f : 0.0f;
    case SIGMOID: {
      float s = 1.0f / (1.0f + exp_float(-u));
      return s * (1.0f - s);
    }
    case TANH: {
      float t = 1.0f - 2.0f / (1.0f + exp_float(2.0f * u));
      return fmaf(-t, t, 1.0f);
    }
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
    case SIGMOID: {               \
      enum { KIND = SIGMOID };    \
      statement;                  \
    } break;                      \
    case TANH: {                  \
      enum { KIND = TANH };       \
      statement;                  \
    } break;                      \
    default: {                    \
      enum { KIND = IDENTITY };   \
      statement;                  \
    } break;                      \
  }

#endif
