#ifndef CKERNELS_FOURIER_H
#define CKERNELS_FOURIER_H

#include <stddef.h>
#include <stdint.h>

/// Numbers that are transformed side by side.
enum { CK_OCTET = 8 };
/// Columns of a grid that are transformed together: an octet in the real parts, the next in the imaginary ones.
enum { CK_GRID_COLUMNS = 2 * CK_OCTET };
/// Nodes along each axis that a point's spline reaches.
enum { CK_SPLINE_NODES = 4 };

/// How a discrete Fourier transform is done: length is the product of the factors, each 2, 3, 4 or 5; roots are
/// cos(2πj/length), then −sin(2πj/length), for j in 0..<length.
typedef struct {
  size_t length;
  const double *roots;
  const int32_t *factors;
  size_t factorCount;
} CKFourierPlan;

/// Transforms CK_OCTET complex sequences at a time: element j of sequence l is at [j·CK_OCTET + l] of `real` and
/// `imaginary`, which end up as Σ_j x_j exp(−2πi jk/length), in order of k. `spare` has room for
/// 2·length·CK_OCTET numbers.
void ck_fourier(const CKFourierPlan *plan, double *real, double *imaginary, double *spare);

/// The first step of a circular convolution of a real grid: the transforms along its columns of the CK_GRID_COLUMNS
/// columns from `column`. `grid` has `rows` rows of `columns` numbers, the rest up to the plan's length being zero.
/// Frequency k of column x, for k up to length/2, goes to [(k / 8 · columns + x) · 16 + k % 8] of `spectrum`, the
/// imaginary part 8 further: twice the transform. `work` has room for 4·length·CK_OCTET numbers.
void ck_grid_forward(const CKFourierPlan *plan, const double *grid, size_t rows, size_t columns, size_t column,
                     double *spectrum, double *work);

/// The second step, for a block of eight frequencies along columns: transforms along rows, multiplies by the kernel's
/// transform, which is real and even (`kernel` has the frequencies up to length/2, eight numbers each), and transforms
/// back. `spectrum` begins at the block.
void ck_grid_multiply(const CKFourierPlan *plan, const double *kernel, size_t columns, double *spectrum, double *work);

/// The last step: back along the CK_GRID_COLUMNS columns from `column`, into `grid`.
void ck_grid_backward(const CKFourierPlan *plan, const double *spectrum, size_t rows, size_t columns, size_t column,
                      double *grid, double *work);

/// Spreads points over a grid by cubic B-splines, onto its rows firstRow..<endRow alone: point i, one of `order`, at
/// column x[i] and row y[i], adds to the nodes ⌊x⌋ − 3 to ⌊x⌋ and ⌊y⌋ − 3 to ⌊y⌋. `grid` has rows of `columns` numbers.
void ck_grid_spread(const double *x, const double *y, const int32_t *order, size_t count, double *grid, size_t columns,
                    size_t firstRow, size_t endRow);

/// The spline over a grid at the points first..<first + count, and its derivatives by column and by row, both times
/// `slope`. Returns the sum of the values.
double ck_grid_interpolate(const double *x, const double *y, size_t first, size_t count, const double *grid,
                           size_t columns, double slope, double *values, double *slopesX, double *slopesY);

#endif
