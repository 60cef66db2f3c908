#ifndef CKERNELS_PRODUCT_H
#define CKERNELS_PRODUCT_H

#include <stddef.h>

/// C (+)= A·B for matrices that fit the second-level cache and `columns` a multiple of 16, without the packing that
/// makes a library's product slow for those: A's element (i, p) is a[i * rowStep + p * depthStep], B and C are dense
/// and row-major.
void ck_product(int instructions, const float *a, size_t rowStep, size_t depthStep, const float *b, float *c,
                size_t rows, size_t columns, size_t depth, int accumulates);

#endif
