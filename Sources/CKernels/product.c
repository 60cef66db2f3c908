#include "include/product.h"

#define BODY "product_body.h"
#include "instruction_sets.h"

void ck_product(int instructions, const float *a, size_t rowStep, size_t depthStep, const float *b, float *c,
                size_t rows, size_t columns, size_t depth, int accumulates) {
  CALL(product, a, rowStep, depthStep, b, c, rows, columns, depth, accumulates)
}
