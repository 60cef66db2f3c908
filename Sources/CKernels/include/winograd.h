#ifndef CKERNELS_WINOGRAD_H
#define CKERNELS_WINOGRAD_H

#include <stddef.h>

/// A 3×3 convolution with stride 1 and padding 1 over [batch, height, width, channels], computed by Winograd's
/// F(4×4, 3×3) (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural Networks"): 36 multiplications for a
/// tile of 4×4 outputs instead of 144. Both channel counts are multiples of 16.
///
/// The interpolation points are 0, ±1/√2, ±√2 and infinity; with them the rounding error is about 5 times that of
/// direct summation, a third of what the customary 0, ±1, ±2 gives.
typedef struct {
  size_t height, width, inputChannels, outputChannels;
} ck_winograd;

/// Positions of a transformed tile.
#define CK_WINOGRAD_POSITIONS 36

/// Tiles that cover one image; a batch's tiles are numbered image by image, row by row.
size_t ck_winograd_tiles(ck_winograd shape);
/// Floats of scratch that `tileCount` tiles at a time need, forwards and for the weight gradient.
size_t ck_winograd_scratch(ck_winograd shape, size_t tileCount);

/// The filter `weight` [3, 3, inputs, outputs] as [36, inputs, outputs]; of its inputs·outputs columns those from
/// `first` on, `count` of them, both multiples of 16.
void ck_winograd_filter(ck_winograd shape, const float *weight, size_t first, size_t count, float *filter);

/// Tiles firstTile..<firstTile + tileCount of y = x * filter, plus `bias` [outputs] unless that is NULL.
void ck_winograd_forward(ck_winograd shape, const float *x, const float *filter,
                         const float *bias, float *y, size_t firstTile, size_t tileCount, float *scratch);

/// What these tiles give to the gradients for the transformed filter, [36, inputs, outputs], and for the bias,
/// [outputs]: written, or added to what is there.
void ck_winograd_weight_gradient(ck_winograd shape, const float *x, const float *dy,
                                 size_t firstTile, size_t tileCount, float *scratch, int accumulates,
                                 float *filterGradient, float *biasGradient);

/// The gradient for the weight [3, 3, inputs, outputs] from that for the transformed filter.
void ck_winograd_filter_backward(ck_winograd shape, const float *filterGradient,
                                 float *weightGradient);

#endif
