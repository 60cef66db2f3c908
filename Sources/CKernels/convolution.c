#include "include/convolution.h"

#include <string.h>

/// Calls `body` with the part of each kernel row that lies inside the image: `length` floats at `inside` in the image
/// and at `patch` in the patches; the rest, `before` and `after` floats, is padding.
#define FOR_KERNEL_ROWS(body)                                                                               \
  const size_t rowLength = w->kernel * w->channels;                                                         \
  for (size_t oy = firstRow; oy < firstRow + rowCount; oy++)                                                \
    for (size_t ox = 0; ox < w->outputWidth; ox++)                                                          \
      for (size_t ky = 0; ky < w->kernel; ky++, patch += rowLength) {                                       \
        const long y = (long)(oy * w->stride + ky) - (long)w->padding;                                      \
        const long x = (long)(ox * w->stride) - (long)w->padding;                                           \
        const long left = x < 0 ? -x : 0;                                                                   \
        const long excess = x + (long)w->kernel - (long)w->width;                                           \
        const long right = excess > 0 ? excess : 0;                                                         \
        const int beside = left >= (long)w->kernel || right >= (long)w->kernel;                             \
        const int outside = y < 0 || y >= (long)w->height || beside;                                        \
        const size_t before = outside ? rowLength : (size_t)left * w->channels;                             \
        const size_t after = outside ? 0 : (size_t)right * w->channels;                                     \
        const size_t length = rowLength - before - after;                                                   \
        const size_t inside = outside ? 0 : ((size_t)y * w->width + (size_t)(x + left)) * w->channels;      \
        body                                                                                                \
      }

void ck_patches(const ck_window *w, const float *image, size_t firstRow, size_t rowCount, float *patch) {
  FOR_KERNEL_ROWS({
    for (size_t i = 0; i < before; i++) patch[i] = 0;
    memcpy(patch + before, image + inside, length * sizeof(float));
    for (size_t i = 0; i < after; i++) patch[before + length + i] = 0;
  })
}

void ck_add_patches(const ck_window *w, const float *patch, size_t firstRow, size_t rowCount, float *image) {
  FOR_KERNEL_ROWS({
    (void)after;
    for (size_t i = 0; i < length; i++) image[inside + i] += patch[before + i];
  })
}

void ck_fill_rows(const float *row, float *y, size_t rows, size_t channels) {
  // Short rows are not copied one by one: what was filled is copied on, as long as it stays in the cache.
  size_t count = rows * channels, filled = channels, block = channels;
  if (count == 0) return;
  memcpy(y, row, channels * sizeof(float));
  while (filled < count) {
    if (filled <= 2048) block = filled;
    size_t copied = block < count - filled ? block : count - filled;
    memcpy(y + filled, y, copied * sizeof(float));
    filled += copied;
  }
}
