#include "include/fourier.h"

#include "vector.h"

#ifndef LANES

typedef double octet __attribute__((vector_size(CK_OCTET * sizeof(double)), aligned(8)));
typedef double quad __attribute__((vector_size(CK_SPLINE_NODES * sizeof(double)), aligned(8)));

#define KERNELS "fourier.c"
#include "instruction_sets.h"
#else

// Nothing here is a fused multiply-add: sums of a transform are short, and processors without one are as fast.

/// Complex octets, real and imaginary parts apart.
typedef struct {
  octet *re, *im;
} NAMED(Parts);

/// Writes w·(re + i·im).
INLINE void NAMED(put)(NAMED(Parts) to, size_t at, const octet *re, const octet *im, double c, double s) {
  to.re[at] = c * *re - s * *im;
  to.im[at] = c * *im + s * *re;
}

// One step of Stockham's transform: the part of length n at stride s becomes `radix` parts, in order, multiplied by their
// roots of unity.

INLINE void NAMED(halve)(const CKFourierPlan *plan, size_t n, size_t s, NAMED(Parts) x, NAMED(Parts) y) {
  const size_t m = n / 2;
  for (size_t p = 0; p < m; p++) {
    const double c = plan->roots[p * s], d = plan->roots[plan->length + p * s];
    for (size_t q = 0; q < s; q++) {
      const size_t i0 = q + s * p, i1 = i0 + s * m, o = q + s * 2 * p;
      y.re[o] = x.re[i0] + x.re[i1], y.im[o] = x.im[i0] + x.im[i1];
      const octet re = x.re[i0] - x.re[i1], im = x.im[i0] - x.im[i1];
      NAMED(put)(y, o + s, &re, &im, c, d);
    }
  }
}

INLINE void NAMED(third)(const CKFourierPlan *plan, size_t n, size_t s, NAMED(Parts) x, NAMED(Parts) y) {
  const size_t m = n / 3;
  const double *cosines = plan->roots, *sines = plan->roots + plan->length;
  const double half_root3 = 0.86602540378443864676;
  for (size_t p = 0; p < m; p++) {
    const double c1 = cosines[p * s], d1 = sines[p * s], c2 = cosines[2 * p * s], d2 = sines[2 * p * s];
    for (size_t q = 0; q < s; q++) {
      const size_t i0 = q + s * p, i1 = i0 + s * m, i2 = i1 + s * m, o = q + s * 3 * p;
      const octet sumRe = x.re[i1] + x.re[i2], sumIm = x.im[i1] + x.im[i2];
      const octet turnRe = half_root3 * (x.im[i1] - x.im[i2]), turnIm = half_root3 * (x.re[i2] - x.re[i1]);
      const octet midRe = x.re[i0] - 0.5 * sumRe, midIm = x.im[i0] - 0.5 * sumIm;
      y.re[o] = x.re[i0] + sumRe, y.im[o] = x.im[i0] + sumIm;
      const octet re1 = midRe + turnRe, im1 = midIm + turnIm, re2 = midRe - turnRe, im2 = midIm - turnIm;
      NAMED(put)(y, o + s, &re1, &im1, c1, d1);
      NAMED(put)(y, o + 2 * s, &re2, &im2, c2, d2);
    }
  }
}

INLINE void NAMED(quarter)(const CKFourierPlan *plan, size_t n, size_t s, NAMED(Parts) x, NAMED(Parts) y) {
  const size_t m = n / 4;
  const double *cosines = plan->roots, *sines = plan->roots + plan->length;
  for (size_t p = 0; p < m; p++) {
    const double c1 = cosines[p * s], d1 = sines[p * s], c2 = cosines[2 * p * s], d2 = sines[2 * p * s];
    const double c3 = cosines[3 * p * s], d3 = sines[3 * p * s];
    for (size_t q = 0; q < s; q++) {
      const size_t i0 = q + s * p, i1 = i0 + s * m, i2 = i1 + s * m, i3 = i2 + s * m, o = q + s * 4 * p;
      const octet evenRe = x.re[i0] + x.re[i2], evenIm = x.im[i0] + x.im[i2];
      const octet diffRe = x.re[i0] - x.re[i2], diffIm = x.im[i0] - x.im[i2];
      const octet oddRe = x.re[i1] + x.re[i3], oddIm = x.im[i1] + x.im[i3];
      // −i·(x1 − x3)
      const octet turnRe = x.im[i1] - x.im[i3], turnIm = x.re[i3] - x.re[i1];
      y.re[o] = evenRe + oddRe, y.im[o] = evenIm + oddIm;
      const octet re1 = diffRe + turnRe, im1 = diffIm + turnIm, re2 = evenRe - oddRe, im2 = evenIm - oddIm;
      const octet re3 = diffRe - turnRe, im3 = diffIm - turnIm;
      NAMED(put)(y, o + s, &re1, &im1, c1, d1);
      NAMED(put)(y, o + 2 * s, &re2, &im2, c2, d2);
      NAMED(put)(y, o + 3 * s, &re3, &im3, c3, d3);
    }
  }
}

