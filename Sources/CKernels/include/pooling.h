#ifndef CKERNELS_POOLING_H
#define CKERNELS_POOLING_H

#include <stddef.h>

/// Windows of size×size without overlap over one image [height, width, channels]; a remainder is dropped.
/// NaN counts as the largest.
void ck_max_pool(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size);
/// The gradient goes to the first of a window's largest elements; dx is written whole.
void ck_max_pool_backward(const float *x, const float *y, const float *dy, float *dx, size_t height, size_t width,
                          size_t channels, size_t size);

/// Moves between [height, width, size * size * channels] and [height * size, width * size, channels].
void ck_depth_to_space(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size);
void ck_space_to_depth(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size);

#endif
