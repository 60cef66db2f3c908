#include "include/neighbours.h"

#include "vector.h"

#ifndef LANES

/// What the filter may err by, as a factor.
///
/// Of α = scale·(x − c) and β = scale·(y − c) the filter computes F = b + Σ_j (−2α_j)β_j, where b is |β|², in d + 1 terms.
/// Each is rounded by u = 2⁻²⁴ at most d + 2 times, its factors once each, and Σ|2α_jβ_j| ≤ 2|α||β| ≤ |α|² + |β|². So F
/// differs from |β|² − 2α·β by at most e·(|α|² + 2|β|²) with e = 1.01 (d + 8) u, the surplus covering products of errors
/// and the roundings of Double. 2e|β|² is taken off b beforehand, e|α|² added to the limit. (Higham, "Accuracy and
/// Stability of Numerical Algorithms", 3.1.) With so many columns that this no longer holds, nothing is too far.
INLINE double relative_error(size_t dimension) {
  return dimension > 1 << 17 ? INFINITY : 1.01 * ((double)dimension + 8) * 0x1p-24;
}

/// A slice of a panel this deep stays in the first-level cache while the queries pass.
enum { SLICE = 256 };

/// Rows by their places.
typedef struct {
  const double *values;
  const int32_t *rows;
  size_t dimension;
} places;

INLINE const double *row_at(places p, int32_t place) { return p.values + (size_t)p.rows[place] * p.dimension; }

/// Exchanges the elements off the diagonal of all blocks of 2·half rows of a square matrix: with every half, from 1 on, the
/// matrix is turned.
#define EXCHANGE(count, half, ofUpper, ofLower)                        \
  for (int i = 0; i < count; i++)                                      \
    if (!(i & half)) {                                                 \
      const NAMED(chains) upper = rows[i], lower = rows[i + half];     \
      rows[i] = __builtin_shufflevector(upper, lower, ofUpper);        \
      rows[i + half] = __builtin_shufflevector(upper, lower, ofLower); \
    }
#define PLACES(...) __VA_ARGS__

#define KERNELS "neighbours.c"
#include "instruction_sets.h"
#else

#if LANES == 4 && defined(__x86_64__)
// Without an instruction for it; the bound counts both roundings.
#define MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif
#if LANES == 16
// Two vectors of twelve rows leave too few registers for what the compiler loads ahead here, and eight hide the latency of
// the multiply-adds as well.
#undef PANEL_ROWS
#define PANEL_ROWS 8
#endif
#include "tile_product.h"

typedef int32_t NAMED(mask) __attribute__((vector_size(4 * LANES)));

KERNEL(void, ck_pack_queries,
       (const double *values, const int32_t *rows, size_t count, size_t dimension, const double *centre, double scale,
        float *packed, double *norms),
       (values, rows, count, dimension, centre, scale, packed, norms)) {
  for (size_t i = 0; i < count; i++, packed += dimension + 1) {
    const double *x = values + (size_t)rows[i] * dimension;
    double norm = 0;
    for (size_t j = 0; j < dimension; j++) {
      const double a = (x[j] - centre[j]) * scale;
      norm += a * a;
      packed[j] = (float)(-2 * a);
    }
    packed[dimension] = 1;
    norms[i] = norm;
  }
}

KERNEL(void, ck_pack_points,
       (const double *values, const int32_t *rows, size_t count, size_t dimension, const double *centre, double scale,
        float *packed),
       (values, rows, count, dimension, centre, scale, packed)) {
  const double kept = 1 - 2 * relative_error(dimension);
  for (size_t first = 0; first < count; first += CK_PANEL, packed += (dimension + 1) * CK_PANEL)
    for (size_t i = 0; i < CK_PANEL; i++) {
      if (first + i >= count) {
        for (size_t j = 0; j <= dimension; j++) packed[j * CK_PANEL + i] = 0;
        continue;
      }
      const double *x = values + (size_t)rows[first + i] * dimension;
      double norm = 0;
      for (size_t j = 0; j < dimension; j++) {
        const double b = (x[j] - centre[j]) * scale;
        norm += b * b;
        packed[j * CK_PANEL + i] = (float)b;
      }
      packed[dimension * CK_PANEL + i] = (float)(norm * kept) * (1 - 0x1p-23f);
    }
}