INLINE void NAMED(fifth)(const CKFourierPlan *plan, size_t n, size_t s, NAMED(Parts) x, NAMED(Parts) y) {
  const size_t m = n / 5;
  const double *cosines = plan->roots, *sines = plan->roots + plan->length;
  const double cos1 = 0.30901699437494742410, cos2 = -0.80901699437494742410;
  const double sin1 = 0.95105651629515357212, sin2 = 0.58778525229247312917;
  for (size_t p = 0; p < m; p++) {
    double c[5], d[5];
    for (size_t k = 1; k < 5; k++) c[k] = cosines[k * p * s], d[k] = sines[k * p * s];
    for (size_t q = 0; q < s; q++) {
      const size_t i0 = q + s * p, i1 = i0 + s * m, i2 = i1 + s * m, i3 = i2 + s * m, i4 = i3 + s * m;
      const size_t o = q + s * 5 * p;
      const octet a14Re = x.re[i1] + x.re[i4], a14Im = x.im[i1] + x.im[i4];
      const octet a23Re = x.re[i2] + x.re[i3], a23Im = x.im[i2] + x.im[i3];
      const octet b14Re = x.re[i1] - x.re[i4], b14Im = x.im[i1] - x.im[i4];
      const octet b23Re = x.re[i2] - x.re[i3], b23Im = x.im[i2] - x.im[i3];
      y.re[o] = x.re[i0] + (a14Re + a23Re), y.im[o] = x.im[i0] + (a14Im + a23Im);
      const octet m1Re = x.re[i0] + (cos1 * a14Re + cos2 * a23Re), m1Im = x.im[i0] + (cos1 * a14Im + cos2 * a23Im);
      const octet m2Re = x.re[i0] + (cos2 * a14Re + cos1 * a23Re), m2Im = x.im[i0] + (cos2 * a14Im + cos1 * a23Im);
      // −i times the sines' part.
      const octet n1Re = sin1 * b14Im + sin2 * b23Im, n1Im = -(sin1 * b14Re + sin2 * b23Re);
      const octet n2Re = sin2 * b14Im - sin1 * b23Im, n2Im = sin1 * b23Re - sin2 * b14Re;
      const octet re1 = m1Re + n1Re, im1 = m1Im + n1Im, re4 = m1Re - n1Re, im4 = m1Im - n1Im;
      const octet re2 = m2Re + n2Re, im2 = m2Im + n2Im, re3 = m2Re - n2Re, im3 = m2Im - n2Im;
      NAMED(put)(y, o + s, &re1, &im1, c[1], d[1]);
      NAMED(put)(y, o + 2 * s, &re2, &im2, c[2], d[2]);
      NAMED(put)(y, o + 3 * s, &re3, &im3, c[3], d[3]);
      NAMED(put)(y, o + 4 * s, &re4, &im4, c[4], d[4]);
    }
  }
}

/// Transforms `x`, or, where it is given with its parts exchanged, transforms it back; which of the two holds the result.
static NAMED(Parts) NAMED(transform)(const CKFourierPlan *plan, NAMED(Parts) x, NAMED(Parts) y) {
  size_t n = plan->length, s = 1;
  for (size_t f = 0; f < plan->factorCount; f++) {
    const size_t radix = (size_t)plan->factors[f];
    switch (radix) {
      case 2: NAMED(halve)(plan, n, s, x, y); break;
      case 3: NAMED(third)(plan, n, s, x, y); break;
      case 4: NAMED(quarter)(plan, n, s, x, y); break;
      default: NAMED(fifth)(plan, n, s, x, y); break;
    }
    n /= radix, s *= radix;
    const NAMED(Parts) other = x;
    x = y, y = other;
  }
  return x;
}

/// The `number`-th complex octets of working memory.
INLINE NAMED(Parts) NAMED(parts)(const CKFourierPlan *plan, double *work, size_t number) {
  octet *first = (octet *)work + 2 * number * plan->length;
  return (NAMED(Parts)){first, first + plan->length};
}

INLINE NAMED(Parts) NAMED(exchanged)(NAMED(Parts) parts) { return (NAMED(Parts)){parts.im, parts.re}; }

