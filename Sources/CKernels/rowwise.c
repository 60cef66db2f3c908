#include "include/rowwise.h"

#include "activation.h"

#ifndef LANES

/// Channels whose sums stay in registers while the rows pass.
enum { STRIP = 32 };

void ck_copy_columns(const float *x, size_t xStride, float *y, size_t yStride, size_t rows, size_t columns) {
  for (size_t r = 0; r < rows; r++) memcpy(y + r * yStride, x + r * xStride, columns * sizeof(float));
}

void ck_transpose(const float *x, size_t stride, float *y, size_t rows, size_t columns) {
  // In blocks whose cache lines stay put while their other elements are used.
  for (size_t row = 0; row < rows; row += 16)
    for (size_t column = 0; column < columns; column++)
      for (size_t r = row; r < row + 16 && r < rows; r++) y[column * rows + r] = x[r * stride + column];
}

#define KERNELS "rowwise.c"
#include "instruction_sets.h"
#else

KERNEL(void, ck_column_sums,
       (const float *restrict x, size_t stride, size_t rows, size_t channels, float *restrict sum),
       (x, stride, rows, channels, sum)) {
  size_t c = 0;
  for (; c + STRIP <= channels; c += STRIP) {
    float sums[STRIP] = {0};
    for (size_t r = 0; r < rows; r++)
      for (size_t k = 0; k < STRIP; k++) sums[k] += x[r * stride + c + k];
    memcpy(sum + c, sums, sizeof(sums));
  }
  if (c == channels) return;
  for (size_t k = c; k < channels; k++) sum[k] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t k = c; k < channels; k++) sum[k] += x[r * stride + k];
}

KERNEL(void, ck_column_squares,
       (const float *restrict x, size_t rows, size_t channels, const float *restrict center,
        float *restrict squares),
       (x, rows, channels, center, squares)) {
  size_t c = 0;
  for (; c + STRIP <= channels; c += STRIP) {
    float sums[STRIP] = {0};
    for (size_t r = 0; r < rows; r++)
      for (size_t k = 0; k < STRIP; k++) {
        const float d = x[r * channels + c + k] - center[c + k];
        sums[k] = fmaf(d, d, sums[k]);
      }
    memcpy(squares + c, sums, sizeof(sums));
  }
  if (c == channels) return;
  for (size_t k = c; k < channels; k++) squares[k] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t k = c; k < channels; k++) {
      const float d = x[r * channels + k] - center[k];
      squares[k] = fmaf(d, d, squares[k]);
    }
}

INLINE void NAMED(scale_shift)(int kind, const float *restrict x, const float *restrict scale, const float *restrict shift,
                        float *restrict y, size_t rows, size_t channels) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < channels; c++)
      y[r * channels + c] = activated(kind, fmaf(x[r * channels + c], scale[c], shift[c]));
}

KERNEL(void, ck_scale_shift,
       (int kind, const float *x, const float *scale, const float *shift, float *y, size_t rows, size_t
        channels),
       (kind, x, scale, shift, y, rows, channels)) {
  FOR_KIND(kind, NAMED(scale_shift)(KIND, x, scale, shift, y, rows, channels))
}

INLINE void NAMED(scale_shift_backward)(int kind, const float *restrict x, const float *restrict dy,
                                 const float *restrict scale, const float *restrict shift,
                                 const float *restrict center, float *restrict du, float *restrict sum,
                                 float *restrict product, size_t rows, size_t channels) {
  for (size_t c = 0; c < channels; c++) sum[c] = product[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < channels; c++) {
      float value = x[r * channels + c];
      float d = dy[r * channels + c] * activation_slope(kind, fmaf(value, scale[c], shift[c]));
      du[r * channels + c] = d;
      sum[c] += d;
      product[c] = fmaf(d, value - center[c], product[c]);
    }
}

KERNEL(void, ck_scale_shift_backward,
       (int kind, const float *x, const float *dy, const float *scale, const float *shift, const float *center,
        float *du, float *sum, float *product, size_t rows, size_t channels),
       (kind, x, dy, scale, shift, center, du, sum, product, rows, channels)) {
  FOR_KIND(kind, NAMED(scale_shift_backward)(KIND, x, dy, scale, shift, center, du, sum, product, rows, channels))
}

KERNEL(void, ck_column_combination,
       (float *restrict y, const float *restrict x, const float *restrict a, const float *restrict b, const float
        *restrict c, size_t rows, size_t channels),
       (y, x, a, b, c, rows, channels)) {
  for (size_t r = 0; r < rows; r++)
    for (size_t k = 0; k < channels; k++)
      y[r * channels + k] = fmaf(a[k], y[r * channels + k], fmaf(b[k], x[r * channels + k], c[k]));
}

KERNEL(double, ck_squares_about, (const float *x, float center, size_t count), (x, center, count)) {
  double sums[WIDTH] = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH)
    for (size_t lane = 0; lane < WIDTH; lane++) {
      const double d = (double)(x[i + lane] - center);
      sums[lane] += d * d;
    }
  for (size_t lane = 0; i + lane < count; lane++) {
    const double d = (double)(x[i + lane] - center);
    sums[lane] += d * d;
  }
  return tree_sum(sums);
}

KERNEL(void, ck_normalise,
       (const float *restrict x, float mean, float reciprocal, const float *restrict gain,
        const float *restrict offset, float *restrict y, size_t count),
       (x, mean, reciprocal, gain, offset, y, count)) {
  for (size_t i = 0; i < count; i++) y[i] = fmaf((x[i] - mean) * reciprocal, gain[i], offset[i]);
}

KERNEL(void, ck_normalise_backward,
       (const float *restrict x, const float *restrict dy, float mean, float reciprocal, const float *restrict gain,
        float *restrict dx, size_t count),
       (x, dy, mean, reciprocal, gain, dx, count)) {
  double sums[WIDTH] = {0}, products[WIDTH] = {0};
  size_t i = 0;
#define ADD_TERM(lane)                                            \
  {                                                               \
    const float du = dy[i + lane] * gain[i + lane];               \
    sums[lane] += du;                                             \
    products[lane] += (double)du * ((x[i + lane] - mean) * reciprocal); \
  }
  for (; i + WIDTH <= count; i += WIDTH)
    for (size_t lane = 0; lane < WIDTH; lane++) ADD_TERM(lane)
  for (size_t lane = 0; i + lane < count; lane++) ADD_TERM(lane)
#undef ADD_TERM
  const float m1 = (float)(tree_sum(sums) / (double)count), m2 = (float)(tree_sum(products) / (double)count);
  for (i = 0; i < count; i++) {
    const float scaled = (x[i] - mean) * reciprocal;
    dx[i] = reciprocal * (fmaf(dy[i], gain[i], -m1) - scaled * m2);
  }
}

KERNEL(void, ck_normalise_parameters,
       (const float *restrict x, const float *restrict dy, float mean, float reciprocal, float *restrict dgain,
        float *restrict doffset, size_t count),
       (x, dy, mean, reciprocal, dgain, doffset, count)) {
  for (size_t i = 0; i < count; i++) {
    dgain[i] = fmaf(dy[i], (x[i] - mean) * reciprocal, dgain[i]);
    doffset[i] += dy[i];
  }
}

#endif
