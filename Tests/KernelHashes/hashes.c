// Runs every kernel on random shapes and prints a hash of its results: hashes [SHAPES]; ends with 77 if
// the processor lacks the set that DDPM_INSTRUCTIONS names. The lines must be the same for
// every instruction set (DDPM_INSTRUCTIONS) and every processor.

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

// MARK: - Numbers from integers alone

static uint64_t state;

static uint64_t next(void) {
  uint64_t z = (state += 0x9E3779B97F4A7C15u);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static size_t between(size_t low, size_t high) { return low + next() % (high - low + 1); }

/// In [-2, 2), one in sixteen a thousand times larger.
static double number(void) {
  const double value = (double)((int64_t)(next() >> 40) - (1 << 23)) * 0x1p-22;
  return next() % 16 == 0 ? value * 1000 : value;
}

static double positive(void) { return (double)((next() >> 40) + 1) * 0x1p-22; }

static float *floats(size_t count) {
  float *values = malloc((count + 64) * sizeof(float));
  for (size_t i = 0; i < count; i++) values[i] = (float)number();
  return values;
}

static double *doubles(size_t count) {
  double *values = malloc((count + 8) * sizeof(double));
  for (size_t i = 0; i < count; i++) values[i] = number();
  return values;
}

static double *positives(size_t count) {
  double *values = malloc((count + 8) * sizeof(double));
  for (size_t i = 0; i < count; i++) values[i] = positive();
  return values;
}

// MARK: - Hashes (FNV-1a)

static uint64_t hash;

static void add(const void *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) hash = (hash ^ ((const uint8_t *)bytes)[i]) * 0x100000001B3u;
}

static void addFloats(float *values, size_t count) {
  add(values, count * sizeof(float));
  free(values);
}

static void addDoubles(double *values, size_t count) {
  add(values, count * sizeof(double));
  free(values);
}

// MARK: - Kernels

static void elementwise(void) {
  const size_t n = between(0, 300);
  float *a = floats(n), *b = floats(n), *y = floats(n);
  const float scale = (float)number(), offset = (float)number();
#define BINARY(kernel) kernel(a, b, y, n), add(y, n * 4)
  BINARY(ck_add);
  BINARY(ck_subtract);
  BINARY(ck_multiply);
  BINARY(ck_divide);
  ck_affine(a, scale, offset, y, n), add(y, n * 4);
  ck_scale(y, scale, n), add(y, n * 4);
  ck_weighted_pair(y, scale, b, offset, n), add(y, n * 4);
  ck_weighted_four(y, scale, a, offset, b, -scale, a, 2, n), add(y, n * 4);
  ck_accumulate(a, scale, y, n), add(y, n * 4);
  ck_clamp(a, -1, 1.5f, y, n), add(y, n * 4);
  ck_clamp_backward(a, b, -1, 1.5f, y, n), add(y, n * 4);
  for (int kind = 0; kind < 6; kind++) {
    ck_activate(kind, a, y, n), add(y, n * 4);
    ck_activate_backward(kind, a, b, y, n), add(y, n * 4);
  }
  ck_leaky(a, 0.2f, y, n), add(y, n * 4);
  ck_leaky_backward(a, b, 0.2f, y, n), add(y, n * 4);
  ck_logistic_loss(a, b, y, n), add(y, n * 4);
  float *dx = floats(n);
  ck_logistic_loss_backward(a, b, y, dx, n);
  addFloats(dx, n);
  ck_exp(a, y, n), add(y, n * 4);
  for (size_t i = 0; i < n; i++) a[i] = (float)(positive() * (i % 5 ? 1 : 1e-40));
  ck_log(a, y, n), add(y, n * 4);
  ck_square_root(a, y, n), add(y, n * 4);
  free(a), free(b), free(y);
}

static void sums(void) {
  const size_t n = between(0, 1000), width = between(1, 50), rows = between(1, 20);
  float *x = floats(n), *z = floats(rows * width), *y = floats(rows);
  const double sum = ck_sum(x, n), squares = ck_sum_of_squares(x, n);
  add(&sum, 8), add(&squares, 8);
  ck_log_sum_exp(z, y, rows, width);
  addFloats(y, rows);
  free(x), free(z);
}

