#include "include/mixture.h"

#include "vector.h"

enum { LANES = 8, VECTORS = 4, POINTS = LANES * VECTORS, CENTRES = 64, COLUMNS = 64 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

/// A tile of POINTS points has them in the vectors' lanes: every centre's sum then runs over j without a horizontal
/// reduction. Tiles of columns keep the transposed points in the first-level cache however wide the points are, and a
/// group of centres stays in the second-level cache while all points pass.
DISPATCHED void ck_squared_distances(const double *points, size_t count, size_t dimension, const double *centres,
                                     const double *scales, size_t centreCount, double *out) {
  lanes tile[COLUMNS][VECTORS], sums[CENTRES][VECTORS];
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
          lanes s0 = sums[c][0], s1 = sums[c][1], s2 = sums[c][2], s3 = sums[c][3];
          if (scales) {
            const double *s = scales + (c0 + c) * dimension + j0;
            for (size_t j = 0; j < depth; j++) {
              lanes d0 = tile[j][0] - m[j], d1 = tile[j][1] - m[j];
              lanes d2 = tile[j][2] - m[j], d3 = tile[j][3] - m[j];
              s0 += d0 * d0 * s[j];
              s1 += d1 * d1 * s[j];
              s2 += d2 * d2 * s[j];
              s3 += d3 * d3 * s[j];
            }
          } else {
            for (size_t j = 0; j < depth; j++) {
              lanes d0 = tile[j][0] - m[j], d1 = tile[j][1] - m[j];
              lanes d2 = tile[j][2] - m[j], d3 = tile[j][3] - m[j];
              s0 += d0 * d0;
              s1 += d1 * d1;
              s2 += d2 * d2;
              s3 += d3 * d3;
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

void ck_responsibilities(double *rows, size_t count, size_t components, const double *offsets, double *logSums) {
  for (size_t i = 0; i < count; i++) {
    double *row = rows + i * components, largest = -INFINITY, sum = 0;
    for (size_t c = 0; c < components; c++) {
      row[c] = offsets[c] - 0.5 * row[c];
      if (row[c] > largest) largest = row[c];
    }
    for (size_t c = 0; c < components; c++) {
      row[c] = exp(row[c] - largest);
      sum += row[c];
    }
    for (size_t c = 0; c < components; c++) row[c] /= sum;
    logSums[i] = largest + log(sum);
  }
}

DISPATCHED void ck_accumulate_moments(const double *points, size_t count, size_t dimension,
                                      const double *responsibilities, size_t components, const double *centres,
                                      double *mass, double *first, double *second) {
  // Points in small groups and components outside them: a component's moments stay in the cache meanwhile.
  for (size_t i0 = 0; i0 < count; i0 += POINTS) {
    size_t end = count - i0 < POINTS ? count : i0 + POINTS;
    for (size_t c = 0; c < components; c++) {
      const double *m = centres + c * dimension;
      double *restrict f = first + c * dimension, *restrict s = second + c * dimension;
      for (size_t i = i0; i < end; i++) {
        double r = responsibilities[i * components + c];
        if (r == 0) continue;
        const double *x = points + i * dimension;
        mass[c] += r;
        for (size_t j = 0; j < dimension; j++) {
          double d = x[j] - m[j], weighted = r * d;
          f[j] += weighted;
          s[j] += weighted * d;
        }
      }
    }
  }
}
