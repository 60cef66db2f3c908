#include "include/functions.h"

#include "elementary.h"

#ifndef LANES
#define KERNELS "functions.c"
#include "instruction_sets.h"
#else

KERNEL(double, ck_exp_double, (double x), (x)) { return exp_double(x); }

KERNEL(double, ck_log_double, (double x), (x)) { return log_double(x); }

KERNEL(double, ck_log1p_double, (double x), (x)) {
  // What 1 + x loses by rounding is in both logarithm and difference (Kahan).
  const double u = 1 + x;
  return u == 1 || u == INFINITY ? x : log_double(u) * (x / (u - 1));
}

KERNEL(double, ck_sin_double, (double x), (x)) { return sine_double(x, 0); }

KERNEL(double, ck_cos_double, (double x), (x)) { return sine_double(x, 1); }

KERNEL(double, ck_acos_double, (double x), (x)) { return arccosine_double(x); }

#endif