static void functions(void) {
  const double x = number() * (double)between(1, 300), p = positive(), tiny = p * 1e-310;
  const double results[] = {ck_exp_double(x),  ck_exp_double(-p * 400), ck_log_double(p), ck_log_double(tiny),
                            ck_log1p_double(p - 1), ck_log1p_double(tiny), ck_sin_double(x), ck_cos_double(x),
                            ck_acos_double(p / 4), ck_acos_double(-p / 4)};
  add(results, sizeof(results));
}

static void product(void) {
  const size_t m = between(1, 40), n = between(1, 70), k = between(0, 600);
  float *a = floats(m * k), *b = floats(k * n), *c = floats(m * n), *d = floats(m * n);
  ck_product(a, k, 1, b, c, m, n, k, 0);
  ck_product(a, 1, m, b, d, m, n, k, 1);
  addFloats(c, m * n), addFloats(d, m * n);
  free(a), free(b);
}

static void patches(void) {
  ck_window w = {between(1, 12), between(1, 12), between(1, 9), between(1, 4), between(1, 3), between(0, 2), 0};
  if (w.height + 2 * w.padding < w.kernel || w.width + 2 * w.padding < w.kernel) return;
  w.outputWidth = (w.width + 2 * w.padding - w.kernel) / w.stride + 1;
  const size_t rows = (w.height + 2 * w.padding - w.kernel) / w.stride + 1;
  const size_t size = rows * w.outputWidth * w.kernel * w.kernel * w.channels;
  float *image = floats(w.height * w.width * w.channels), *patches = floats(size);
  ck_patches(&w, image, 0, rows, patches);
  add(patches, size * 4);
  for (size_t i = 0; i < size; i++) patches[i] = (float)number();
  ck_add_patches(&w, patches, 0, rows, image);
  addFloats(image, w.height * w.width * w.channels);
  ck_fill_rows(patches, patches + w.channels, 0, w.channels);
  free(patches);
}

static void winograd(void) {
  const ck_winograd shape = {between(1, 11), between(1, 11), 16 * between(1, 3), 16 * between(1, 3)};
  const size_t batch = between(1, 2), in = shape.inputChannels, out = shape.outputChannels;
  const size_t pixels = batch * shape.height * shape.width, tiles = batch * ck_winograd_tiles(shape);
  float *x = floats(pixels * in), *dy = floats(pixels * out), *weight = floats(9 * in * out), *bias = floats(out);
  float *filter = floats(36 * in * out), *y = floats(pixels * out), *scratch = floats(ck_winograd_scratch(shape, tiles));
  float *filterGradient = floats(36 * in * out), *biasGradient = floats(out), *gradient = floats(9 * in * out);
  ck_winograd_filter(shape, weight, 0, in * out, filter);
  add(filter, 36 * in * out * 4);
  ck_winograd_forward(shape, x, filter, bias, y, 0, tiles, scratch);
  add(y, pixels * out * 4);
  ck_winograd_forward(shape, x, filter, NULL, y, 0, tiles, scratch);
  ck_winograd_weight_gradient(shape, x, dy, 0, tiles, scratch, 0, filterGradient, biasGradient);
  ck_winograd_weight_gradient(shape, x, dy, 0, 1, scratch, 1, filterGradient, biasGradient);
  add(filterGradient, 36 * in * out * 4);
  ck_winograd_filter_backward(shape, filterGradient, gradient);
  addFloats(y, pixels * out), addFloats(biasGradient, out), addFloats(gradient, 9 * in * out);
  free(x), free(dy), free(weight), free(bias), free(filter), free(scratch), free(filterGradient);
}

static void rowwise(void) {
  const size_t rows = between(1, 40), channels = between(1, 100), n = rows * channels;
  float *x = floats(n), *y = floats(n), *dy = floats(n), *a = floats(channels), *b = floats(channels);
  float *c = floats(channels), *sum = floats(channels), *other = floats(channels);
  ck_column_sums(x, channels, rows, channels, sum), add(sum, channels * 4);
  ck_column_squares(x, rows, channels, a, sum), add(sum, channels * 4);
  for (int kind = 0; kind < 6; kind++) {
    ck_scale_shift(kind, x, a, b, y, rows, channels), add(y, n * 4);
    ck_scale_shift_backward(kind, x, dy, a, b, c, y, sum, other, rows, channels);
    add(y, n * 4), add(sum, channels * 4), add(other, channels * 4);
  }
  ck_column_combination(y, x, a, b, c, rows, channels), add(y, n * 4);
  ck_transpose(x, channels, y, rows, channels), add(y, n * 4);
  const double squares = ck_squares_about(x, 0.5f, n);
  add(&squares, 8);
  float *dgain = floats(channels), *doffset = floats(channels);
  ck_normalise(x, 0.5f, 1.25f, a, b, y, channels), add(y, channels * 4);
  ck_normalise_backward(x, dy, 0.5f, 1.25f, a, y, channels), add(y, channels * 4);
  ck_normalise_parameters(x, dy, 0.5f, 1.25f, dgain, doffset, channels);
  addFloats(dgain, channels), addFloats(doffset, channels);
  ck_copy_columns(x, channels, y, channels, rows, between(1, channels));
  addFloats(y, n);
  free(x), free(dy), free(a), free(b), free(c), free(sum), free(other);
}

