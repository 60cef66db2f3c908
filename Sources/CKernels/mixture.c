#include "include/mixture.h"

#include "elementary.h"

#ifndef LANES

/// Doubles in one vector of points or columns, and what is worked on at a time.
enum { DOUBLES = 8, VECTORS = 4, POINTS = DOUBLES * VECTORS, CENTRES = 64, COLUMNS = 64 };

typedef double doubles __attribute__((vector_size(DOUBLES * sizeof(double))));

/// Every lane `x`.
#define SPREAD(x) ((x) - (doubles){})

#define KERNELS "mixture.c"
#include "instruction_sets.h"
#else

/// A tile of POINTS points has them in the vectors' lanes: every centre's sum then runs over j without a horizontal
/// reduction. Tiles of columns keep the transposed points in the first-level cache however wide the points are, and a
/// group of centres stays in the second-level cache while all points pass.
KERNEL(void, ck_squared_distances,
       (const double *points, size_t count, size_t dimension, const double *centres, const double *scales,
        size_t centreCount, double *out),
       (points, count, dimension, centres, scales, centreCount, out)) {
  doubles tile[COLUMNS][VECTORS], sums[CENTRES][VECTORS];
  for (size_t c0 = 0; c0 < centreCount; c0 += CENTRES) {
    size_t width = centreCount - c0 < CENTRES ? centreCount - c0 : CENTRES;
    for (size_t i0 = 0; i0 < count; i0 += POINTS) {
      size_t height = count - i0 < POINTS ? count - i0 : POINTS;
      memset(sums, 0, width * sizeof(sums[0]));
      for (size_t j0 = 0; j0 < dimension; j0 += COLUMNS) {
        size_t depth = dimension - j0 < COLUMNS ? dimension - j0 : COLUMNS;
        for (size_t i = 0; i < POINTS; i++) {
          // A short last tile repeats its first point; the surplus lanes are never written out.
          const double *x = points + (i0 + (i < height ? i : 0)) * dimension + j0;
          for (size_t j = 0; j < depth; j++) ((double *)tile[j])[i] = x[j];
        }
        for (size_t c = 0; c < width; c++) {
          const double *m = centres + (c0 + c) * dimension + j0;
          doubles s0 = sums[c][0], s1 = sums[c][1], s2 = sums[c][2], s3 = sums[c][3];
          if (scales) {
            const double *s = scales + (c0 + c) * dimension + j0;
            for (size_t j = 0; j < depth; j++) {
              const doubles scale = SPREAD(s[j]);
              doubles d0 = tile[j][0] - m[j], d1 = tile[j][1] - m[j];
              doubles d2 = tile[j][2] - m[j], d3 = tile[j][3] - m[j];
              s0 = FMA(d0 * d0, scale, s0);
              s1 = FMA(d1 * d1, scale, s1);
              s2 = FMA(d2 * d2, scale, s2);
              s3 = FMA(d3 * d3, scale, s3);
            }
          } else {
            for (size_t j = 0; j < depth; j++) {
              doubles d0 = tile[j][0] - m[j], d1 = tile[j][1] - m[j];
              doubles d2 = tile[j][2] - m[j], d3 = tile[j][3] - m[j];
              s0 = FMA(d0, d0, s0);
              s1 = FMA(d1, d1, s1);
              s2 = FMA(d2, d2, s2);
              s3 = FMA(d3, d3, s3);
            }
          }
          sums[c][0] = s0;
          sums[c][1] = s1;
          sums[c][2] = s2;
          sums[c][3] = s3;
        }
      }
      for (size_t i = 0; i < height; i++)
        for (size_t c = 0; c < width; c++) out[(i0 + i) * centreCount + c0 + c] = ((const double *)sums[c])[i];
    }
  }
}

