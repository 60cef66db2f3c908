#include "include/tsne.h"

#include "vector.h"

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

KERNEL(void, ck_tsne_attraction,
       (const float *x, const float *y, const int64_t *rowStarts, const int32_t *columns, const float *affinities,
        size_t first, size_t count, float *forceX, float *forceY),
       (x, y, rowStarts, columns, affinities, first, count, forceX, forceY)) {
  for (size_t i = 0; i < count; i++) {
    const float xi = x[first + i], yi = y[first + i];
    float fx[WIDTH] = {0}, fy[WIDTH] = {0};
    const int64_t end = rowStarts[first + i + 1];
    for (int64_t from = rowStarts[first + i]; from < end; from += WIDTH) {
      const int some = end - from < WIDTH ? (int)(end - from) : WIDTH;
      for (int lane = 0; lane < some; lane++) {
        const int64_t e = from + lane;
        const float dx = xi - x[columns[e]], dy = yi - y[columns[e]];
        const float w = affinities[e] / fmaf(dy, dy, fmaf(dx, dx, 1.0f));
        fx[lane] = fmaf(w, dx, fx[lane]);
        fy[lane] = fmaf(w, dy, fy[lane]);
      }
    }
    forceX[i] = tree_sum_float(fx);
    forceY[i] = tree_sum_float(fy);
  }
}

#undef ROWS
#endif