KERNEL(void, ck_fourier, (const CKFourierPlan *plan, double *real, double *imaginary, double *spare),
       (plan, real, imaginary, spare)) {
  const NAMED(Parts) x = {(octet *)real, (octet *)imaginary};
  const NAMED(Parts) result = NAMED(transform)(plan, x, NAMED(parts)(plan, spare, 0));
  if (result.re == x.re) return;
  memcpy(real, result.re, plan->length * sizeof(octet));
  memcpy(imaginary, result.im, plan->length * sizeof(octet));
}

KERNEL(void, ck_grid_forward,
       (const CKFourierPlan *plan, const double *grid, size_t rows, size_t columns, size_t column, double *spectrum,
        double *work),
       (plan, grid, rows, columns, column, spectrum, work)) {
  const size_t length = plan->length;
  const NAMED(Parts) x = NAMED(parts)(plan, work, 0);
  for (size_t y = 0; y < rows; y++) {
    memcpy(&x.re[y], grid + y * columns + column, sizeof(octet));
    memcpy(&x.im[y], grid + y * columns + column + CK_OCTET, sizeof(octet));
  }
  memset(&x.re[rows], 0, (length - rows) * sizeof(octet));
  memset(&x.im[rows], 0, (length - rows) * sizeof(octet));
  const NAMED(Parts) z = NAMED(transform)(plan, x, NAMED(parts)(plan, work, 1));
  const size_t blocks = length / 2 / CK_OCTET + 1;
  for (size_t block = 0; block < blocks; block++) {
    double *to = spectrum + (block * columns + column) * 2 * CK_OCTET;
    for (size_t lane = 0; lane < CK_OCTET; lane++) {
      const size_t k = block * CK_OCTET + lane;
      octet aRe = {}, aIm = {}, bRe = {}, bIm = {};
      if (k <= length / 2) {
        // Two real sequences in one complex one: the even part is the first's transform, the odd part the second's.
        const size_t mirrored = k == 0 ? 0 : length - k;
        aRe = z.re[k] + z.re[mirrored], aIm = z.im[k] - z.im[mirrored];
        bRe = z.im[k] + z.im[mirrored], bIm = z.re[mirrored] - z.re[k];
      }
      for (size_t i = 0; i < CK_OCTET; i++) {
        to[i * 2 * CK_OCTET + lane] = aRe[i];
        to[i * 2 * CK_OCTET + CK_OCTET + lane] = aIm[i];
        to[(i + CK_OCTET) * 2 * CK_OCTET + lane] = bRe[i];
        to[(i + CK_OCTET) * 2 * CK_OCTET + CK_OCTET + lane] = bIm[i];
      }
    }
  }
}

KERNEL(void, ck_grid_multiply,
       (const CKFourierPlan *plan, const double *kernel, size_t columns, double *spectrum, double *work),
       (plan, kernel, columns, spectrum, work)) {
  const size_t length = plan->length;
  const NAMED(Parts) x = NAMED(parts)(plan, work, 0), y = NAMED(parts)(plan, work, 1);
  const size_t used = columns < length ? columns : length;
  for (size_t i = 0; i < used; i++) {
    memcpy(&x.re[i], spectrum + i * 2 * CK_OCTET, sizeof(octet));
    memcpy(&x.im[i], spectrum + i * 2 * CK_OCTET + CK_OCTET, sizeof(octet));
  }
  memset(&x.re[used], 0, (length - used) * sizeof(octet));
  memset(&x.im[used], 0, (length - used) * sizeof(octet));
  const NAMED(Parts) z = NAMED(transform)(plan, x, y);
  for (size_t k = 0; k < length; k++) {
    octet factor;
    memcpy(&factor, kernel + (k <= length / 2 ? k : length - k) * CK_OCTET, sizeof(octet));
    z.re[k] *= factor, z.im[k] *= factor;
  }
  const NAMED(Parts) other = z.re == x.re ? y : x;
  const NAMED(Parts) result = NAMED(exchanged)(NAMED(transform)(plan, NAMED(exchanged)(z), NAMED(exchanged)(other)));
  for (size_t i = 0; i < used; i++) {
    memcpy(spectrum + i * 2 * CK_OCTET, &result.re[i], sizeof(octet));
    memcpy(spectrum + i * 2 * CK_OCTET + CK_OCTET, &result.im[i], sizeof(octet));
  }
}

