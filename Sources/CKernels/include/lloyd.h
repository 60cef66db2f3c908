#ifndef CKERNELS_LLOYD_H
#define CKERNELS_LLOYD_H

#include <stddef.h>
#include <stdint.h>

/// The nearest of `centreCount` centres to each of `count` points, the first of equally near ones, where it is known which
/// it was before the centres moved.
///
/// Each squared distance that is looked at is that of `ck_squared_distances` to the last bit, and what comes out is what
/// all of them would say: a centre is passed over only where its bound says that it is farther than the point's own
/// (Elkan, "Using the triangle inequality to accelerate k-means", 2003), by more than roundings can amount to.
///
/// `shifts` are how far each centre moved, no less. `bounds` [count, centreCount] are no more than the distances before
/// that; they, `assignments` and `distances` (squared, to the nearest) are then of the centres as they are.
void ck_bounded_nearest(const double *points, size_t count, size_t dimension, const double *centres, size_t centreCount,
                        const double *shifts, double *bounds, int32_t *assignments, double *distances);

/// Adds 1 to mass[a_i] and x_i − m to first[a_i, :] for each point x_i and its centre m, a_i, in the order of the points.
void ck_add_differences(const double *points, size_t count, size_t dimension, const int32_t *assignments,
                        const double *centres, double *mass, double *first);

#endif
