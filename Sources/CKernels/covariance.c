#include "include/covariance.h"

#include "vector.h"

#ifndef LANES

/// A slice of a panel this deep stays in the first-level cache while the points pass.
enum { SLICE = 128 };

INLINE size_t panel_depth(size_t dimension, size_t first) {
  return dimension - first < CK_FACTOR_PANEL ? dimension : first + CK_FACTOR_PANEL;
}

size_t ck_packed_factor_size(size_t dimension) {
  size_t size = 0;
  for (size_t first = 0; first < dimension; first += CK_FACTOR_PANEL)
    size += panel_depth(dimension, first) * CK_FACTOR_PANEL;
  return size;
}

void ck_pack_factor(const double *lower, size_t dimension, double *packed) {
  for (size_t first = 0; first < dimension; first += CK_FACTOR_PANEL) {
    const size_t depth = panel_depth(dimension, first);
    for (size_t p = 0; p < depth; p++, packed += CK_FACTOR_PANEL)
      for (size_t i = 0; i < CK_FACTOR_PANEL; i++) {
        const size_t row = first + i;
        packed[i] = row < dimension && p <= row ? lower[row * dimension + p] : 0;
      }
  }
}

size_t ck_scatter_columns(size_t firstRow, size_t rowCount) {
  return (firstRow + rowCount + CK_FACTOR_PANEL - 1) / CK_FACTOR_PANEL * CK_FACTOR_PANEL;
}

#define SCALAR double
#define KERNELS "covariance.c"
#include "instruction_sets.h"
#else
#include "tile_product.h"

/// Σ_j a_j b_j.
INLINE double NAMED(inner)(const double *a, const double *b, size_t count) {
  double sums[WIDTH] = {0};
  size_t j = 0;
  for (; j + WIDTH <= count; j += WIDTH)
    for (size_t lane = 0; lane < WIDTH; lane++) sums[lane] = fma(a[j + lane], b[j + lane], sums[lane]);
  for (size_t lane = 0; j + lane < count; lane++) sums[lane] = fma(a[j + lane], b[j + lane], sums[lane]);
  return tree_sum(sums);
}

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

KERNEL(void, ck_projections,
       (const double *points, size_t count, size_t dimension, const double *mean, const double *directions, size_t width,
        double *restrict scratch, double *out),
       (points, count, dimension, mean, directions, width, scratch, out)) {
  for (size_t first = 0; first < dimension; first += CK_PROJECTED_COLUMNS) {
    const size_t depth = dimension - first < CK_PROJECTED_COLUMNS ? dimension - first : CK_PROJECTED_COLUMNS;
    for (size_t i = 0; i < count; i++)
      for (size_t j = 0; j < depth; j++) scratch[i * depth + j] = points[i * dimension + first + j] - mean[first + j];
    NAMED(tile_product)(scratch, depth, 1, directions + first * width, width, out, width, count, width, depth, first > 0);
  }
}

KERNEL(void, ck_whitened_squares,
       (const double *points, size_t count, size_t dimension, const double *mean, const double *packed, double *scratch,
        double *out, size_t stride),
       (points, count, dimension, mean, packed, scratch, out, stride)) {
  enum { PANEL = CK_FACTOR_PANEL };
  double *restrict centred = scratch, *restrict products = scratch + count * dimension;
  for (size_t i = 0; i < count; i++) {
    for (size_t j = 0; j < dimension; j++) centred[i * dimension + j] = points[i * dimension + j] - mean[j];
    out[i * stride] = 0;
  }
  for (size_t first = 0; first < dimension; first += PANEL) {
    const size_t depth = panel_depth(dimension, first);
    for (size_t p = 0; p < depth; p += SLICE, packed += SLICE * PANEL) {
      const size_t some = depth - p < SLICE ? depth - p : SLICE;
      if (p == 0)
        NAMED(tile_product)(centred, dimension, 1, packed, PANEL, products, PANEL, count, PANEL, some, 0);
      else
        NAMED(tile_product)(centred + p, dimension, 1, packed, PANEL, products, PANEL, count, PANEL, some, 1);
    }
    packed -= ((depth + SLICE - 1) / SLICE * SLICE - depth) * PANEL;
    for (size_t i = 0; i < count; i++) out[i * stride] += NAMED(inner)(products + i * PANEL, products + i * PANEL, PANEL);
  }
}

KERNEL(void, ck_weighted_scatter,
       (const double *points, size_t count, size_t dimension, const double *weights, size_t weightStride,
        const double *centre, size_t firstRow, size_t rowCount, double *scratch, double *sums),
       (points, count, dimension, weights, weightStride, centre, firstRow, rowCount, scratch, sums)) {
  const size_t columns = ck_scatter_columns(firstRow, rowCount), known = columns < dimension ? columns : dimension;
  double *restrict centred = scratch, *restrict weighted = scratch + CK_SCATTER_POINTS * columns;
  for (size_t i = 0; i < count;) {
    size_t depth = 0;
    for (; i < count && depth < CK_SCATTER_POINTS; i++) {
      const double weight = weights[i * weightStride], *x = points + i * dimension;
      if (weight == 0) continue;
      double *row = centred + depth * columns;
      for (size_t k = 0; k < known; k++) row[k] = x[k] - centre[k];
      for (size_t k = known; k < columns; k++) row[k] = 0;
      for (size_t j = 0; j < rowCount; j++) weighted[depth * rowCount + j] = weight * row[firstRow + j];
      depth++;
    }
    NAMED(tile_product)(weighted, 1, rowCount, centred, columns, sums, columns, rowCount, columns, depth, 1);
  }
}

KERNEL(size_t, ck_cholesky_rows, (double *matrix, size_t dimension, size_t from, size_t to),
       (matrix, dimension, from, to)) {
  for (size_t i = from; i < to; i++) {
    double *row = matrix + i * dimension;
    for (size_t j = 0; j < i; j++)
      row[j] = (row[j] - NAMED(inner)(row, matrix + j * dimension, j)) / matrix[j * dimension + j];
    const double pivot = row[i] - NAMED(inner)(row, row, i);
    // Not "at most": what is not a number is refused too.
    if (!(pivot > 0x1p-1000) || pivot > 0x1p1000) return i;
    row[i] = sqrt(pivot);
  }
  return to;
}

KERNEL(void, ck_invert_rows, (double *matrix, size_t dimension, size_t from, size_t to, double *restrict scratch),
       (matrix, dimension, from, to, scratch)) {
  for (size_t i = from; i < to; i++) {
    double *row = matrix + i * dimension;
    for (size_t k = 0; k < i; k++) scratch[k] = 0;
    for (size_t k = 0; k < i; k++) {
      const double *earlier = matrix + k * dimension, factor = row[k];
      for (size_t j = 0; j <= k; j++) scratch[j] = fma(factor, earlier[j], scratch[j]);
    }
    const double reciprocal = 1 / row[i];
    for (size_t k = 0; k < i; k++) row[k] = -scratch[k] * reciprocal;
    row[i] = reciprocal;
  }
}

#endif
