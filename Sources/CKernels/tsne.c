#include "include/tsne.h"

#include "elementary.h"

#ifndef LANES

/// Points after which sums leave single precision, so that their error does not grow with n.
enum { CHUNK = 1024 };

#define KERNELS "tsne.c"
#include "instruction_sets.h"
#else

/// Rows that share the loads of the points that push them.
#define ROWS (LANES == 16 ? 4 : 2)

/// What a chunk's points, at most WIDTH at a time, push `rows` points with: `present` is 1 in the lanes of points that
/// are there, else 0. `rows` is a constant after inlining.
INLINE void NAMED(push)(const int rows, const float *xi, const float *yi, const wide *xj, const wide *yj,
                        const wide *present, wide *forceX, wide *forceY, wide *mass) {
  for (int r = 0; r < rows; r++) {
    const wide dx = xi[r] - *xj, dy = yi[r] - *yj;
    const wide q = *present / FMA(dy, dy, FMA(dx, dx, 1 - (wide){})), w = q * q;
    mass[r] += q;
    forceX[r] = FMA(w, dx, forceX[r]);
    forceY[r] = FMA(w, dy, forceY[r]);
  }
}

/// Repulsion on the points first..<first + rows.
INLINE void NAMED(repulsion_of_rows)(const int rows, const float *x, const float *y, size_t n, size_t first,
                                     float *forceX, float *forceY, double *masses) {
  double sumX[4] = {0}, sumY[4] = {0}, mass[4] = {0};
  for (size_t from = 0; from < n; from += CHUNK) {
    const size_t end = n - from < CHUNK ? n : from + CHUNK;
    wide fx[4] = {0}, fy[4] = {0}, m[4] = {0};
    size_t j = from;
    const wide all = 1 - (wide){};
    for (; j + WIDTH <= end; j += WIDTH)
      NAMED(push)(rows, x + first, y + first, (const wide *)(x + j), (const wide *)(y + j), &all, fx, fy, m);
    if (j < end) {
      float lastX[WIDTH] = {0}, lastY[WIDTH] = {0}, present[WIDTH] = {0};
      for (size_t lane = 0; j + lane < end; lane++) {
        lastX[lane] = x[j + lane];
        lastY[lane] = y[j + lane];
        present[lane] = 1;
      }
      NAMED(push)(rows, x + first, y + first, (const wide *)lastX, (const wide *)lastY, (const wide *)present, fx, fy,
                  m);
    }
    for (int r = 0; r < rows; r++) {
      sumX[r] += tree_sum_float((float *)&fx[r]);
      sumY[r] += tree_sum_float((float *)&fy[r]);
      mass[r] += tree_sum_float((float *)&m[r]);
    }
  }
  for (int r = 0; r < rows; r++) {
    forceX[r] = (float)sumX[r];
    forceY[r] = (float)sumY[r];
    // A point's q with itself is 1.
    masses[r] = mass[r] > 1 ? mass[r] - 1 : 0;
  }
}

KERNEL(void, ck_tsne_repulsion,
       (const float *x, const float *y, size_t n, size_t first, size_t count, float *forceX, float *forceY,
        double *masses),
       (x, y, n, first, count, forceX, forceY, masses)) {
  size_t i = 0;
  for (; i + ROWS <= count; i += ROWS)
    NAMED(repulsion_of_rows)(ROWS, x, y, n, first + i, forceX + i, forceY + i, masses + i);
  for (; i < count; i++) NAMED(repulsion_of_rows)(1, x, y, n, first + i, forceX + i, forceY + i, masses + i);
}

