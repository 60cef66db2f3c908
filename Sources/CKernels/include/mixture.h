#ifndef CKERNELS_MIXTURE_H
#define CKERNELS_MIXTURE_H

#include <stddef.h>

/// Squared distances from each of `count` points to each of `centreCount` centres, all row-major with `dimension`
/// columns: out[i·centreCount + c] = Σ_j (x_ij − m_cj)²·s_cj. `scales` has the centres' shape, or is NULL for s = 1.
/// Sums run over j in order, so a point's distances do not depend on the points beside it.
void ck_squared_distances(const double *points, size_t count, size_t dimension, const double *centres,
                          const double *scales, size_t centreCount, double *out);

/// Replaces each row d of `rows` [count, components] by softmax_c(offsets_c − d_c/2) and writes the logarithm of the
/// row's sum, Σ_c exp(offsets_c − d_c/2), to `logSums`.
void ck_responsibilities(double *rows, size_t count, size_t components, const double *offsets, double *logSums);

/// Adds to mass[c] Σ_i r_ic, to first[c, j] Σ_i r_ic (x_ij − m_cj) and to second[c, j] Σ_i r_ic (x_ij − m_cj)², i in
/// order. The moments are about `centres`, which keeps variances exact far from the origin.
void ck_accumulate_moments(const double *points, size_t count, size_t dimension, const double *responsibilities,
                           size_t components, const double *centres, double *mass, double *first, double *second);

#endif
