#include "include/elementwise.h"

#include "activation.h"

#define BINARY(name, operator)                                                              \
  DISPATCHED void name(const float *a, const float *b, float *y, size_t count) {            \
    for (size_t i = 0; i < count; i++) y[i] = a[i] operator b[i];                           \
  }
BINARY(ck_add, +)
BINARY(ck_subtract, -)
BINARY(ck_multiply, *)
BINARY(ck_divide, /)

#define UNARY(name, expression)                                                             \
  DISPATCHED void name(const float *x, float *y, size_t count) {                            \
    for (size_t i = 0; i < count; i++) y[i] = expression;                                   \
  }
UNARY(ck_exp, fast_exp(x[i]))
UNARY(ck_square_root, sqrtf(x[i]))

/// libm's logarithm: the callers' tensors are small, and zero, infinities and denormals must be right.
void ck_log(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = logf(x[i]);
}

DISPATCHED void ck_affine(const float *x, float scale, float offset, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = fmaf(scale, x[i], offset);
}

DISPATCHED void ck_accumulate(const float *x, float scale, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = fmaf(scale, x[i], y[i]);
}

DISPATCHED void ck_clamp(const float *x, float low, float high, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) {
    float v = x[i] < low ? low : x[i];
    y[i] = v > high ? high : v;
  }
}

DISPATCHED void ck_clamp_backward(const float *x, const float *dy, float low, float high, float *dx, size_t count) {
  for (size_t i = 0; i < count; i++) dx[i] = (x[i] < low || x[i] > high) ? 0.0f : dy[i];
}

DISPATCHED double ck_sum(const float *x, size_t count) {
  REASSOCIATE
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += x[i];
  return sum;
}

DISPATCHED double ck_sum_of_squares(const float *x, size_t count) {
  REASSOCIATE
  double sum = 0;
  for (size_t i = 0; i < count; i++) sum += (double)x[i] * x[i];
  return sum;
}

DISPATCHED void ck_activate(int kind, const float *x, float *y, size_t count) {
  FOR_KIND(kind, for (size_t i = 0; i < count; i++) y[i] = activated(KIND, x[i]))
}

DISPATCHED void ck_activate_backward(int kind, const float *x, const float *dy, float *dx, size_t count) {
  FOR_KIND(kind, for (size_t i = 0; i < count; i++) dx[i] = dy[i] * activation_slope(KIND, x[i]))
}