/// Adds to `forces` what the points at `columns` pull a point at (xi, yi) with; `some` of WIDTH, a constant after inlining
/// where there are as many.
INLINE void NAMED(pull)(const int some, float xi, float yi, const float *x, const float *y, const int32_t *columns,
                        const float *affinities, wide *forceX, wide *forceY) {
  float otherX[WIDTH], otherY[WIDTH], p[WIDTH];
  for (int lane = 0; lane < some; lane++) {
    otherX[lane] = x[columns[lane]];
    otherY[lane] = y[columns[lane]];
    p[lane] = affinities[lane];
  }
  for (int lane = some; lane < WIDTH; lane++) otherX[lane] = xi, otherY[lane] = yi, p[lane] = 0;
  const wide dx = xi - *(const wide *)otherX, dy = yi - *(const wide *)otherY;
  const wide w = *(const wide *)p / FMA(dy, dy, FMA(dx, dx, 1 - (wide){}));
  *forceX = FMA(w, dx, *forceX);
  *forceY = FMA(w, dy, *forceY);
}

KERNEL(void, ck_tsne_attraction,
       (const float *x, const float *y, const int64_t *rowStarts, const int32_t *columns, const float *affinities,
        size_t first, size_t count, float *forceX, float *forceY),
       (x, y, rowStarts, columns, affinities, first, count, forceX, forceY)) {
  for (size_t i = 0; i < count; i++) {
    const float xi = x[first + i], yi = y[first + i];
    wide fx = {}, fy = {};
    int64_t e = rowStarts[first + i];
    const int64_t end = rowStarts[first + i + 1];
    for (; e + WIDTH <= end; e += WIDTH) NAMED(pull)(WIDTH, xi, yi, x, y, columns + e, affinities + e, &fx, &fy);
    if (e < end) NAMED(pull)((int)(end - e), xi, yi, x, y, columns + e, affinities + e, &fx, &fy);
    forceX[i] = tree_sum_float((float *)&fx);
    forceY[i] = tree_sum_float((float *)&fy);
  }
}

KERNEL(double, ck_tsne_divergence,
       (const double *x, const double *y, const int64_t *rowStarts, const int32_t *columns, const double *affinities,
        size_t first, size_t count),
       (x, y, rowStarts, columns, affinities, first, count)) {
  double sums[WIDTH] = {0};
  for (size_t i = first; i < first + count; i++) {
    const int64_t end = rowStarts[i + 1];
    for (int64_t from = rowStarts[i]; from < end; from += WIDTH) {
      const int some = end - from < WIDTH ? (int)(end - from) : WIDTH;
      double squares[WIDTH] = {0}, p[WIDTH] = {0};
      for (int lane = 0; lane < some; lane++) {
        const double dx = x[i] - x[columns[from + lane]], dy = y[i] - y[columns[from + lane]];
        squares[lane] = dx * dx + dy * dy;
        p[lane] = affinities[from + lane];
      }
      for (int lane = 0; lane < WIDTH; lane++) sums[lane] += p[lane] * log_double(1 + squares[lane]);
    }
  }
  return tree_sum(sums);
}

KERNEL(double, ck_tsne_weights,
       (const double *distances, size_t count, double beta, double *weights, double *weighted),
       (distances, count, beta, weights, weighted)) {
  double sums[WIDTH] = {0}, products[WIDTH] = {0};
  for (size_t from = 0; from < count; from += WIDTH) {
    const size_t some = count - from < WIDTH ? count - from : WIDTH;
    double d[WIDTH] = {0}, w[WIDTH];
    for (size_t lane = 0; lane < some; lane++) d[lane] = distances[from + lane];
    for (size_t lane = 0; lane < WIDTH; lane++) w[lane] = exp_negative(-beta * d[lane]);
    for (size_t lane = some; lane < WIDTH; lane++) w[lane] = 0;
    for (size_t lane = 0; lane < WIDTH; lane++) sums[lane] += w[lane], products[lane] = fma(w[lane], d[lane], products[lane]);
    for (size_t lane = 0; lane < some; lane++) weights[from + lane] = w[lane];
  }
  *weighted = tree_sum(products);
  return tree_sum(sums);
}

#undef ROWS
#endif