/// Pairs whose distances are summed at a time, each in a lane of a register: it is a chain of dependent additions.
#define CHAINS (LANES / 2)
typedef double NAMED(chains) __attribute__((vector_size(CHAINS * 8), aligned(8)));

INLINE void NAMED(turn)(NAMED(chains) rows[CHAINS]) {
#if LANES == 16
  EXCHANGE(CHAINS, 1, PLACES(0, 8, 2, 10, 4, 12, 6, 14), PLACES(1, 9, 3, 11, 5, 13, 7, 15))
  EXCHANGE(CHAINS, 2, PLACES(0, 1, 8, 9, 4, 5, 12, 13), PLACES(2, 3, 10, 11, 6, 7, 14, 15))
  EXCHANGE(CHAINS, 4, PLACES(0, 1, 2, 3, 8, 9, 10, 11), PLACES(4, 5, 6, 7, 12, 13, 14, 15))
#elif LANES == 8
  EXCHANGE(CHAINS, 1, PLACES(0, 4, 2, 6), PLACES(1, 5, 3, 7))
  EXCHANGE(CHAINS, 2, PLACES(0, 1, 4, 5), PLACES(2, 3, 6, 7))
#else
  EXCHANGE(CHAINS, 1, PLACES(0, 2), PLACES(1, 3))
#endif
}

/// The squared distances of some pairs, each summed over the columns in order.
INLINE void NAMED(pair_distances)(places queries, places points, const int32_t *pairs, size_t count,
                                  double *distances) {
  for (size_t p = 0; p < count; p += CHAINS) {
    const size_t some = count - p < CHAINS ? count - p : CHAINS;
    const double *x[CHAINS], *y[CHAINS];
    for (size_t c = 0; c < CHAINS; c++) {
      // What lacks repeats the first pair; its sums are not written out.
      const int32_t *pair = pairs + 2 * (p + (c < some ? c : 0));
      x[c] = row_at(queries, pair[0]);
      y[c] = row_at(points, pair[1]);
    }
    NAMED(chains) sums = {};
    size_t j = 0;
    for (; j + CHAINS <= queries.dimension; j += CHAINS) {
      NAMED(chains) rows[CHAINS];
      for (int c = 0; c < CHAINS; c++)
        rows[c] = *(const NAMED(chains) *)(x[c] + j) - *(const NAMED(chains) *)(y[c] + j);
      NAMED(turn)(rows);
      for (int c = 0; c < CHAINS; c++) sums = FMA(rows[c], rows[c], sums);
    }
    for (; j < queries.dimension; j++)
      for (int c = 0; c < CHAINS; c++) sums[c] = fma(x[c][j] - y[c][j], x[c][j] - y[c][j], sums[c]);
    memcpy(distances + p, &sums, some * sizeof(double));
  }
}

