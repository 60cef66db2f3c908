#ifndef CKERNELS_COVARIANCE_H
#define CKERNELS_COVARIANCE_H

#include <stddef.h>

/// Adds Σ_i ⟨x_i − mean, v_k⟩ (x_i − mean) to product[k, :] for each of `directionCount` directions v_k, all
/// row-major with `dimension` columns: the scatter matrix times the directions, without forming the matrix.
/// `centred` is room for `dimension` values.
void ck_scatter_product(const double *points, size_t count, size_t dimension, const double *mean,
                        const double *directions, size_t directionCount, double *centred, double *product);

#endif
