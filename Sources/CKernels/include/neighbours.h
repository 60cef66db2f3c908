#ifndef CKERNELS_NEIGHBOURS_H
#define CKERNELS_NEIGHBOURS_H

#include <stddef.h>
#include <stdint.h>

/// Points that lie beside each other in what `ck_pack_points` writes.
enum { CK_PANEL = 32 };

// Queries and points are `count` rows, named by `rows`, of row-major `values` with `dimension` columns. For the search
// they are packed in single precision: about a centre, and multiplied by a scale, a power of two that leaves no row of
// either longer than 1.

/// Packs queries: −2·scale·(x − centre), then 1, `dimension` + 1 values each; and their squared lengths, scaled.
void ck_pack_queries(const double *values, const int32_t *rows, size_t count, size_t dimension, const double *centre,
                     double scale, float *packed, double *norms);

/// Packs points: panels of CK_PANEL, each `dimension` + 1 vectors of as many values, the last one filled up with zeros.
/// The last vector of a panel has the squared lengths, each lowered by what single precision may err.
void ck_pack_points(const double *values, const int32_t *rows, size_t count, size_t dimension, const double *centre,
                    double scale, float *packed);

/// All pairs of a query and a point whose squared distance is not above the query's limit, and these distances; returns
/// how many there are.
///
/// The distance is that of `ck_squared_distances` to the last bit. No pair is lost: products in single precision only say
/// which pairs are too far even with all that they may err, and those are not looked at. `coarse` are, packed alike, fewer
/// coordinates in which no two are farther apart than they are, or none, of dimension 0; where rounding lets squares of their
/// distances be larger, `coarseNorms` are to be lower by as much. The products of all coordinates are then computed only
/// where those of the few leave too many pairs.
///
/// `pairs` has room for the place (not the row) of a query and of a point for every pair there could be, `distances`
/// for as many, `scratch` for queryCount·CK_PANEL. The pairs come in the order of panels, queries, points. A limit
/// may be infinite.
size_t ck_pairs_within(const double *queryValues, const int32_t *queryRows, size_t queryCount,
                       const float *packedQueries, const double *queryNorms, const double *pointValues,
                       const int32_t *pointRows, size_t pointCount, const float *packedPoints, size_t dimension,
                       const float *coarseQueries, const double *coarseNorms, const float *coarsePoints,
                       size_t coarseDimension, double scale, const double *limits, float *scratch, int32_t *pairs,
                       double *distances);

/// Of every query and every point of some panels what `ck_pairs_within` filters by: about |β|² − 2α·β, where α and β are the
/// scaled query and point, so that the squared distance, scaled, is that and |α|².
///
/// It is at most e·|α|² above that and (e·|α|² + 4e·|β|²) below, where e = 1.01·(dimension + 8)·2⁻²⁴. `products` has a row of
/// `stride` values for each query, of which the first ones, panels·CK_PANEL, are written.
void ck_pair_products(const float *packedQueries, size_t queryCount, const float *packedPoints, size_t panels,
                      size_t dimension, float *products, size_t stride);

#endif