/// Which pairs of queries and the points of a panel a product in single precision does not say to be too far, behind
/// the first `found` of `pairs`; how many there are then. `first` is the place of the panel's first point, `rounded` how
/// much too small a limit may be by its own rounding, as a factor.
INLINE size_t NAMED(passing)(const float *packedQueries, const double *norms, size_t queryCount, const float *panel,
                             size_t first, size_t width, size_t dimension, double scale, double rounded,
                             const double *limits, float *products, int32_t *pairs, size_t found) {
  const size_t depth = dimension + 1;
  for (size_t j = 0; j < depth; j += SLICE)
    NAMED(tile_product)(packedQueries + j, depth, 1, panel + j * CK_PANEL, CK_PANEL, products, CK_PANEL, queryCount,
                        CK_PANEL, depth - j < SLICE ? depth - j : SLICE, j > 0);
  // What F is at most where the distance, itself rounded, is not above the limit; then rounded upwards. The last term is
  // more than what numbers too small for single precision lose.
  const double kept = 1 - relative_error(dimension);
  for (size_t q = 0; q < queryCount; q++) {
    const double bound = limits[q] * scale * scale * rounded - norms[q] * kept + (double)depth * 0x1p-120;
    const float most = (float)(bound + fabs(bound) * 0x1p-23), *row = products + q * CK_PANEL;
    // Not "at most": what is not a number is looked at.
    NAMED(mask) far = ~(NAMED(mask)){};
    for (int v = 0; v < CK_PANEL / LANES; v++) far &= *(const NAMED(vector) *)(row + v * LANES) > SPLAT(most);
    if (__builtin_reduce_and(far)) continue;
    for (size_t i = 0; i < width; i++)
      if (!(row[i] > most)) {
        pairs[2 * found] = (int32_t)q;
        pairs[2 * found + 1] = (int32_t)(first + i);
        found++;
      }
  }
  return found;
}

KERNEL(size_t, ck_pairs_within,
       (const double *queryValues, const int32_t *queryRows, size_t queryCount, const float *packedQueries,
        const double *queryNorms, const double *pointValues, const int32_t *pointRows, size_t pointCount,
        const float *packedPoints, size_t dimension, const float *coarseQueries, const double *coarseNorms,
        const float *coarsePoints, size_t coarseDimension, double scale, const double *limits, float *scratch,
        int32_t *pairs, double *distances),
       (queryValues, queryRows, queryCount, packedQueries, queryNorms, pointValues, pointRows, pointCount,
        packedPoints, dimension, coarseQueries, coarseNorms, coarsePoints, coarseDimension, scale, limits, scratch,
        pairs, distances)) {
  const places queries = {queryValues, queryRows, dimension}, points = {pointValues, pointRows, dimension};
  const double rounded = 1 + (double)(dimension + 9) * 0x1p-52;
  // So many exact distances take as long as a panel's products.
  const size_t few = coarseDimension == 0 ? 0 : queryCount * CK_PANEL / 64;
  size_t found = 0;
  for (size_t first = 0; first < pointCount; first += CK_PANEL) {
    const size_t width = pointCount - first < CK_PANEL ? pointCount - first : CK_PANEL, before = found;
    size_t looked = SIZE_MAX;
    if (coarseDimension > 0)
      looked = NAMED(passing)(coarseQueries, coarseNorms, queryCount, coarsePoints + first * (coarseDimension + 1), first,
                              width, coarseDimension, scale, rounded, limits, scratch, pairs, before);
    if (looked - before > few)
      looked = NAMED(passing)(packedQueries, queryNorms, queryCount, packedPoints + first * (dimension + 1), first, width,
                              dimension, scale, rounded, limits, scratch, pairs, before);
    NAMED(pair_distances)(queries, points, pairs + 2 * before, looked - before, distances + before);
    for (size_t p = before; p < looked; p++) {
      if (distances[p] > limits[pairs[2 * p]]) continue;
      pairs[2 * found] = pairs[2 * p];
      pairs[2 * found + 1] = pairs[2 * p + 1];
      distances[found++] = distances[p];
    }
  }
  return found;
}

KERNEL(void, ck_pair_products,
       (const float *packedQueries, size_t queryCount, const float *packedPoints, size_t panels, size_t dimension,
        float *products, size_t stride),
       (packedQueries, queryCount, packedPoints, panels, dimension, products, stride)) {
  const size_t depth = dimension + 1;
  for (size_t p = 0; p < panels; p++, packedPoints += depth * CK_PANEL, products += CK_PANEL)
    for (size_t j = 0; j < depth; j += SLICE)
      NAMED(tile_product)(packedQueries + j, depth, 1, packedPoints + j * CK_PANEL, CK_PANEL, products, stride, queryCount,
                          CK_PANEL, depth - j < SLICE ? depth - j : SLICE, j > 0);
}

#endif