KERNEL(void, ck_responsibilities,
       (double *rows, size_t count, size_t components, const double *offsets, double *logSums),
       (rows, count, components, offsets, logSums)) {
  // A few rows at a time, so that the logarithms of their sums fill vectors.
  for (size_t i0 = 0; i0 < count; i0 += POINTS, rows += POINTS * components) {
    const size_t some = count - i0 < POINTS ? count - i0 : POINTS;
    double largest[POINTS], sums[POINTS];
    for (size_t i = 0; i < some; i++) {
      double *row = rows + i * components, most = -INFINITY;
      for (size_t c = 0; c < components; c++) {
        row[c] = fma(-0.5, row[c], offsets[c]);
        if (row[c] > most) most = row[c];
      }
      for (size_t c = 0; c < components; c++) row[c] -= most;
      largest[i] = most;
    }
    for (size_t i = 0; i < some * components; i++) rows[i] = exp_negative(rows[i]);
    for (size_t i = 0; i < some; i++) {
      double *row = rows + i * components, sum = 0;
      for (size_t c = 0; c < components; c++) sum += row[c];
      const double reciprocal = 1 / sum;
      for (size_t c = 0; c < components; c++) row[c] *= reciprocal;
      sums[i] = sum;
    }
    for (size_t i = 0; i < some; i++) logSums[i0 + i] = largest[i] + log_double(sums[i]);
  }
}

/// Moments of one component over a group of points, `columns` vectors of columns at a time, which are constants after
/// inlining, so that the sums stay in registers.
INLINE void NAMED(component_moments)(
    const int vectors, const double *points, size_t count, size_t dimension, const double *responsibilities,
    size_t components, const double *centre, double *first, double *second) {
  doubles f[4], s[4], m[4];
  for (int v = 0; v < vectors; v++) {
    memcpy(&f[v], first + v * DOUBLES, sizeof(doubles));
    memcpy(&s[v], second + v * DOUBLES, sizeof(doubles));
    memcpy(&m[v], centre + v * DOUBLES, sizeof(doubles));
  }
  for (size_t i = 0; i < count; i++) {
    const double r = responsibilities[i * components];
    if (r == 0) continue;
    for (int v = 0; v < vectors; v++) {
      doubles x;
      memcpy(&x, points + i * dimension + v * DOUBLES, sizeof(doubles));
      const doubles d = x - m[v], weighted = r * d;
      f[v] += weighted;
      s[v] = FMA(weighted, d, s[v]);
    }
  }
  for (int v = 0; v < vectors; v++) {
    memcpy(first + v * DOUBLES, &f[v], sizeof(doubles));
    memcpy(second + v * DOUBLES, &s[v], sizeof(doubles));
  }
}

KERNEL(void, ck_accumulate_moments,
       (const double *points, size_t count, size_t dimension, const double *responsibilities, size_t components,
        const double *centres, double *mass, double *first, double *second),
       (points, count, dimension, responsibilities, components, centres, mass, first, second)) {
  // Points in small groups and components outside them: a group stays in the cache meanwhile.
  for (size_t i0 = 0; i0 < count; i0 += POINTS) {
    const size_t some = count - i0 < POINTS ? count - i0 : POINTS;
    for (size_t c = 0; c < components; c++) {
      const double *r = responsibilities + i0 * components + c;
      for (size_t i = 0; i < some; i++) mass[c] += r[i * components];
      const double *x = points + i0 * dimension, *m = centres + c * dimension;
      double *f = first + c * dimension, *s = second + c * dimension;
      size_t j = 0;
      for (; j + 4 * DOUBLES <= dimension; j += 4 * DOUBLES)
        NAMED(component_moments)(4, x + j, some, dimension, r, components, m + j, f + j, s + j);
      for (; j + DOUBLES <= dimension; j += DOUBLES)
        NAMED(component_moments)(1, x + j, some, dimension, r, components, m + j, f + j, s + j);
      for (; j < dimension; j++)
        for (size_t i = 0; i < some; i++) {
          const double d = x[i * dimension + j] - m[j], weighted = r[i * components] * d;
          f[j] += weighted;
          s[j] = fma(weighted, d, s[j]);
        }
    }
  }
}

#endif
