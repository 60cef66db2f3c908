#ifndef CKERNELS_ELEMENTWISE_H
#define CKERNELS_ELEMENTWISE_H

#include <stddef.h>

/// y = a + b, a - b, a * b, a / b.
void ck_add(const float *a, const float *b, float *y, size_t count);
void ck_subtract(const float *a, const float *b, float *y, size_t count);
void ck_multiply(const float *a, const float *b, float *y, size_t count);
void ck_divide(const float *a, const float *b, float *y, size_t count);

/// y = scale * x + offset.
void ck_affine(const float *x, float scale, float offset, float *y, size_t count);
/// y = first * y, and weighted sums whose products are rounded so: y = first * y + second * a, and
/// y = (first * y + second * a) + (third * b + fourth * c).
void ck_scale(float *y, float first, size_t count);
void ck_weighted_pair(float *y, float first, const float *a, float second, size_t count);
void ck_weighted_four(float *y, float first, const float *a, float second, const float *b, float third, const float *c,
                      float fourth, size_t count);
/// y += scale * x.
void ck_accumulate(const float *x, float scale, float *y, size_t count);

/// exp saturates beyond -87.3 and 88; relative errors below 3e-7 (exp) and 2e-7 (log).
void ck_exp(const float *x, float *y, size_t count);
void ck_log(const float *x, float *y, size_t count);
void ck_square_root(const float *x, float *y, size_t count);
/// y = x limited to [low, high]; NaN stays NaN.
void ck_clamp(const float *x, float low, float high, float *y, size_t count);
/// dx = dy where x lies inside [low, high], else 0.
void ck_clamp_backward(const float *x, const float *dy, float low, float high, float *dx, size_t count);

/// Sum of the elements, and of their squares, in Double: sixteen partial sums, then their tree.
double ck_sum(const float *x, size_t count);
double ck_sum_of_squares(const float *x, size_t count);

/// y[r] = log Σ_i exp(x[r, i]) of each of `rows` rows of `width` ≥ 1 elements, the largest taken off first.
void ck_log_sum_exp(const float *x, float *y, size_t rows, size_t width);

/// Activations by number: 0 identity, 1 SiLU, 2 exact GELU, 3 ReLU, 4 sigmoid, 5 hyperbolic tangent.
/// exp's relative error is below 3e-7, erf's absolute error below 6e-7; NaN stays NaN.
void ck_activate(int kind, const float *x, float *y, size_t count);
/// dx = dy * activation'(x).
void ck_activate_backward(int kind, const float *x, const float *dy, float *dx, size_t count);

/// y = x where it is above 0, else slope * x.
void ck_leaky(const float *x, float slope, float *y, size_t count);
/// dx = dy where the result y is above 0, else slope * dy; slope is above 0.
void ck_leaky_backward(const float *y, const float *dy, float slope, float *dx, size_t count);

/// y = log(1 + e^x) - target * x: the cross-entropy of a target in 0...1 with the logit x.
void ck_logistic_loss(const float *x, const float *target, float *y, size_t count);
/// dx = dy * (sigmoid(x) - target).
void ck_logistic_loss_backward(const float *x, const float *target, const float *dy, float *dx, size_t count);

#endif
