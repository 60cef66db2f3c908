#include "include/winograd.h"

#include "vector.h"

#ifndef LANES

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

#define KERNELS "winograd.c"
#include "instruction_sets.h"
#else
// A transform works on one vector of channels: first down the columns of the tile, then along its rows. Transformed
// tiles lie as [36, tile, channel], so that each position is a plain matrix product.

#include "tile_product.h"

#define VECTOR NAMED(vector)

/// Bᵀd: six inputs to six positions.
static inline __attribute__((always_inline)) void NAMED(input_line)(const VECTOR *d, int from, VECTOR *v, int to) {
  const VECTOR near = FMA(SPLAT(-2.0f), d[2 * from], d[4 * from]), odd1 = FMA(SPLAT(-2.0f), d[from], d[3 * from]);
  const VECTOR far = FMA(SPLAT(-0.5f), d[2 * from], d[4 * from]), odd2 = FMA(SPLAT(-0.5f), d[from], d[3 * from]);
  v[0] = FMA(SPLAT(-2.5f), d[2 * from], d[4 * from]) + d[0];
  v[to] = FMA(SPLAT(INVERSE_ROOT2), odd1, near);
  v[2 * to] = FMA(SPLAT(-INVERSE_ROOT2), odd1, near);
  v[3 * to] = FMA(SPLAT(ROOT2), odd2, far);
  v[4 * to] = FMA(SPLAT(-ROOT2), odd2, far);
  v[5 * to] = FMA(SPLAT(-2.5f), d[3 * from], d[5 * from]) + d[from];
}

/// Aᵀm: six positions to four outputs.
static inline __attribute__((always_inline)) void NAMED(output_line)(const VECTOR *m, int from, VECTOR *y, int to) {
  const VECTOR sum1 = m[from] + m[2 * from], difference1 = m[from] - m[2 * from];
  const VECTOR sum2 = m[3 * from] + m[4 * from], difference2 = m[3 * from] - m[4 * from];
  y[0] = m[0] + sum1 + sum2;
  y[to] = FMA(SPLAT(ROOT2), difference2, INVERSE_ROOT2 * difference1);
  y[2 * to] = FMA(SPLAT(2.0f), sum2, 0.5f * sum1);
  y[3 * to] = FMA(SPLAT(0.5f * INVERSE_ROOT2), difference1, FMA(SPLAT(2 * ROOT2), difference2, m[5 * from]));
}

/// A·dy, the transpose of output_line: four outputs' gradients to six positions.
static inline __attribute__((always_inline)) void NAMED(gradient_line)(const VECTOR *y, int from, VECTOR *w, int to) {
  const VECTOR even1 = FMA(SPLAT(0.5f), y[2 * from], y[0]), odd1 = FMA(SPLAT(0.5f), y[3 * from], y[from]);
  const VECTOR even2 = FMA(SPLAT(2.0f), y[2 * from], y[0]), odd2 = FMA(SPLAT(2.0f), y[3 * from], y[from]);
  w[0] = y[0];
  w[to] = FMA(SPLAT(INVERSE_ROOT2), odd1, even1);
  w[2 * to] = FMA(SPLAT(-INVERSE_ROOT2), odd1, even1);
  w[3 * to] = FMA(SPLAT(ROOT2), odd2, even2);
  w[4 * to] = FMA(SPLAT(-ROOT2), odd2, even2);
  w[5 * to] = y[3 * from];
}

/// G·g: three weights to six positions.
static inline __attribute__((always_inline)) void NAMED(filter_line)(const VECTOR *g, int from, VECTOR *u, int to) {
  const VECTOR even1 = (-2.0f / 3) * FMA(SPLAT(0.5f), g[2 * from], g[0]);
  const VECTOR even2 = (1.0f / 6) * FMA(SPLAT(2.0f), g[2 * from], g[0]);
  u[0] = g[0];
  u[to] = FMA(SPLAT(-2.0f / 3 * INVERSE_ROOT2), g[from], even1);
  u[2 * to] = FMA(SPLAT(2.0f / 3 * INVERSE_ROOT2), g[from], even1);
  u[3 * to] = FMA(SPLAT(1.0f / 6 * ROOT2), g[from], even2);
  u[4 * to] = FMA(SPLAT(-1.0f / 6 * ROOT2), g[from], even2);
  u[5 * to] = g[2 * from];
}

