/// Vectorised inner loops. No function here allocates, keeps state or checks its arguments:
/// the Swift callers own the memory and prove the shapes.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "convolution.h"
#include "covariance.h"
#include "elementwise.h"
#include "fourier.h"
#include "functions.h"
#include "instructions.h"
#include "lloyd.h"
#include "mixture.h"
#include "neighbours.h"
#include "optimiser.h"
#include "pooling.h"
#include "product.h"
#include "random.h"
#include "rowwise.h"
#include "tsne.h"
#include "winograd.h"

#endif
