#include "include/tsne.h"

#include "vector.h"

enum { ROWS = 4, CHUNK = 1024 };

/// Four rows at a time share the loads of the points that push them. Sums leave single precision every CHUNK points,
/// so that their error does not grow with n.
DISPATCHED void ck_tsne_repulsion(const float *x, const float *y, size_t n, size_t first, size_t count, float *forceX,
                                  float *forceY, double *masses) {
  REASSOCIATE
  for (size_t i0 = 0; i0 < count; i0 += ROWS) {
    size_t height = count - i0 < ROWS ? count - i0 : ROWS;
    float xi[ROWS], yi[ROWS];
    double sumX[ROWS] = {0}, sumY[ROWS] = {0}, mass[ROWS] = {0};
    for (size_t r = 0; r < ROWS; r++) {
      // A short last group repeats its first row; the surplus is never written out.
      xi[r] = x[first + i0 + (r < height ? r : 0)];
      yi[r] = y[first + i0 + (r < height ? r : 0)];
    }
    for (size_t j0 = 0; j0 < n; j0 += CHUNK) {
      size_t end = n - j0 < CHUNK ? n : j0 + CHUNK;
      float x0 = xi[0], x1 = xi[1], x2 = xi[2], x3 = xi[3], y0 = yi[0], y1 = yi[1], y2 = yi[2], y3 = yi[3];
      float fx0 = 0, fx1 = 0, fx2 = 0, fx3 = 0, fy0 = 0, fy1 = 0, fy2 = 0, fy3 = 0, m0 = 0, m1 = 0, m2 = 0, m3 = 0;
      for (size_t j = j0; j < end; j++) {
        float xj = x[j], yj = y[j];
#define PUSH(r)                                                    \
  float dx##r = x##r - xj, dy##r = y##r - yj;                      \
  float q##r = 1.0f / (1.0f + dx##r * dx##r + dy##r * dy##r);      \
  float w##r = q##r * q##r;                                        \
  m##r += q##r, fx##r += w##r * dx##r, fy##r += w##r * dy##r;
        PUSH(0)
        PUSH(1)
        PUSH(2)
        PUSH(3)
#undef PUSH
      }
      sumX[0] += fx0, sumX[1] += fx1, sumX[2] += fx2, sumX[3] += fx3;
      sumY[0] += fy0, sumY[1] += fy1, sumY[2] += fy2, sumY[3] += fy3;
      mass[0] += m0, mass[1] += m1, mass[2] += m2, mass[3] += m3;
    }
    for (size_t r = 0; r < height; r++) {
      forceX[i0 + r] = (float)sumX[r];
      forceY[i0 + r] = (float)sumY[r];
      // A point's q with itself is 1.
      masses[i0 + r] = mass[r] > 1 ? mass[r] - 1 : 0;
    }
  }
}

DISPATCHED void ck_tsne_attraction(const float *x, const float *y, const int64_t *rowStarts, const int32_t *columns,
                                   const float *affinities, size_t first, size_t count, float *forceX,
                                   float *forceY) {
  REASSOCIATE
  for (size_t i = 0; i < count; i++) {
    float xi = x[first + i], yi = y[first + i], fx = 0, fy = 0;
    for (int64_t e = rowStarts[first + i]; e < rowStarts[first + i + 1]; e++) {
      float dx = xi - x[columns[e]], dy = yi - y[columns[e]];
      float w = affinities[e] / (1.0f + dx * dx + dy * dy);
      fx += w * dx;
      fy += w * dy;
    }
    forceX[i] = fx;
    forceY[i] = fy;
  }
}
