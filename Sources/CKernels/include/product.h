#ifndef CKERNELS_PRODUCT_H
#define CKERNELS_PRODUCT_H

#include <stddef.h>

/// C (+)= A·B for matrices that fit the second-level cache, without the packing that makes a library's product slow for
/// those: A's element (i, p) is a[i * rowStep + p * depthStep], B and C are dense and row-major. Each element is
/// Σ_p a_ip·b_pj by fused multiply-adds in the order of p, from 0 or from what C holds.
void ck_product(const float *a, size_t rowStep, size_t depthStep, const float *b, float *c, size_t rows,
                size_t columns, size_t depth, int accumulates);

#endif
