#include "include/winograd.h"

#include <string.h>

#define ROOT2 1.41421356237309505f
#define INVERSE_ROOT2 0.70710678118654752f

typedef struct {
  size_t image;
  long top, left;
} tile_place;

static inline tile_place place_of(const ck_winograd *shape, size_t tile) {
  const size_t rows = (shape->height + 3) / 4, columns = (shape->width + 3) / 4;
  const size_t within = tile % (rows * columns);
  return (tile_place){tile / (rows * columns), 4 * (long)(within / columns), 4 * (long)(within % columns)};
}

/// Where pixel (y, x) of a tile lies in the batch, or -1 outside its image.
static inline long pixel_offset(const ck_winograd *shape, size_t channels, tile_place place, long y, long x) {
  const long height = (long)shape->height, width = (long)shape->width;
  const long row = place.top + y, column = place.left + x;
  if (row < 0 || row >= height || column < 0 || column >= width) return -1;
  return (((long)place.image * height + row) * width + column) * (long)channels;
}

/// Floats of one position's matrix; the odd cache line keeps the positions from falling into the same cache set.
static inline size_t slice_size(size_t tiles, size_t channels) { return tiles * channels + 16; }

/// Transformed inputs, transformed outputs (products or gradients), a pixel of zeros, a pixel to write in vain.
typedef struct {
  float *v, *m, *zeros, *spare;
} scratch_parts;

static scratch_parts parts_of(const ck_winograd *shape, size_t tileCount, float *scratch) {
  const size_t inputs = shape->inputChannels, outputs = shape->outputChannels;
  scratch_parts parts;
  parts.v = scratch;
  parts.m = parts.v + CK_WINOGRAD_POSITIONS * slice_size(tileCount, inputs);
  parts.zeros = parts.m + CK_WINOGRAD_POSITIONS * slice_size(tileCount, outputs);
  parts.spare = parts.zeros + inputs + outputs;
  for (size_t i = 0; i < inputs + outputs; i++) parts.zeros[i] = 0;
  return parts;
}

size_t ck_winograd_tiles(ck_winograd shape) { return ((shape.height + 3) / 4) * ((shape.width + 3) / 4); }

size_t ck_winograd_scratch(ck_winograd shape, size_t tileCount) {
  const size_t inputs = shape.inputChannels, outputs = shape.outputChannels;
  return CK_WINOGRAD_POSITIONS * (slice_size(tileCount, inputs) + slice_size(tileCount, outputs)) + inputs +
         2 * outputs;
}

#define BODY "winograd_body.h"
#include "instruction_sets.h"

void ck_winograd_filter(int instructions, ck_winograd shape, const float *weight, size_t first, size_t count,
                        float *result) {
  CALL(filter, &shape, weight, first, count, result)
}

void ck_winograd_filter_backward(int instructions, ck_winograd shape, const float *filterGradient,
                                 float *weightGradient) {
  CALL(filter_backward, &shape, filterGradient, weightGradient)
}

void ck_winograd_forward(int instructions, ck_winograd shape, const float *x, const float *filter,
                         const float *bias, float *y, size_t firstTile, size_t tileCount, float *scratch) {
  CALL(forward, &shape, x, filter, bias, y, firstTile, tileCount, scratch)
}

void ck_winograd_weight_gradient(int instructions, ck_winograd shape, const float *x, const float *dy,
                                 size_t firstTile, size_t tileCount, float *scratch, int accumulates,
                                 float *filterGradient, float *biasGradient) {
  CALL(weight_gradient, &shape, x, dy, firstTile, tileCount, scratch, accumulates, filterGradient, biasGradient)
}