static void pooling(void) {
  const size_t size = between(1, 3), height = size * between(1, 5), width = size * between(1, 5);
  const size_t channels = between(1, 90), n = height * width * channels, pooled = n / (size * size);
  float *x = floats(n), *y = floats(pooled), *dx = floats(n), *z = floats(n);
  uint8_t *place = malloc(pooled);
  ck_max_pool(x, y, place, height, width, channels, size);
  add(place, pooled);
  ck_max_pool_backward(place, y, dx, height, width, channels, size);
  ck_space_to_depth(x, z, height / size, width / size, channels, size), add(z, n * 4);
  ck_depth_to_space(x, z, height / size, width / size, channels, size);
  addFloats(y, pooled), addFloats(dx, n), addFloats(z, n);
  free(x), free(place);
}

static void noise(void) {
  const size_t n = between(1, 300);
  float *normals = floats(n), *uniforms = floats(n);
  ck_normals(next(), next(), normals, n);
  ck_uniforms(next(), next(), uniforms, n);
  addFloats(normals, n), addFloats(uniforms, n);
}

static void optimiser(void) {
  const size_t n = between(1, 300);
  float *p = floats(n), *g = floats(n), *m = floats(n), *v = floats(n);
  for (size_t i = 0; i < n; i++) v[i] = v[i] < 0 ? -v[i] : v[i];
  ck_adam(p, g, m, v, n, 0.7f, 0.9f, 0.999f, 1e-3f, 1.01f, 1e-8f);
  addFloats(p, n), addFloats(m, n), addFloats(v, n);
  free(g);
}

static void mixture(void) {
  const size_t count = between(1, 90), dimension = between(1, 80), components = between(1, 70);
  double *points = doubles(count * dimension), *centres = doubles(components * dimension);
  double *scales = positives(components * dimension), *offsets = doubles(components);
  double *rows = doubles(count * components), *logs = doubles(count), *mass = doubles(components);
  double *first = doubles(components * dimension), *second = doubles(components * dimension);
  ck_squared_distances(points, count, dimension, centres, NULL, components, rows), add(rows, count * components * 8);
  ck_squared_distances(points, count, dimension, centres, scales, components, rows), add(rows, count * components * 8);
  for (size_t i = 0; i < count * components; i++) rows[i] *= 1e-3;
  ck_responsibilities(rows, count, components, offsets, logs);
  ck_accumulate_moments(points, count, dimension, rows, components, centres, mass, first, second);
  addDoubles(rows, count * components), addDoubles(logs, count), addDoubles(mass, components);
  addDoubles(first, components * dimension), addDoubles(second, components * dimension);
  free(points), free(centres), free(scales), free(offsets);
}

