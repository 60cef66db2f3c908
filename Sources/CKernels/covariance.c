#include "include/covariance.h"

#include "vector.h"

DISPATCHED void ck_scatter_product(const double *points, size_t count, size_t dimension, const double *mean,
                                   const double *directions, size_t directionCount, double *restrict centred,
                                   double *restrict product) {
  REASSOCIATE
  for (size_t i = 0; i < count; i++) {
    const double *x = points + i * dimension;
    for (size_t j = 0; j < dimension; j++) centred[j] = x[j] - mean[j];
    for (size_t k = 0; k < directionCount; k++) {
      const double *v = directions + k * dimension;
      double *out = product + k * dimension;
      double projection = 0;
      for (size_t j = 0; j < dimension; j++) projection += centred[j] * v[j];
      for (size_t j = 0; j < dimension; j++) out[j] += projection * centred[j];
    }
  }
}
