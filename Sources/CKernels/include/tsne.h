#ifndef CKERNELS_TSNE_H
#define CKERNELS_TSNE_H

#include <stddef.h>
#include <stdint.h>

/// Repulsion in the plane on points first..<first+count of n, exactly: with q_ij = 1 / (1 + |y_i − y_j|²),
/// forceX[i], forceY[i] = Σ_j q_ij² (y_i − y_j) and masses[i] = Σ_{j≠i} q_ij. Outputs start at point `first`.
void ck_tsne_repulsion(const float *x, const float *y, size_t n, size_t first, size_t count, float *forceX,
                       float *forceY, double *masses);

/// Attraction on points first..<first+count: Σ_j p_ij q_ij (y_i − y_j) over the entries rowStarts[i]..<rowStarts[i+1]
/// of row i. Outputs start at point `first`.
void ck_tsne_attraction(const float *x, const float *y, const int64_t *rowStarts, const int32_t *columns,
                        const float *affinities, size_t first, size_t count, float *forceX, float *forceY);

/// Σ p_ij log(1 + |y_i − y_j|²) over the rows of points first..<first+count, their entries laid out as for attraction.
double ck_tsne_divergence(const double *x, const double *y, const int64_t *rowStarts, const int32_t *columns,
                          const double *affinities, size_t first, size_t count);

/// weights[i] = exp(−beta·distances[i]), distances not negative; returns their sum, `weighted` that of weight times
/// distance.
double ck_tsne_weights(const double *distances, size_t count, double beta, double *weights, double *weighted);

#endif
