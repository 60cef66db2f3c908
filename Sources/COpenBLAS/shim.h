#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H

#include <cblas.h>

/// LAPACK's eigenvalues (rising) and eigenvectors of a symmetric matrix by divide and conquer; OpenBLAS ships no header
/// for it. The last two arguments are the lengths that Fortran adds for its strings.
void dsyevd_(const char *job, const char *triangle, const blasint *order, double *matrix, const blasint *stride,
             double *values, double *work, const blasint *workSize, blasint *integers, const blasint *integerSize,
             blasint *status, size_t jobLength, size_t triangleLength);

#endif
