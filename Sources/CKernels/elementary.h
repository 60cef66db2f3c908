#ifndef CKERNELS_ELEMENTARY_H
#define CKERNELS_ELEMENTARY_H

// Elementary functions, one polynomial each for every instruction set: the C library's differ between versions and
// processors. Only operations that the standard rounds correctly are used: + - * / √, fused multiply-add, rounding.

#include "vector.h"

INLINE float bits_to_float(uint32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

INLINE uint32_t float_to_bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

INLINE double bits_to_double(uint64_t bits) {
  double value;
  memcpy(&value, &bits, 8);
  return value;
}

INLINE uint64_t double_to_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, 8);
  return bits;
}

// MARK: - Float

/// exp(x): 2^n times a degree-6 polynomial on [-ln2/2, ln2/2]; relative error below 3e-7;
/// saturates at exp(-87.3) and exp(88) so that no intermediate overflows, NaN stays NaN.
INLINE float exp_float(float x) {
  float clamped = x > 88.0f ? 88.0f : x;
  clamped = clamped < -87.3f ? -87.3f : clamped;
  float n = rintf(clamped * 1.44269504088896341f);
  float r = fmaf(n, -0.693359375f, clamped);
  r = fmaf(n, 2.12194440e-4f, r);
  float p = 1.9875691500e-4f;
  p = fmaf(p, r, 1.3981999507e-3f);
  p = fmaf(p, r, 8.3334519073e-3f);
  p = fmaf(p, r, 4.1665795894e-2f);
  p = fmaf(p, r, 1.6666665459e-1f);
  p = fmaf(p, r, 5.0000001201e-1f);
  p = fmaf(p, r * r, r + 1.0f);
  float scaled = p * bits_to_float((uint32_t)((int32_t)(n == n ? n : 0.0f) + 127) << 23);
  return x == x ? scaled : x;
}

/// Natural logarithm of a positive normal x (Cephes' logf); relative error below 2e-7.
INLINE float log_normal_float(float x) {
  uint32_t bits = float_to_bits(x);
  int32_t exponent = (int32_t)(bits >> 23) - 126;
  float m = bits_to_float((bits & 0x007FFFFFu) | 0x3F000000u);
  int32_t low = m < 0.707106781186547524f;
  exponent -= low;
  m = (low ? m + m : m) - 1.0f;
  float z = m * m;
  float y = 7.0376836292e-2f;
  y = fmaf(y, m, -1.1514610310e-1f);
  y = fmaf(y, m, 1.1676998740e-1f);
  y = fmaf(y, m, -1.2420140846e-1f);
  y = fmaf(y, m, 1.4249322787e-1f);
  y = fmaf(y, m, -1.6668057665e-1f);
  y = fmaf(y, m, 2.0000714765e-1f);
  y = fmaf(y, m, -2.4999993993e-1f);
  y = fmaf(y, m, 3.3333331174e-1f);
  y = y * m * z;
  float e = (float)exponent;
  y = fmaf(e, -2.12194440e-4f, y);
  y = fmaf(-0.5f, z, y);
  return fmaf(e, 0.693359375f, m + y);
}

/// Natural logarithm; relative error below 2e-7. -∞ at 0, NaN below, ∞ at ∞.
INLINE float log_float(float x) {
  const int tiny = x < 0x1p-126f;
  const float y = log_normal_float(tiny ? x * 0x1p24f : x) - (tiny ? 16.6355323334f : 0.0f);
  const float special = x == 0 ? -INFINITY : x < 0 ? NAN : x;
  return x > 0 && x < INFINITY ? y : special;
}

