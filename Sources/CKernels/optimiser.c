#include "include/optimiser.h"

#include "vector.h"

#ifndef LANES
#define KERNELS "optimiser.c"
#include "instruction_sets.h"
#else

KERNEL(void, ck_adam,
       (float *restrict parameter, const float *restrict gradient, float *restrict firstMoment,
        float *restrict secondMoment, size_t count, float gradientScale, float beta1, float beta2, float rate,
        float root, float epsilon),
       (parameter, gradient, firstMoment, secondMoment, count, gradientScale, beta1, beta2, rate, root, epsilon)) {
  for (size_t i = 0; i < count; i++) {
    float g = gradient[i] * gradientScale;
    float m = fmaf(beta1, firstMoment[i], (1.0f - beta1) * g);
    float v = fmaf(beta2, secondMoment[i], (1.0f - beta2) * g * g);
    firstMoment[i] = m;
    secondMoment[i] = v;
    parameter[i] -= rate * m / fmaf(sqrtf(v), root, epsilon);
  }
}

#endif