/// The filter's own numbers differ between instruction sets, what passes it does not.
static void neighbours(void) {
  const size_t queries = between(1, 40), points = between(1, 100), dimension = between(1, between(0, 1) ? 20 : 600);
  const size_t panels = (points + CK_PANEL - 1) / CK_PANEL, coarse = between(0, dimension / 2);
  double *values = doubles((queries + points) * dimension), *norms = doubles(queries), *limits = positives(queries);
  double *centre = doubles(dimension), *distances = doubles(queries * points);
  int32_t *rows = malloc((queries + points) * sizeof(int32_t)), *pairs = malloc(queries * points * 2 * sizeof(int32_t));
  float *packedQueries = floats(queries * (dimension + 1)), *packedPoints = floats(panels * CK_PANEL * (dimension + 1));
  float *scratch = floats(queries * CK_PANEL);
  float *coarseQueries = floats(queries * (coarse + 1)), *coarsePoints = floats(panels * CK_PANEL * (coarse + 1));
  double *few = doubles((queries + points) * (coarse + 1)), *coarseNorms = doubles(queries);
  for (size_t i = 0; i < queries + points; i++) rows[i] = (int32_t)(queries + points - 1 - i);
  double scale = 1, longest = 0;
  for (size_t i = 0; i < queries + points; i++) {
    double norm = 0;
    for (size_t j = 0; j < dimension; j++)
      norm += (values[i * dimension + j] - centre[j]) * (values[i * dimension + j] - centre[j]);
    longest = norm > longest ? norm : longest;
  }
  while (longest * scale * scale > 1) scale /= 2;
  ck_pack_queries(values, rows, queries, dimension, centre, scale, packedQueries, norms);
  ck_pack_points(values, rows + queries, points, dimension, centre, scale, packedPoints);
  // Some of the columns.
  for (size_t i = 0; i < queries + points; i++)
    for (size_t j = 0; j < coarse; j++) few[i * coarse + j] = values[i * dimension + j];
  ck_pack_queries(few, rows, queries, coarse, centre, scale, coarseQueries, coarseNorms);
  ck_pack_points(few, rows + queries, points, coarse, centre, scale, coarsePoints);
  // About half of the pairs of a query are within the distance of one of them.
  for (size_t q = 0; q < queries; q++) {
    const double *x = values + (size_t)rows[q] * dimension;
    const double *y = values + (size_t)rows[queries + next() % points] * dimension;
    ck_squared_distances(x, 1, dimension, y, NULL, 1, limits + q);
  }
  const size_t found = ck_pairs_within(values, rows, queries, packedQueries, norms, values, rows + queries, points,
                                       packedPoints, dimension, coarseQueries, coarseNorms, coarsePoints, coarse, scale,
                                       limits, scratch, pairs, distances);
  add(&found, sizeof(found)), add(pairs, found * 2 * sizeof(int32_t)), add(distances, found * sizeof(double));
  free(values), free(norms), free(limits), free(centre), free(distances), free(rows), free(pairs);
  free(packedQueries), free(packedPoints), free(scratch);
  free(few), free(coarseQueries), free(coarsePoints), free(coarseNorms);
}

static void covariance(void) {
  const size_t count = between(1, 30), dimension = between(1, 100), directions = between(1, 8);
  double *points = doubles(count * dimension), *mean = doubles(dimension), *product = doubles(directions * dimension);
  double *vectors = doubles(directions * dimension), *centred = doubles(dimension);
  ck_scatter_product(points, count, dimension, mean, vectors, directions, centred, product);
  addDoubles(product, directions * dimension);
  const size_t width = (size_t)between(1, 4) * CK_FACTOR_PANEL;
  double *turned = doubles(dimension * width), *scratch = doubles(count * CK_PROJECTED_COLUMNS), *out = doubles(count * width);
  ck_projections(points, count, dimension, mean, turned, width, scratch, out);
  addDoubles(out, count * width);
  free(points), free(mean), free(vectors), free(centred), free(turned), free(scratch);
}

static void tsne(void) {
  const size_t n = between(1, 1500), first = between(0, n - 1), count = between(1, n - first < 9 ? n - first : 9);
  float *x = floats(n), *y = floats(n), *forceX = floats(count), *forceY = floats(count), *affinities = floats(n);
  double *masses = doubles(count);
  int64_t *starts = malloc((n + 1) * sizeof(int64_t));
  int32_t *columns = malloc(n * sizeof(int32_t));
  for (size_t i = 0; i < n; i++) starts[i] = (int64_t)(i % 2 ? i / 2 : i / 3), columns[i] = (int32_t)between(0, n - 1);
  for (size_t i = 1; i < n; i++) starts[i] = starts[i] < starts[i - 1] ? starts[i - 1] : starts[i];
  starts[n] = (int64_t)n;
  ck_tsne_repulsion(x, y, n, first, count, forceX, forceY, masses);
  add(forceX, count * 4), add(forceY, count * 4), addDoubles(masses, count);
  ck_tsne_attraction(x, y, starts, columns, affinities, first, count, forceX, forceY);
  addFloats(forceX, count), addFloats(forceY, count);
  double *wideX = doubles(n), *wideY = doubles(n), *wideP = doubles(n), *weights = doubles(n);
  double sums[3];
  sums[0] = ck_tsne_divergence(wideX, wideY, starts, columns, wideP, first, count);
  for (size_t i = 0; i < n; i++) wideP[i] = fabs(wideP[i]);
  sums[1] = ck_tsne_weights(wideP, n, 0.7, weights, sums + 2);
  add(sums, sizeof(sums)), addDoubles(weights, n);
  free(wideX), free(wideY), free(wideP);
  free(x), free(y), free(affinities), free(starts), free(columns);
}

