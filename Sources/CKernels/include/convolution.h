#ifndef CKERNELS_CONVOLUTION_H
#define CKERNELS_CONVOLUTION_H

#include <stddef.h>

/// One image [height, width, channels] seen by a square kernel; padding is zero.
typedef struct {
  size_t height, width, channels;
  size_t kernel, stride, padding;
  size_t outputWidth;
} ck_window;

/// Rows firstRow..<firstRow+rowCount of the output, as patches [pixel, kernel * kernel * channels].
void ck_patches(const ck_window *window, const float *image, size_t firstRow, size_t rowCount, float *patches);

/// The transpose of ck_patches: adds the patches into the image.
void ck_add_patches(const ck_window *window, const float *patches, size_t firstRow, size_t rowCount, float *image);

/// Every row of y becomes `row`.
void ck_fill_rows(const float *row, float *y, size_t rows, size_t channels);

#endif