KERNEL(void, ck_grid_backward,
       (const CKFourierPlan *plan, const double *spectrum, size_t rows, size_t columns, size_t column, double *grid,
        double *work),
       (plan, spectrum, rows, columns, column, grid, work)) {
  const size_t length = plan->length;
  const NAMED(Parts) z = NAMED(parts)(plan, work, 0);
  for (size_t k = 0; k <= length / 2; k++) {
    const double *from =
        spectrum + (k / CK_OCTET * columns + column) * 2 * CK_OCTET + k % CK_OCTET;
    octet aRe, aIm, bRe, bIm;
    for (size_t i = 0; i < CK_OCTET; i++) {
      aRe[i] = from[i * 2 * CK_OCTET], aIm[i] = from[i * 2 * CK_OCTET + CK_OCTET];
      bRe[i] = from[(i + CK_OCTET) * 2 * CK_OCTET], bIm[i] = from[(i + CK_OCTET) * 2 * CK_OCTET + CK_OCTET];
    }
    z.re[k] = aRe - bIm, z.im[k] = aIm + bRe;
    if (k > 0 && k < length - k) z.re[length - k] = aRe + bIm, z.im[length - k] = bRe - aIm;
  }
  const NAMED(Parts) result = NAMED(exchanged)(
      NAMED(transform)(plan, NAMED(exchanged)(z), NAMED(exchanged)(NAMED(parts)(plan, work, 1))));
  for (size_t y = 0; y < rows; y++) {
    memcpy(grid + y * columns + column, &result.re[y], sizeof(octet));
    memcpy(grid + y * columns + column + CK_OCTET, &result.im[y], sizeof(octet));
  }
}

/// The cubic B-spline at the nodes that it reaches, the node farthest to the left first, at the fraction `u` behind the
/// third of them.
INLINE void NAMED(spline)(double u, double weights[4]) {
  const double v = 1 - u;
  weights[0] = v * v * v * (1.0 / 6);
  weights[1] = (u * u * (3 * u - 6) + 4) * (1.0 / 6);
  weights[2] = (v * v * (3 * v - 6) + 4) * (1.0 / 6);
  weights[3] = u * u * u * (1.0 / 6);
}

INLINE void NAMED(spline_slopes)(double u, double slopes[4]) {
  const double v = 1 - u;
  slopes[0] = -0.5 * (v * v);
  slopes[1] = u * (1.5 * u - 2);
  slopes[2] = v * (2 - 1.5 * v);
  slopes[3] = 0.5 * (u * u);
}

KERNEL(void, ck_grid_spread,
       (const double *x, const double *y, const int32_t *order, size_t count, double *grid, size_t columns,
        size_t firstRow, size_t endRow),
       (x, y, order, count, grid, columns, firstRow, endRow)) {
  for (size_t n = 0; n < count; n++) {
    const int32_t i = order[n];
    const int64_t column = (int64_t)x[i], row = (int64_t)y[i];
    double across[4], along[4];
    NAMED(spline)(x[i] - (double)column, across);
    NAMED(spline)(y[i] - (double)row, along);
    quad weights;
    memcpy(&weights, across, sizeof(quad));
    for (int64_t j = 0; j < 4; j++) {
      const int64_t node = row - 3 + j;
      if (node < (int64_t)firstRow || node >= (int64_t)endRow) continue;
      quad *to = (quad *)(grid + (size_t)node * columns + (size_t)(column - 3));
      *to += along[j] * weights;
    }
  }
}

KERNEL(double, ck_grid_interpolate,
       (const double *x, const double *y, size_t first, size_t count, const double *grid, size_t columns, double slope,
        double *values, double *slopesX, double *slopesY),
       (x, y, first, count, grid, columns, slope, values, slopesX, slopesY)) {
  double sum = 0;
  for (size_t i = first; i < first + count; i++) {
    const int64_t column = (int64_t)x[i], row = (int64_t)y[i];
    const double u = x[i] - (double)column, v = y[i] - (double)row;
    double weights[4], slopes[4], along[4], alongSlopes[4];
    NAMED(spline)(u, weights);
    NAMED(spline_slopes)(u, slopes);
    NAMED(spline)(v, along);
    NAMED(spline_slopes)(v, alongSlopes);
    quad across, acrossSlopes, value = {}, rise = {};
    memcpy(&across, weights, sizeof(quad)), memcpy(&acrossSlopes, slopes, sizeof(quad));
    for (int64_t j = 0; j < 4; j++) {
      const quad nodes = *(const quad *)(grid + (size_t)(row - 3 + j) * columns + (size_t)(column - 3));
      value += along[j] * nodes;
      rise += alongSlopes[j] * nodes;
    }
    const quad products = value * across, byX = value * acrossSlopes, byY = rise * across;
    values[i] = (products[0] + products[2]) + (products[1] + products[3]);
    slopesX[i] = slope * ((byX[0] + byX[2]) + (byX[1] + byX[3]));
    slopesY[i] = slope * ((byY[0] + byY[2]) + (byY[1] + byY[3]));
    sum += values[i];
  }
  return sum;
}

#endif
