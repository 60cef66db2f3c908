#include "include/elementwise.h"

#include "activation.h"

#ifndef LANES
#define KERNELS "elementwise.c"
#include "instruction_sets.h"
#else

#define ELEMENTWISE(name, parameters, arguments, expression)                \
  KERNEL(void, name, parameters, arguments) {                               \
    for (size_t i = 0; i < count; i++) y[i] = expression;                   \
  }
#define BINARY(name, operator)                                              \
  ELEMENTWISE(name, (const float *a, const float *b, float *y, size_t count), (a, b, y, count), a[i] operator b[i])
#define UNARY(name, expression)                                             \
  ELEMENTWISE(name, (const float *x, float *y, size_t count), (x, y, count), expression)

BINARY(ck_add, +)
BINARY(ck_subtract, -)
BINARY(ck_multiply, *)
BINARY(ck_divide, /)
UNARY(ck_exp, exp_float(x[i]))
UNARY(ck_log, log_float(x[i]))
UNARY(ck_square_root, sqrtf(x[i]))
ELEMENTWISE(ck_affine, (const float *x, float scale, float offset, float *y, size_t count),
            (x, scale, offset, y, count), fmaf(scale, x[i], offset))
// In place: of an input that may be the output the compiler makes no vectors.
ELEMENTWISE(ck_scale, (float *y, float first, size_t count), (y, first, count), fmaf(first, y[i], 0.0f))
ELEMENTWISE(ck_weighted_pair, (float *y, float first, const float *a, float second, size_t count),
            (y, first, a, second, count), fmaf(first, y[i], 0.0f) + fmaf(second, a[i], 0.0f))
ELEMENTWISE(ck_weighted_four,
            (float *y, float first, const float *a, float second, const float *b, float third, const float *c,
             float fourth, size_t count),
            (y, first, a, second, b, third, c, fourth, count),
            (fmaf(first, y[i], 0.0f) + fmaf(second, a[i], 0.0f)) + (fmaf(third, b[i], 0.0f) + fmaf(fourth, c[i], 0.0f)))
ELEMENTWISE(ck_accumulate, (const float *x, float scale, float *y, size_t count), (x, scale, y, count),
            fmaf(scale, x[i], y[i]))

#undef UNARY
#undef BINARY
#undef ELEMENTWISE

KERNEL(void, ck_clamp, (const float *x, float low, float high, float *y, size_t count), (x, low, high, y, count)) {
  for (size_t i = 0; i < count; i++) {
    float v = x[i] < low ? low : x[i];
    y[i] = v > high ? high : v;
  }
}

KERNEL(void, ck_clamp_backward,
       (const float *x, const float *dy, float low, float high, float *dx, size_t count),
       (x, dy, low, high, dx, count)) {
  for (size_t i = 0; i < count; i++) dx[i] = (x[i] < low || x[i] > high) ? 0.0f : dy[i];
}

KERNEL(double, ck_sum, (const float *x, size_t count), (x, count)) {
  double sums[WIDTH] = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH)
    for (size_t lane = 0; lane < WIDTH; lane++) sums[lane] += x[i + lane];
  for (size_t lane = 0; i + lane < count; lane++) sums[lane] += x[i + lane];
  return tree_sum(sums);
}

KERNEL(double, ck_sum_of_squares, (const float *x, size_t count), (x, count)) {
  // A Float's square is exact in Double.
  double sums[WIDTH] = {0};
  size_t i = 0;
  for (; i + WIDTH <= count; i += WIDTH)
    for (size_t lane = 0; lane < WIDTH; lane++) sums[lane] += (double)x[i + lane] * x[i + lane];
  for (size_t lane = 0; i + lane < count; lane++) sums[lane] += (double)x[i + lane] * x[i + lane];
  return tree_sum(sums);
}

KERNEL(void, ck_log_sum_exp, (const float *x, float *y, size_t rows, size_t width), (x, y, rows, width)) {
  for (size_t r = 0; r < rows; r++, x += width) {
    float largest = x[0], sum = 0;
    for (size_t i = 1; i < width; i++) largest = x[i] > largest || x[i] != x[i] ? x[i] : largest;
    // An infinite maximum is its own answer, and inf - inf would make it NaN.
    if (!isfinite(largest)) {
      y[r] = largest;
      continue;
    }
    for (size_t i = 0; i < width; i++) sum += exp_float(x[i] - largest);
    y[r] = largest + log_float(sum);
  }
}

KERNEL(void, ck_activate, (int kind, const float *x, float *y, size_t count), (kind, x, y, count)) {
  FOR_KIND(kind, for (size_t i = 0; i < count; i++) y[i] = activated(KIND, x[i]))
}

KERNEL(void, ck_activate_backward, (int kind, const float *x, const float *dy, float *dx, size_t count),
       (kind, x, dy, dx, count)) {
  FOR_KIND(kind, for (size_t i = 0; i < count; i++) dx[i] = dy[i] * activation_slope(KIND, x[i]))
}

KERNEL(void, ck_leaky, (const float *x, float slope, float *y, size_t count), (x, slope, y, count)) {
  for (size_t i = 0; i < count; i++) y[i] = x[i] > 0.0f ? x[i] : slope * x[i];
}

KERNEL(void, ck_leaky_backward, (const float *y, const float *dy, float slope, float *dx, size_t count),
       (y, dy, slope, dx, count)) {
  for (size_t i = 0; i < count; i++) dx[i] = y[i] > 0.0f ? dy[i] : slope * dy[i];
}

KERNEL(void, ck_logistic_loss, (const float *x, const float *target, float *y, size_t count), (x, target, y, count)) {
  for (size_t i = 0; i < count; i++) {
    const float positive = x[i] < 0.0f ? 0.0f : x[i];
    y[i] = fmaf(-x[i], target[i], positive + log_float(1.0f + exp_float(-fabsf(x[i]))));
  }
}

KERNEL(void, ck_logistic_loss_backward,
       (const float *x, const float *target, const float *dy, float *dx, size_t count), (x, target, dy, dx, count)) {
  for (size_t i = 0; i < count; i++) dx[i] = dy[i] * (1.0f / (1.0f + exp_float(-x[i])) - target[i]);
}

#endif