/// sin and cos of 2π·u for u in [0, 1): reduced to an octant, then Cephes' polynomials; error below 2e-7.
INLINE void sincos_turns(float u, float *sine, float *cosine) {
  float q = rintf(u * 4.0f);
  float r = fmaf(q, -0.25f, u) * 6.28318530717958648f;
  float z = r * r;
  float s = fmaf(fmaf(fmaf(-1.9515295891e-4f, z, 8.3321608736e-3f), z, -1.6666654611e-1f), z * r, r);
  float c = fmaf(fmaf(fmaf(2.443315711809948e-5f, z, -1.388731625493765e-3f), z, 4.166664568298827e-2f), z * z,
                 fmaf(-0.5f, z, 1.0f));
  int32_t quadrant = (int32_t)q & 3;
  float first = quadrant & 1 ? c : s, second = quadrant & 1 ? s : c;
  *sine = quadrant & 2 ? -first : first;
  *cosine = (quadrant == 1 || quadrant == 2) ? -second : second;
}

/// erf by Abramowitz and Stegun 7.1.26; absolute error below 6e-7: 1.5e-7 of the formula's, the rest rounding.
/// `gaussian` is exp(-x²).
INLINE float erf_float(float x, float gaussian) {
  float t = 1.0f / fmaf(0.3275911f, fabsf(x), 1.0f);
  float p = fmaf(fmaf(fmaf(fmaf(1.061405429f, t, -1.453152027f), t, 1.421413741f), t, -0.284496736f), t, 0.254829592f);
  return copysignf(fmaf(-(p * t), gaussian, 1.0f), x);
}

// MARK: - Double

/// A double that holds an integer n in its low bits once 1.5·2^52 is added to it.
#define ROUNDING 0x1.8p52

/// e^r for |r| up to ln2/2.
INLINE double exp_reduced(double r) {
  double p = 1.0 / 6227020800;
  p = fma(p, r, 1.0 / 479001600);
  p = fma(p, r, 1.0 / 39916800);
  p = fma(p, r, 1.0 / 3628800);
  p = fma(p, r, 1.0 / 362880);
  p = fma(p, r, 1.0 / 40320);
  p = fma(p, r, 1.0 / 5040);
  p = fma(p, r, 1.0 / 720);
  p = fma(p, r, 1.0 / 120);
  p = fma(p, r, 1.0 / 24);
  p = fma(p, r, 1.0 / 6);
  p = fma(p, r, 0.5);
  p = fma(p, r, 1.0);
  return fma(p, r, 1.0);
}

/// x − n·ln2.
INLINE double exp_remainder(double x, double n) {
  return fma(n, -1.90821492927058770002e-10, fma(n, -6.93147180369123816490e-1, x));
}

/// e^x for x ≤ 0: relative error below 4e-16; 0 below -708, NaN stays NaN.
INLINE double exp_negative(double x) {
  const double clamped = x < -708 ? -708 : x;
  const double shifted = fma(clamped, 1.4426950408889634074, ROUNDING), n = shifted - ROUNDING;
  const double p = exp_reduced(exp_remainder(clamped, n));
  return x < -708 ? 0 : p * bits_to_double((double_to_bits(shifted) + 1023) << 52);
}

/// e^x: relative error below 4e-16 where the result is normal; NaN stays NaN.
INLINE double exp_double(double x) {
  const double high = x > 710 ? 710 : x, clamped = high < -746 ? -746 : high;
  const double shifted = fma(clamped, 1.4426950408889634074, ROUNDING), n = shifted - ROUNDING;
  const double p = exp_reduced(exp_remainder(clamped, n));
  // In two factors, of which only the last may overflow or round to a subnormal.
  const int64_t power = (int64_t)(double_to_bits(shifted) - double_to_bits(ROUNDING)), half = power >> 1;
  const double scaled =
      p * bits_to_double((uint64_t)(half + 1023) << 52) * bits_to_double((uint64_t)(power - half + 1023) << 52);
  return x == x ? scaled : x;
}

