#include "include/covariance.h"

#include "vector.h"

#ifndef LANES
#define KERNELS "covariance.c"
#include "instruction_sets.h"
#else

KERNEL(void, ck_scatter_product,
       (const double *points, size_t count, size_t dimension, const double *mean, const double *directions,
        size_t directionCount, double *restrict centred, double *restrict product),
       (points, count, dimension, mean, directions, directionCount, centred, product)) {
  for (size_t i = 0; i < count; i++) {
    const double *x = points + i * dimension;
    for (size_t j = 0; j < dimension; j++) centred[j] = x[j] - mean[j];
    for (size_t k = 0; k < directionCount; k++) {
      const double *v = directions + k * dimension;
      double *out = product + k * dimension, sums[WIDTH] = {0};
      size_t j = 0;
      for (; j + WIDTH <= dimension; j += WIDTH)
        for (size_t lane = 0; lane < WIDTH; lane++) sums[lane] = fma(centred[j + lane], v[j + lane], sums[lane]);
      for (size_t lane = 0; j + lane < dimension; lane++) sums[lane] = fma(centred[j + lane], v[j + lane], sums[lane]);
      const double projection = tree_sum(sums);
      for (size_t j = 0; j < dimension; j++) out[j] = fma(projection, centred[j], out[j]);
    }
  }
}

#endif
