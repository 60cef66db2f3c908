/// Vectorised inner loops. No function here allocates, keeps state or checks its arguments:
/// the Swift callers own the memory and prove the shapes.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "covariance.h"
#include "mixture.h"
#include "random.h"
#include "tsne.h"

#endif
