#ifndef CKERNELS_FUNCTIONS_H
#define CKERNELS_FUNCTIONS_H

/// e^x; relative error below 4e-16 where the result is normal.
double ck_exp_double(double x);
/// The natural logarithm; relative error below 4e-16.
double ck_log_double(double x);
/// log(1 + x); relative error below 6e-16.
double ck_log1p_double(double x);
/// Sine and cosine of radians; absolute error below 2.5e-16 for |x| up to 1e5, NaN beyond 1e9.
double ck_sin_double(double x);
double ck_cos_double(double x);
/// The arc cosine; absolute error below 6e-16, NaN outside [-1, 1].
double ck_acos_double(double x);

#endif