/// Gᵀu, the transpose of filter_line: six positions' gradients to three weights.
static inline __attribute__((always_inline)) void NAMED(weight_line)(const VECTOR *u, int from, VECTOR *g, int to) {
  const VECTOR sum1 = u[from] + u[2 * from], difference1 = u[from] - u[2 * from];
  const VECTOR sum2 = u[3 * from] + u[4 * from], difference2 = u[3 * from] - u[4 * from];
  g[0] = FMA(SPLAT(1.0f / 6), sum2, FMA(SPLAT(-2.0f / 3), sum1, u[0]));
  g[to] = FMA(SPLAT(1.0f / 6 * ROOT2), difference2, (-2.0f / 3 * INVERSE_ROOT2) * difference1);
  g[2 * to] = FMA(SPLAT(2.0f / 6), sum2, FMA(SPLAT(-1.0f / 3), sum1, u[5 * from]));
}

/// Applies a line's transform down the columns, then along the rows.
#define SQUARE(line, inputs, in, outputs, out)                                                 \
  do {                                                                                         \
    VECTOR half[(outputs) * (inputs)];                                                         \
    for (int x = 0; x < (inputs); x++) line((in) + x, inputs, half + x, inputs);               \
    for (int y = 0; y < (outputs); y++) line(half + y * (inputs), 1, (out) + y * (outputs), 1); \
  } while (0)

/// Addresses of a tile's side × side pixels from (-before, -before) on, `zeros` for those outside the image. They are
/// fetched towards the cache: the images of a batch lie beyond it, and the transforms would wait for each line.
static inline void NAMED(find_pixels)(const ck_winograd *shape, const float *images, size_t channels, size_t tile,
                                      int side, int before, const float *zeros, const float **pixels) {
  const tile_place place = place_of(shape, tile);
  for (int i = 0; i < side * side; i++) {
    const long offset = pixel_offset(shape, channels, place, i / side - before, i % side - before);
    pixels[i] = offset < 0 ? zeros : images + offset;
    // The first columns are the last ones of the tile before.
    if (i % side >= 2 * before)
      for (size_t c = 0; c < channels; c += 16) __builtin_prefetch(pixels[i] + c);
  }
}

/// Transformed inputs of a block of tiles, `zeros` being a pixel of zeros.
static void NAMED(transform_inputs)(const ck_winograd *shape, const float *x, size_t firstTile, size_t tileCount,
                                    const float *zeros, float *v) {
  const size_t channels = shape->inputChannels, step = slice_size(tileCount, channels);
  const float *pixels[2][36];
  NAMED(find_pixels)(shape, x, channels, firstTile, 6, 1, zeros, pixels[0]);
  for (size_t tile = 0; tile < tileCount; tile++) {
    const float **current = pixels[tile % 2];
    if (tile + 1 < tileCount)
      NAMED(find_pixels)(shape, x, channels, firstTile + tile + 1, 6, 1, zeros, pixels[(tile + 1) % 2]);
    for (size_t c = 0; c < channels; c += LANES) {
      VECTOR d[36], out[36];
      for (int i = 0; i < 36; i++) d[i] = *(const VECTOR *)(current[i] + c);
      SQUARE(NAMED(input_line), 6, d, 6, out);
      for (int i = 0; i < 36; i++) *(VECTOR *)(v + i * step + tile * channels + c) = out[i];
    }
  }
}

/// Transformed output gradients of a block of tiles, `zeros` being a pixel of zeros; adds their sums to `biasGradient`.
static void NAMED(transform_gradients)(const ck_winograd *shape, const float *dy, size_t firstTile,
                                       size_t tileCount, const float *zeros, float *w, float *biasGradient) {
  const size_t channels = shape->outputChannels, step = slice_size(tileCount, channels);
  const float *pixels[2][16];
  NAMED(find_pixels)(shape, dy, channels, firstTile, 4, 0, zeros, pixels[0]);
  for (size_t tile = 0; tile < tileCount; tile++) {
    const float **current = pixels[tile % 2];
    if (tile + 1 < tileCount)
      NAMED(find_pixels)(shape, dy, channels, firstTile + tile + 1, 4, 0, zeros, pixels[(tile + 1) % 2]);
    for (size_t c = 0; c < channels; c += LANES) {
      VECTOR d[16], out[36];
      VECTOR sums[4] = {{0}, {0}, {0}, {0}};
      for (int i = 0; i < 16; i++) {
        d[i] = *(const VECTOR *)(current[i] + c);
        sums[i % 4] += d[i];
      }
      *(VECTOR *)(biasGradient + c) += (sums[0] + sums[1]) + (sums[2] + sums[3]);
      SQUARE(NAMED(gradient_line), 4, d, 6, out);
      for (int i = 0; i < 36; i++) *(VECTOR *)(w + i * step + tile * channels + c) = out[i];
    }
  }
}

