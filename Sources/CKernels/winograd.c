#include "include/winograd.h"

#include "include/instructions.h"

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

#define LANES 4
#define PANEL_ROWS 6
#define NAMED(name) name##_baseline
#include "winograd_body.h"
#undef LANES
#undef PANEL_ROWS
#undef NAMED

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define LANES 8
#define PANEL_ROWS 6
#define NAMED(name) name##_avx2
#include "winograd_body.h"
#undef LANES
#undef PANEL_ROWS
#undef NAMED
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#define LANES 16
#define PANEL_ROWS 12
#define NAMED(name) name##_avx512
#include "winograd_body.h"
#undef LANES
#undef PANEL_ROWS
#undef NAMED
#pragma clang attribute pop

#define CALL(function, ...)                                            \
  switch (instructions) {                                              \
    case CK_AVX512: function##_avx512(__VA_ARGS__); break;             \
    case CK_AVX2: function##_avx2(__VA_ARGS__); break;                 \
    default: function##_baseline(__VA_ARGS__);                         \
  }
#else
#define CALL(function, ...) (void)instructions, function##_baseline(__VA_ARGS__)
#endif

void ck_winograd_filter(int instructions, ck_winograd shape, const float *weight, float *result) {
  CALL(filter, &shape, weight, result)
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
                                 size_t firstTile, size_t tileCount, float *scratch, float *filterGradient) {
  CALL(weight_gradient, &shape, x, dy, firstTile, tileCount, scratch, filterGradient)
}
