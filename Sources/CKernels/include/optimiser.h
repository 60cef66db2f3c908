#ifndef CKERNELS_OPTIMISER_H
#define CKERNELS_OPTIMISER_H

#include <stddef.h>

/// One Adam step in place, the gradient first multiplied by `gradientScale`.
/// `rate` holds the bias corrections: learningRate / (1 - beta1^t); `root` is 1 / sqrt(1 - beta2^t).
void ck_adam(float *parameter, const float *gradient, float *firstMoment, float *secondMoment, size_t count,
             float gradientScale, float beta1, float beta2, float rate, float root, float epsilon);

#endif
