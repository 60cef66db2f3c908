#ifndef CKERNELS_POOLING_H
#define CKERNELS_POOLING_H

#include <stddef.h>
#include <stdint.h>

/// Windows of size×size without overlap over one image [height, width, channels]; a remainder is dropped.
/// NaN counts as the largest.
/// `place`, unless NULL, gets the number of the (first) largest pixel within its window; size is at most 16.
void ck_max_pool(const float *x, float *y, uint8_t *place, size_t height, size_t width, size_t channels, size_t size);
/// The gradient goes to the pixel that `place` names; dx is written whole.
void ck_max_pool_backward(const uint8_t *place, const float *dy, float *dx, size_t height, size_t width,
                          size_t channels, size_t size);

/// Moves between [height, width, size * size * channels] and [height * size, width * size, channels].
void ck_depth_to_space(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size);
void ck_space_to_depth(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size);

#endif
