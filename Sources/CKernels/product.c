#include "include/product.h"

#include "vector.h"

#ifndef LANES
#define KERNELS "product.c"
#include "instruction_sets.h"
#else
#include "tile_product.h"

/// A slice of B two vectors wide and this deep stays in the first-level cache while the rows pass.
#define DEPTH_BLOCK 256

/// The last columns, fewer than a vector: B's are copied to whole vectors, C's rows pass through them.
static void NAMED(product_edge)(const float *a, size_t rowStep, size_t depthStep, const float *b, size_t bStride,
                                float *c, size_t cStride, size_t rows, size_t columns, size_t depth, int accumulates) {
  float wide[DEPTH_BLOCK * LANES], sums[PANEL_ROWS * LANES];
  for (size_t p = 0; p < depth; p++)
    for (size_t j = 0; j < LANES; j++) wide[p * LANES + j] = j < columns ? b[p * bStride + j] : 0;
  for (size_t row = 0; row < rows; row += PANEL_ROWS) {
    const size_t height = rows - row < PANEL_ROWS ? rows - row : PANEL_ROWS;
    for (size_t i = 0; i < height; i++)
      for (size_t j = 0; j < LANES; j++)
        sums[i * LANES + j] = accumulates && j < columns ? c[(row + i) * cStride + j] : 0;
    NAMED(tile_of_rows)(height, 1, a + row * rowStep, rowStep, depthStep, wide, LANES, sums, LANES, depth, 1, 0);
    for (size_t i = 0; i < height; i++)
      for (size_t j = 0; j < columns; j++) c[(row + i) * cStride + j] = sums[i * LANES + j];
  }
}

KERNEL(void, ck_product,
       (const float *a, size_t rowStep, size_t depthStep, const float *b, float *c, size_t rows, size_t columns,
        size_t depth, int accumulates),
       (a, rowStep, depthStep, b, c, rows, columns, depth, accumulates)) {
  const size_t whole = columns / LANES * LANES;
  for (size_t p = 0; p < depth || p == 0; p += DEPTH_BLOCK) {
    const size_t some = depth - p < DEPTH_BLOCK ? depth - p : DEPTH_BLOCK;
    const float *from = a + p * depthStep, *row = b + p * columns;
    if (p > 0 || accumulates)
      NAMED(tile_product)(from, rowStep, depthStep, row, columns, c, columns, rows, whole, some, 1);
    else
      NAMED(tile_product)(from, rowStep, depthStep, row, columns, c, columns, rows, whole, some, 0);
    if (whole < columns)
      NAMED(product_edge)(from, rowStep, depthStep, row + whole, columns, c + whole, columns, rows, columns - whole,
                          some, p > 0 || accumulates);
  }
}

#undef DEPTH_BLOCK
#endif
