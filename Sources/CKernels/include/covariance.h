#ifndef CKERNELS_COVARIANCE_H
#define CKERNELS_COVARIANCE_H

#include <stddef.h>

/// Adds Σ_i ⟨x_i − mean, v_k⟩ (x_i − mean) to product[k, :] for each of `directionCount` directions v_k, all
/// row-major with `dimension` columns: the scatter matrix times the directions, without forming the matrix.
/// `centred` is room for `dimension` values.
void ck_scatter_product(const double *points, size_t count, size_t dimension, const double *mean,
                        const double *directions, size_t directionCount, double *centred, double *product);

/// Columns of points that `ck_projections` takes at a time.
enum { CK_PROJECTED_COLUMNS = 128 };

/// out[i, k] = Σ_j (x_ij − mean_j)·directions[j, k] for each of `count` points: `out` has `width` columns, a multiple of
/// CK_FACTOR_PANEL, and so has `directions`, one row for each of the points' `dimension`. `scratch` is room for
/// count·CK_PROJECTED_COLUMNS values.
void ck_projections(const double *points, size_t count, size_t dimension, const double *mean, const double *directions,
                    size_t width, double *scratch, double *out);

/// Columns that lie beside each other in a packed factor.
enum { CK_FACTOR_PANEL = 16 };

/// Doubles that a packed factor of a matrix of this size takes.
size_t ck_packed_factor_size(size_t dimension);

/// Packs a lower triangle M (row-major), so that a product with Mᵀ reads it in order: panels of CK_FACTOR_PANEL rows of
/// M, turned, each as deep as its last row is long; what lacks is zero.
void ck_pack_factor(const double *lower, size_t dimension, double *packed);

/// out[i·stride] = |M·(x_i − mean)|² for each of `count` points and a packed lower triangle M. `scratch` is room for
/// count·(dimension + CK_FACTOR_PANEL) values.
void ck_whitened_squares(const double *points, size_t count, size_t dimension, const double *mean, const double *packed,
                         double *scratch, double *out, size_t stride);

/// Points that `ck_weighted_scatter` takes together.
enum { CK_SCATTER_POINTS = 64 };

/// Columns of the sums of `ck_weighted_scatter`: those up to the diagonal of the last row, whole panels.
size_t ck_scatter_columns(size_t firstRow, size_t rowCount);

/// Adds Σ_i w_i (x_ij − m_j)(x_ik − m_k) to sums[j − firstRow, k] for `rowCount` rows j from `firstRow` on and the columns
/// k up to the diagonal (and some more), i in order; w_i = weights[i·weightStride], and points of weight 0 are passed
/// over. A row of `sums` has `ck_scatter_columns` values; `scratch` is room for CK_SCATTER_POINTS times that and
/// `rowCount`.
void ck_weighted_scatter(const double *points, size_t count, size_t dimension, const double *weights,
                         size_t weightStride, const double *centre, size_t firstRow, size_t rowCount, double *scratch,
                         double *sums);

/// Rows `from` ..< `to` of the Cholesky factor L, where LLᵀ is a symmetric matrix whose lower triangle is there, row-major;
/// the rows before are done. Returns `to`, or the first row at which the matrix is not positive definite.
size_t ck_cholesky_rows(double *matrix, size_t dimension, size_t from, size_t to);

/// Rows `from` ..< `to` of L⁻¹ in the place of those of L, a lower triangle; the rows before are done. `scratch` is room
/// for `dimension` values.
void ck_invert_rows(double *matrix, size_t dimension, size_t from, size_t to, double *scratch);

#endif