/// Writes a block of tiles of y from the products; pixels beyond the image go to `spare`.
static void NAMED(transform_outputs)(const ck_winograd *shape, const float *products, const float *bias,
                                     size_t firstTile, size_t tileCount, float *spare, float *y) {
  const size_t channels = shape->outputChannels, step = slice_size(tileCount, channels);
  for (size_t tile = 0; tile < tileCount; tile++) {
    const tile_place place = place_of(shape, firstTile + tile);
    float *pixels[16];
    for (int i = 0; i < 16; i++) {
      const long offset = pixel_offset(shape, channels, place, i / 4, i % 4);
      pixels[i] = offset < 0 ? spare : y + offset;
    }
    for (size_t c = 0; c < channels; c += LANES) {
      VECTOR m[36], out[16];
      for (int i = 0; i < 36; i++) m[i] = *(const VECTOR *)(products + i * step + tile * channels + c);
      SQUARE(NAMED(output_line), 6, m, 4, out);
      const VECTOR offset = bias ? *(const VECTOR *)(bias + c) : (VECTOR){};
      for (int i = 0; i < 16; i++) *(VECTOR *)(pixels[i] + c) = out[i] + offset;
    }
  }
}

KERNEL(void, ck_winograd_filter,
       (ck_winograd shape, const float *weight, size_t first, size_t count, float *filter),
       (shape, weight, first, count, filter)) {
  const size_t size = shape.inputChannels * shape.outputChannels;
  for (size_t k = first; k < first + count; k += LANES) {
    VECTOR g[9], u[36];
    for (int i = 0; i < 9; i++) g[i] = *(const VECTOR *)(weight + i * size + k);
    SQUARE(NAMED(filter_line), 3, g, 6, u);
    for (int i = 0; i < 36; i++) *(VECTOR *)(filter + i * size + k) = u[i];
  }
}

KERNEL(void, ck_winograd_filter_backward,
       (ck_winograd shape, const float *filterGradient, float *weightGradient),
       (shape, filterGradient, weightGradient)) {
  const size_t size = shape.inputChannels * shape.outputChannels;
  for (size_t k = 0; k < size; k += LANES) {
    VECTOR u[36], g[9];
    for (int i = 0; i < 36; i++) u[i] = *(const VECTOR *)(filterGradient + i * size + k);
    SQUARE(NAMED(weight_line), 6, u, 3, g);
    for (int i = 0; i < 9; i++) *(VECTOR *)(weightGradient + i * size + k) = g[i];
  }
}

KERNEL(void, ck_winograd_forward,
       (ck_winograd shape, const float *x, const float *filter, const float *bias, float *y, size_t firstTile,
        size_t tileCount, float *scratch),
       (shape, x, filter, bias, y, firstTile, tileCount, scratch)) {
  const size_t inputs = shape.inputChannels, outputs = shape.outputChannels;
  const size_t vStep = slice_size(tileCount, inputs), mStep = slice_size(tileCount, outputs);
  const scratch_parts parts = parts_of(&shape, tileCount, scratch);
  NAMED(transform_inputs)(&shape, x, firstTile, tileCount, parts.zeros, parts.v);
  for (int i = 0; i < CK_WINOGRAD_POSITIONS; i++)
    NAMED(tile_product)(parts.v + i * vStep, inputs, 1, filter + i * inputs * outputs, outputs, parts.m + i * mStep,
                        outputs, tileCount, outputs, inputs, 0);
  NAMED(transform_outputs)(&shape, parts.m, bias, firstTile, tileCount, parts.spare, y);
}

KERNEL(void, ck_winograd_weight_gradient,
       (ck_winograd shape, const float *x, const float *dy, size_t firstTile, size_t tileCount, float *scratch,
        int accumulates, float *filterGradient, float *biasGradient),
       (shape, x, dy, firstTile, tileCount, scratch, accumulates, filterGradient, biasGradient)) {
  const size_t inputs = shape.inputChannels, outputs = shape.outputChannels;
  const size_t vStep = slice_size(tileCount, inputs), mStep = slice_size(tileCount, outputs);
  const scratch_parts parts = parts_of(&shape, tileCount, scratch);
  if (!accumulates) memset(biasGradient, 0, outputs * sizeof(float));
  NAMED(transform_inputs)(&shape, x, firstTile, tileCount, parts.zeros, parts.v);
  NAMED(transform_gradients)(&shape, dy, firstTile, tileCount, parts.zeros, parts.m, biasGradient);
  for (int i = 0; i < CK_WINOGRAD_POSITIONS; i++)
    NAMED(tile_product)(parts.v + i * vStep, 1, inputs, parts.m + i * mStep, outputs,
                        filterGradient + i * inputs * outputs, outputs, inputs, outputs, tileCount, accumulates);
}

#undef SQUARE
#undef VECTOR
#endif
