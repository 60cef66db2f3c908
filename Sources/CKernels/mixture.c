#include "include/mixture.h"

#include "vector.h"

enum { LANES = 8, VECTORS = 4, POINTS = LANES * VECTORS, CENTRES = 64, COLUMNS = 64 };

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));

/// e^x of non-positive numbers in place: 2^n times a polynomial on [-ln2/2, ln2/2], relative error below 4e-16; 0 below
/// e^-708, NaN stays NaN.
DISPATCHED static void exponentials(double *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const double clamped = x[i] < -708 ? -708 : x[i];
    // Adding 1.5·2^52 rounds to an integer, which then stands in the low bits.
    const double shifted = fma(clamped, 1.4426950408889634074, 0x1.8p52);
    const double n = shifted - 0x1.8p52;
    const double r = fma(n, -1.90821492927058770002e-10, fma(n, -6.93147180369123816490e-1, clamped));
    double p = 1.0 / 6227020800;
    p = fma(p, r, 1.0 / 479001600);
    p = fma(p, r, 1.0 / 39916800);
    p = fma(p, r, 1.0 / 3628800);
    p = fma(p, r, 1.0 / 362880);
    p = fma(p, r, 1.0 / 40320);
    p = fma(p, r, 1.0 / 5040);
    p = fma(p, r, 1.0 / 720);
    p = fma(p, r, 1.0 / 120);
    p = fma(p, r, 1.0 / 24);
    p = fma(p, r, 1.0 / 6);
    p = fma(p, r, 0.5);
    p = fma(p, r, 1.0);
    p = fma(p, r, 1.0);
    uint64_t bits;
    memcpy(&bits, &shifted, 8);
    bits = (bits + 1023) << 52;
    double power;
    memcpy(&power, &bits, 8);
    x[i] = x[i] < -708 ? 0 : p * power;
  }
}

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
    double *row = rows + i * components, largest = -INFINITY;
    for (size_t c = 0; c < components; c++) {
      row[c] = offsets[c] - 0.5 * row[c];
      if (row[c] > largest) largest = row[c];
    }
    for (size_t c = 0; c < components; c++) row[c] -= largest;
    logSums[i] = largest;
  }
  exponentials(rows, count * components);
  for (size_t i = 0; i < count; i++) {
    double *row = rows + i * components, sum = 0;
    for (size_t c = 0; c < components; c++) sum += row[c];
    const double reciprocal = 1 / sum;
    for (size_t c = 0; c < components; c++) row[c] *= reciprocal;
    logSums[i] += log(sum);
  }
}

/// Moments of one component over a group of points, `columns` vectors of columns at a time, which are constants after
/// inlining, so that the sums stay in registers.
static inline __attribute__((always_inline)) void component_moments(
    const int vectors, const double *points, size_t count, size_t dimension, const double *responsibilities,
    size_t components, const double *centre, double *first, double *second) {
  lanes f[4], s[4], m[4];
  for (int v = 0; v < vectors; v++) {
    memcpy(&f[v], first + v * LANES, sizeof(lanes));
    memcpy(&s[v], second + v * LANES, sizeof(lanes));
    memcpy(&m[v], centre + v * LANES, sizeof(lanes));
  }
  for (size_t i = 0; i < count; i++) {
    const double r = responsibilities[i * components];
    if (r == 0) continue;
    for (int v = 0; v < vectors; v++) {
      lanes x;
      memcpy(&x, points + i * dimension + v * LANES, sizeof(lanes));
      const lanes d = x - m[v], weighted = r * d;
      f[v] += weighted;
      s[v] += weighted * d;
    }
  }
  for (int v = 0; v < vectors; v++) {
    memcpy(first + v * LANES, &f[v], sizeof(lanes));
    memcpy(second + v * LANES, &s[v], sizeof(lanes));
  }
}

DISPATCHED void ck_accumulate_moments(const double *points, size_t count, size_t dimension,
                                           const double *responsibilities, size_t components, const double *centres,
                                           double *mass, double *first, double *second) {
  // Points in small groups and components outside them: a group stays in the cache meanwhile.
  for (size_t i0 = 0; i0 < count; i0 += POINTS) {
    const size_t some = count - i0 < POINTS ? count - i0 : POINTS;
    for (size_t c = 0; c < components; c++) {
      const double *r = responsibilities + i0 * components + c;
      for (size_t i = 0; i < some; i++) mass[c] += r[i * components];
      const double *x = points + i0 * dimension, *m = centres + c * dimension;
      double *f = first + c * dimension, *s = second + c * dimension;
      size_t j = 0;
      for (; j + 4 * LANES <= dimension; j += 4 * LANES)
        component_moments(4, x + j, some, dimension, r, components, m + j, f + j, s + j);
      for (; j + LANES <= dimension; j += LANES)
        component_moments(1, x + j, some, dimension, r, components, m + j, f + j, s + j);
      for (; j < dimension; j++)
        for (size_t i = 0; i < some; i++) {
          const double d = x[i * dimension + j] - m[j], weighted = r[i * components] * d;
          f[j] += weighted;
          s[j] += weighted * d;
        }
    }
  }
}
