#ifndef CKERNELS_ROWWISE_H
#define CKERNELS_ROWWISE_H

#include <stddef.h>

/// Matrices are [rows, channels], rows contiguous: pixels by channels. What normalisation and modulation are made of.

/// sum[c] = Σ x over the rows, which lie `stride` floats apart.
void ck_column_sums(const float *x, size_t stride, size_t rows, size_t channels, float *sum);
/// squares[c] = Σ (x - center[c])² over the rows.
void ck_column_squares(const float *x, size_t rows, size_t channels, const float *center, float *squares);

/// y = activation(x * scale[c] + shift[c]); `kind` as in elementwise.h.
void ck_scale_shift(int kind, const float *x, const float *scale, const float *shift, float *y, size_t rows,
                    size_t channels);

/// The derivative of ck_scale_shift up to its argument u = x * scale + shift:
/// du = dy * activation'(u), sum[c] = Σ du, product[c] = Σ du * (x - center[c]).
void ck_scale_shift_backward(int kind, const float *x, const float *dy, const float *scale, const float *shift,
                             const float *center, float *du, float *sum, float *product, size_t rows,
                             size_t channels);

/// y = a[c] * y + b[c] * x + c[c], in place.
void ck_column_combination(float *y, const float *x, const float *a, const float *b, const float *c, size_t rows,
                           size_t channels);

/// Σ (x - center)² in Double, by sixteen partial sums.
double ck_squares_about(const float *x, float center, size_t count);
/// Layer normalisation of one image of known mean and reciprocal standard deviation, gain and offset being an element's
/// own: y = (x - mean) * reciprocal * gain + offset.
void ck_normalise(const float *x, float mean, float reciprocal, const float *gain, const float *offset, float *y,
                  size_t count);
/// Its derivative for x: dx = reciprocal * (dy * gain - m1 - x̂ * m2), m1 and m2 the means of dy * gain and of
/// dy * gain * x̂.
void ck_normalise_backward(const float *x, const float *dy, float mean, float reciprocal, const float *gain, float *dx,
                           size_t count);
/// Adds its derivatives for gain and offset: dgain += dy * x̂, doffset += dy.
void ck_normalise_parameters(const float *x, const float *dy, float mean, float reciprocal, float *dgain,
                             float *doffset, size_t count);

/// Copies a [rows, columns] block between matrices with the given row strides.
void ck_copy_columns(const float *x, size_t xStride, float *y, size_t yStride, size_t rows, size_t columns);

/// y [columns, rows] becomes the transpose of x [rows, columns], whose rows lie `stride` floats apart.
void ck_transpose(const float *x, size_t stride, float *y, size_t rows, size_t columns);

#endif
