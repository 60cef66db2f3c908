#include "tile_product.h"

static void NAMED(product)(const float *a, size_t rowStep, size_t depthStep, const float *b, float *c, size_t rows,
                           size_t columns, size_t depth, int accumulates) {
  // A slice of B two vectors wide and this deep stays in the first-level cache while the rows pass.
  const size_t depthBlock = 256;
  for (size_t p = 0; p < depth; p += depthBlock) {
    const size_t some = depth - p < depthBlock ? depth - p : depthBlock;
    const float *from = a + p * depthStep;
    if (p > 0 || accumulates)
      NAMED(tile_product)(from, rowStep, depthStep, b + p * columns, columns, c, columns, rows, columns, some, 1);
    else
      NAMED(tile_product)(from, rowStep, depthStep, b, columns, c, columns, rows, columns, some, 0);
  }
}