static void fourier(void) {
  static const int32_t radices[] = {2, 3, 4, 5};
  int32_t factors[4];
  CKFourierPlan plan = {.length = 1, .factors = factors, .factorCount = between(1, 4)};
  for (size_t f = 0; f < plan.factorCount; f++) {
    factors[f] = f == 0 ? (int32_t)(2 * between(1, 2)) : radices[between(0, 3)];
    plan.length *= (size_t)factors[f];
  }
  double *roots = doubles(2 * plan.length);
  plan.roots = roots;
  const size_t size = plan.length * CK_OCTET;
  double *real = doubles(size), *imaginary = doubles(size), *work = doubles(4 * size);
  ck_fourier(&plan, real, imaginary, work);
  add(real, size * 8), add(imaginary, size * 8);
  const size_t rows = plan.length / 2, columns = CK_GRID_COLUMNS * between(1, 3), points = between(1, 50);
  const size_t blocks = plan.length / 2 / CK_OCTET + 1, spectrumSize = blocks * columns * 2 * CK_OCTET;
  double *grid = doubles(rows * columns), *spectrum = doubles(spectrumSize), *kernel = doubles(size);
  double *x = doubles(points), *y = doubles(points), *found = doubles(3 * points);
  int32_t *order = malloc(points * sizeof(int32_t));
  for (size_t i = 0; i < points; i++) {
    order[i] = (int32_t)i, x[i] = 3 + (double)between(0, 999) / 1000 * (double)(columns - 4);
    y[i] = 3 + (double)between(0, 999) / 1000 * (rows > 4 ? (double)(rows - 4) : 0);
  }
  if (rows >= 4) {
    ck_grid_spread(x, y, order, points, grid, columns, 0, rows - 1);
    const double sum = ck_grid_interpolate(x, y, 0, points, grid, columns, 3, found, found + points, found + 2 * points);
    add(&sum, 8), add(found, 3 * points * 8);
  }
  for (size_t c = 0; c < columns; c += CK_GRID_COLUMNS) ck_grid_forward(&plan, grid, rows, columns, c, spectrum, work);
  add(spectrum, spectrumSize * 8);
  ck_grid_multiply(&plan, kernel, columns, spectrum, work);
  for (size_t c = 0; c < columns; c += CK_GRID_COLUMNS) ck_grid_backward(&plan, spectrum, rows, columns, c, grid, work);
  add(grid, rows * columns * 8);
  free(roots), free(real), free(imaginary), free(work), free(grid), free(spectrum), free(kernel), free(x), free(y);
  free(order), free(found);
}

int main(int argumentCount, char **arguments) {
  const struct {
    const char *name;
    void (*run)(void);
  } kernels[] = {{"elementwise", elementwise}, {"sums", sums},         {"functions", functions}, {"product", product},
                 {"patches", patches},         {"winograd", winograd}, {"rowwise", rowwise},     {"pooling", pooling},
                 {"noise", noise},             {"optimiser", optimiser}, {"mixture", mixture},
                 {"neighbours", neighbours},   {"covariance", covariance}, {"tsne", tsne},
                 {"fourier", fourier}};
  const int shapes = argumentCount > 1 ? atoi(arguments[1]) : 20;
  const char *wanted = getenv("DDPM_INSTRUCTIONS");
  if (wanted && strcmp(wanted, ck_instructions_name(ck_instructions())) != 0) return 77;
  fprintf(stderr, "%s, %d shapes of each kernel\n", ck_instructions_name(ck_instructions()), shapes);
  for (size_t k = 0; k < sizeof(kernels) / sizeof(kernels[0]); k++) {
    state = k, hash = 0xCBF29CE484222325u;
    for (int shape = 0; shape < shapes; shape++) kernels[k].run();
    printf("%-12s %016llx\n", kernels[k].name, (unsigned long long)hash);
  }
  return 0;
}
