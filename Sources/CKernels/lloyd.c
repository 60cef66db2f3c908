#include "include/lloyd.h"

#include "vector.h"

#ifndef LANES

/// Pairs whose distances are summed at a time, a lane each; and sums that are under way at the same time, for each is a
/// chain of additions that wait for each other.
enum { PAIRS = 8, SETS = 2, WAITING = PAIRS * SETS };

typedef double pair_lanes __attribute__((vector_size(PAIRS * sizeof(double)), aligned(8)));

#define KERNELS "lloyd.c"
#include "instruction_sets.h"
#else

/// Adds Σ_j (x_pj − m_pj)² of PAIRS pairs p over eight columns j, in order: the differences are turned, so that a lane is a
/// pair.
INLINE void NAMED(eight_columns)(pair_lanes *sum, const double *const *x, const double *const *m, size_t j) {
  pair_lanes d[PAIRS], t[PAIRS], u[PAIRS];
  for (int p = 0; p < PAIRS; p++) d[p] = *(const pair_lanes *)(x[p] + j) - *(const pair_lanes *)(m[p] + j);
  for (int p = 0; p < PAIRS; p += 2) {
    t[p] = __builtin_shufflevector(d[p], d[p + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    t[p + 1] = __builtin_shufflevector(d[p], d[p + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int p = 0; p < PAIRS; p += p % 2 ? 3 : 1) {
    u[p] = __builtin_shufflevector(t[p], t[p + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    u[p + 2] = __builtin_shufflevector(t[p], t[p + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int p = 0; p < PAIRS / 2; p++) {
    d[p] = __builtin_shufflevector(u[p], u[p + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    d[p + 4] = __builtin_shufflevector(u[p], u[p + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int column = 0; column < PAIRS; column++) *sum = FMA(d[column], d[column], *sum);
}

/// Squared distances of at most WAITING pairs of a point and a centre; what lacks is filled up with the first. `ahead` is how
/// far behind each point lies what will be asked for next, in doubles; 0 where that is not known.
INLINE void NAMED(pair_distances)(const double *points, const double *centres, size_t dimension, const int32_t *rows,
                                  const int32_t *to, size_t count, size_t ahead, double *sums) {
  const double *x[WAITING], *m[WAITING];
  for (size_t p = 0; p < WAITING; p++) {
    const size_t pair = p < count ? p : 0;
    x[p] = points + (size_t)rows[pair] * dimension;
    m[p] = centres + (size_t)to[pair] * dimension;
  }
  const int sets = count > PAIRS ? SETS : 1;
  pair_lanes sum[SETS] = {{0}};
  size_t j = 0;
  for (; j + PAIRS <= dimension; j += PAIRS)
    for (int s = 0; s < sets; s++) {
      if (ahead > 0)
        for (int p = 0; p < PAIRS; p++) __builtin_prefetch(x[s * PAIRS + p] + ahead + j, 0, 2);
      NAMED(eight_columns)(&sum[s], x + s * PAIRS, m + s * PAIRS, j);
    }
  for (; j < dimension; j++)
    for (int s = 0; s < sets; s++) {
      pair_lanes d;
      for (int p = 0; p < PAIRS; p++) d[p] = x[s * PAIRS + p][j] - m[s * PAIRS + p][j];
      sum[s] = FMA(d, d, sum[s]);
    }
  memcpy(sums, sum, sizeof(sum));
}

KERNEL(void, ck_bounded_nearest,
       (const double *points, size_t count, size_t dimension, const double *centres, size_t centreCount,
        const double *shifts, double *bounds, int32_t *assignments, double *distances),
       (points, count, dimension, centres, centreCount, shifts, bounds, assignments, distances)) {
  // A squared distance is off by dimension + 2 roundings at most, its root by half as many and one.
  const double slack = ((double)dimension + 64) * 0x1p-50;
  double sums[WAITING];
  int32_t rows[WAITING], to[WAITING];
  for (size_t i = 0; i < count; i += WAITING) {
    const size_t some = count - i < WAITING ? count - i : WAITING;
    for (size_t p = 0; p < some; p++) {
      rows[p] = (int32_t)(i + p);
      to[p] = assignments[i + p];
    }
    NAMED(pair_distances)(points, centres, dimension, rows, to, some, WAITING * dimension, sums);
    memcpy(distances + i, sums, some * sizeof(double));
  }
  size_t waiting = 0;
  for (size_t i = 0; i < count; i++) {
    double *bound = bounds + i * centreCount;
    const size_t own = (size_t)assignments[i];
    const double root = sqrt(distances[i]), limit = root * (1 + slack) + 1e-150;
    for (size_t c = 0; c < centreCount; c++) bound[c] = bound[c] * (1 - 0x1p-50) - shifts[c];
    bound[own] = root * (1 - slack);
    for (size_t c = 0; c < centreCount; c++) {
      if (c != own && !(bound[c] > limit)) {
        rows[waiting] = (int32_t)i;
        to[waiting++] = (int32_t)c;
      }
      const int isLast = i + 1 == count && c + 1 == centreCount;
      if (waiting < WAITING && !(isLast && waiting > 0)) continue;
      NAMED(pair_distances)(points, centres, dimension, rows, to, waiting, 0, sums);
      for (size_t p = 0; p < waiting; p++) {
        const size_t row = (size_t)rows[p];
        bounds[row * centreCount + (size_t)to[p]] = sqrt(sums[p]) * (1 - slack);
        if (sums[p] < distances[row] || (sums[p] == distances[row] && to[p] < assignments[row])) {
          distances[row] = sums[p];
          assignments[row] = to[p];
        }
      }
      waiting = 0;
    }
  }
}

KERNEL(void, ck_add_differences,
       (const double *points, size_t count, size_t dimension, const int32_t *assignments, const double *centres,
        double *mass, double *restrict first),
       (points, count, dimension, assignments, centres, mass, first)) {
  for (size_t i = 0; i < count; i++) {
    const size_t c = (size_t)assignments[i];
    const double *x = points + i * dimension, *m = centres + c * dimension;
    double *sums = first + c * dimension;
    mass[c] += 1;
    for (size_t j = 0; j < dimension; j++) sums[j] += x[j] - m[j];
  }
}

#endif
