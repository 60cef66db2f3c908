#include "include/pooling.h"

#include "vector.h"

DISPATCHED void ck_max_pool(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size) {
  for (size_t oy = 0; oy < height / size; oy++)
    for (size_t ox = 0; ox < width / size; ox++, y += channels)
      for (size_t ky = 0; ky < size; ky++)
        for (size_t kx = 0; kx < size; kx++) {
          const float *in = x + ((oy * size + ky) * width + ox * size + kx) * channels;
          if (ky + kx == 0)
            memcpy(y, in, channels * sizeof(float));
          else
            // A NaN is the largest, wherever it stands: a pooling must not hide that a network has diverged.
            for (size_t c = 0; c < channels; c++) y[c] = in[c] > y[c] || in[c] != in[c] ? in[c] : y[c];
        }
}

DISPATCHED void ck_max_pool_backward(const float *restrict x, const float *restrict y, const float *restrict dy,
                                     float *restrict dx, size_t height, size_t width, size_t channels, size_t size) {
  enum { STRIP = 64 };
  if (height % size || width % size) memset(dx, 0, height * width * channels * sizeof(float));
  for (size_t oy = 0; oy < height / size; oy++)
    for (size_t ox = 0; ox < width / size; ox++, y += channels, dy += channels)
      for (size_t first = 0; first < channels; first += STRIP) {
        const size_t count = channels - first < STRIP ? channels - first : STRIP;
        // What is still to be given: a window's gradient until its largest element has been met.
        float left[STRIP];
        memcpy(left, dy + first, count * sizeof(float));
        for (size_t k = 0; k < size * size; k++) {
          const size_t at = ((oy * size + k / size) * width + ox * size + k % size) * channels + first;
          for (size_t c = 0; c < count; c++) {
            const int isLargest = x[at + c] == y[first + c];
            dx[at + c] = isLargest ? left[c] : 0;
            left[c] = isLargest ? 0 : left[c];
          }
        }
      }
}

void ck_depth_to_space(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size) {
  for (size_t h = 0; h < height; h++)
    for (size_t w = 0; w < width; w++)
      for (size_t k = 0; k < size; k++, x += size * channels)
        memcpy(y + (((h * size + k) * width + w) * size) * channels, x, size * channels * sizeof(float));
}

void ck_space_to_depth(const float *x, float *y, size_t height, size_t width, size_t channels, size_t size) {
  for (size_t h = 0; h < height; h++)
    for (size_t w = 0; w < width; w++)
      for (size_t k = 0; k < size; k++, y += size * channels)
        memcpy(y, x + (((h * size + k) * width + w) * size) * channels, size * channels * sizeof(float));
}
