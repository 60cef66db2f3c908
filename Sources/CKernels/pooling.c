#include "include/pooling.h"

#include "vector.h"

#ifndef LANES

/// Channels that are worked on at a time.
enum { STRIP = 64 };

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

#define KERNELS "pooling.c"
#include "instruction_sets.h"
#else

KERNEL(void, ck_max_pool,
       (const float *restrict x, float *restrict y, uint8_t *restrict place, size_t height, size_t width, size_t
        channels, size_t size),
       (x, y, place, height, width, channels, size)) {
  for (size_t oy = 0; oy < height / size; oy++)
    for (size_t ox = 0; ox < width / size; ox++, y += channels)
      for (size_t first = 0; first < channels; first += STRIP) {
        const size_t count = channels - first < STRIP ? channels - first : STRIP;
        float largest[STRIP];
        int32_t where[STRIP];
        for (size_t k = 0; k < size * size; k++) {
          const float *in = x + ((oy * size + k / size) * width + ox * size + k % size) * channels + first;
          // A NaN is the largest, wherever it stands: a pooling must not hide that a network has diverged.
          for (size_t c = 0; c < count; c++) {
            const int isLarger = k == 0 || in[c] > largest[c] || in[c] != in[c];
            largest[c] = isLarger ? in[c] : largest[c];
            where[c] = isLarger ? (int32_t)k : where[c];
          }
        }
        memcpy(y + first, largest, count * sizeof(float));
        if (!place) continue;
        for (size_t c = 0; c < count; c++) place[c] = (uint8_t)where[c];
        place += count;
      }
}

KERNEL(void, ck_max_pool_backward,
       (const uint8_t *restrict place, const float *restrict dy, float *restrict dx, size_t height, size_t width,
        size_t channels, size_t size),
       (place, dy, dx, height, width, channels, size)) {
  if (height % size || width % size) memset(dx, 0, height * width * channels * sizeof(float));
  for (size_t oy = 0; oy < height / size; oy++)
    for (size_t ox = 0; ox < width / size; ox++, place += channels, dy += channels)
      for (size_t k = 0; k < size * size; k++) {
        float *out = dx + ((oy * size + k / size) * width + ox * size + k % size) * channels;
        for (size_t c = 0; c < channels; c++) out[c] = place[c] == k ? dy[c] : 0;
      }
}

#endif