/// Natural logarithm: relative error below 4e-16; -∞ at 0, NaN below, ∞ at ∞.
INLINE double log_double(double x) {
  const int tiny = x < 0x1p-1022;
  const uint64_t bits = double_to_bits(tiny ? x * 0x1p54 : x);
  int64_t exponent = (int64_t)(bits >> 52) - (tiny ? 1077 : 1023);
  double m = bits_to_double((bits & 0xFFFFFFFFFFFFFull) | 0x3FF0000000000000ull);
  const int high = m > 1.41421356237309504880;
  m = high ? 0.5 * m : m;
  exponent += high;
  // log m = 2·artanh(s), whose first term is f − s·f.
  const double f = m - 1, s = f / (2 + f), z = s * s;
  double r = 2.0 / 25;
  r = fma(r, z, 2.0 / 23);
  r = fma(r, z, 2.0 / 21);
  r = fma(r, z, 2.0 / 19);
  r = fma(r, z, 2.0 / 17);
  r = fma(r, z, 2.0 / 15);
  r = fma(r, z, 2.0 / 13);
  r = fma(r, z, 2.0 / 11);
  r = fma(r, z, 2.0 / 9);
  r = fma(r, z, 2.0 / 7);
  r = fma(r, z, 2.0 / 5);
  r = fma(r, z, 2.0 / 3);
  const double e = (double)exponent, square = 0.5 * f * f;
  const double low = fma(s, fma(z, r, square), e * 1.90821492927058770002e-10);
  const double y = fma(e, 6.93147180369123816490e-1, f - (square - low));
  const double special = x == 0 ? -INFINITY : x < 0 ? NAN : x;
  return x > 0 && x < INFINITY ? y : special;
}

/// sin(x + quadrant·π/2): absolute error below 2.5e-16 for |x| up to 1e5; NaN beyond 1e9 and for what is not finite.
INLINE double sine_double(double x, int64_t quadrant) {
  if (!(fabs(x) <= 1e9)) return NAN;
  const double shifted = fma(x, 0.636619772367581343, ROUNDING), n = shifted - ROUNDING;
  // π/2 in three parts.
  double r = fma(n, -0x1.921fb54442d18p0, x);
  const double middle = n * 0x1.1a62633145c07p-54, rest = fma(n, 0x1.1a62633145c07p-54, -middle);
  const double low = r - middle;
  // What r loses by taking `middle` off comes back with the third part.
  const double lost = (r - low) - middle - rest + n * 0x1.f1976b7ed8fbcp-110;
  r = low;
  quadrant += (int64_t)double_to_bits(shifted);
  const double z = r * r;
  double value;
  if (quadrant & 1) {
    double c = -1.0 / 6402373705728000;
    c = fma(c, z, 1.0 / 20922789888000);
    c = fma(c, z, -1.0 / 87178291200);
    c = fma(c, z, 1.0 / 479001600);
    c = fma(c, z, -1.0 / 3628800);
    c = fma(c, z, 1.0 / 40320);
    c = fma(c, z, -1.0 / 720);
    c = fma(c, z, 1.0 / 24);
    value = fma(z * z, c, fma(-0.5, z, 1.0)) - r * lost;
  } else {
    double s = 1.0 / 355687428096000;
    s = fma(s, z, -1.0 / 1307674368000);
    s = fma(s, z, 1.0 / 6227020800);
    s = fma(s, z, -1.0 / 39916800);
    s = fma(s, z, 1.0 / 362880);
    s = fma(s, z, -1.0 / 5040);
    s = fma(s, z, 1.0 / 120);
    s = fma(s, z, -1.0 / 6);
    value = r + fma(r * z, s, lost);
  }
  return quadrant & 2 ? -value : value;
}

/// arcsin(x) for |x| ≤ 1/2, by Newton's method: absolute error below 2e-16.
INLINE double arcsine_small(double x) {
  double y = x * fma(x * x, fma(x * x, 3.0 / 40, 1.0 / 6), 1.0);
  for (int i = 0; i < 3; i++) y += (x - sine_double(y, 0)) / sine_double(y, 1);
  return y;
}

/// arccos(x): absolute error below 6e-16; NaN outside [-1, 1].
INLINE double arccosine_double(double x) {
  if (fabs(x) <= 0.5) return 1.57079632679489661923 - arcsine_small(x);
  const double acute = 2 * arcsine_small(sqrt(0.5 * (1 - fabs(x))));
  return x > 0 ? acute : 3.14159265358979323846 - acute;
}

#endif
