#ifndef CKERNELS_VECTOR_H
#define CKERNELS_VECTOR_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

/// a·b + c of vectors, rounded once.
#define FMA(a, b, c) __builtin_elementwise_fma(a, b, c)

/// Every reduction whose terms lie along a vector has this many partial sums, whatever the registers' width: term i goes
/// to sum i % WIDTH, in order, and `tree_sum` adds them up.
enum { WIDTH = 16 };

typedef float wide __attribute__((vector_size(WIDTH * sizeof(float)), aligned(4)));

INLINE double tree_sum(double *sums) {
  for (int half = WIDTH / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) sums[i] += sums[i + half];
  return sums[0];
}

INLINE float tree_sum_float(float *sums) {
  for (int half = WIDTH / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) sums[i] += sums[i + half];
  return sums[0];
}

#endif
