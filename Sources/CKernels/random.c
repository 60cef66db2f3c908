#include "include/random.h"

#include "vector.h"

/// sin and cos of 2π·u for u in [0, 1): reduced to an octant, then Cephes' polynomials; error below 2e-7.
static inline void sincos_turns(float u, float *sine, float *cosine) {
  float q = rintf(u * 4.0f);
  float r = (u - q * 0.25f) * 6.28318530717958648f;
  float z = r * r;
  float s = fmaf(fmaf(fmaf(-1.9515295891e-4f, z, 8.3321608736e-3f), z, -1.6666654611e-1f), z * r, r);
  float c = fmaf(fmaf(fmaf(2.443315711809948e-5f, z, -1.388731625493765e-3f), z, 4.166664568298827e-2f), z * z,
                 fmaf(-0.5f, z, 1.0f));
  int32_t quadrant = (int32_t)q & 3;
  float first = quadrant & 1 ? c : s, second = quadrant & 1 ? s : c;
  *sine = quadrant & 2 ? -first : first;
  *cosine = (quadrant == 1 || quadrant == 2) ? -second : second;
}

/// A uniform in (0, 1], so that its logarithm is finite.
static inline float open_uniform(uint32_t word) { return ((float)(word >> 8) + 1.0f) * 0x1p-24f; }

static inline float uniform(uint32_t word) { return (float)(word >> 8) * 0x1p-24f; }

static inline void normal_block(uint64_t key, uint64_t counter, float out[4]) {
  uint32_t w[4];
  ck_philox(key, counter, w);
  for (int pair = 0; pair < 2; pair++) {
    float radius = sqrtf(-2.0f * fast_log(open_uniform(w[2 * pair])));
    float sine, cosine;
    sincos_turns(uniform(w[2 * pair + 1]), &sine, &cosine);
    out[2 * pair] = radius * cosine;
    out[2 * pair + 1] = radius * sine;
  }
}

DISPATCHED void ck_normals(uint64_t key, uint64_t firstBlock, float *out, size_t count) {
  size_t blocks = count / 4;
  for (size_t b = 0; b < blocks; b++) normal_block(key, firstBlock + b, out + 4 * b);
  if (count % 4) {
    float last[4];
    normal_block(key, firstBlock + blocks, last);
    memcpy(out + 4 * blocks, last, (count % 4) * sizeof(float));
  }
}

DISPATCHED void ck_uniforms(uint64_t key, uint64_t firstBlock, float *out, size_t count) {
  for (size_t b = 0; 4 * b < count; b++) {
    uint32_t w[4];
    ck_philox(key, firstBlock + b, w);
    for (size_t i = 0; i < 4 && 4 * b + i < count; i++) out[4 * b + i] = uniform(w[i]);
  }
}
