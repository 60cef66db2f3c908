// The innermost matrix product, a part of the files that instruction_sets.h compiles.

/// What the matrices are of: float, unless a file says that it is double.
#ifndef SCALAR
#define SCALAR float
#endif

/// A vector register of them, and how many that is.
typedef SCALAR NAMED(vector) __attribute__((vector_size(4 * LANES), aligned(sizeof(SCALAR))));
#define ACROSS (4 * LANES / sizeof(SCALAR))

/// Every lane `x`.
#define SPLAT(x) ((x) - (NAMED(vector)){})

/// How a term joins its sum: rounded once, unless a file whose results do not show it says otherwise.
#ifndef MULTIPLY_ADD
#define MULTIPLY_ADD(a, b, c) FMA(a, b, c)
#endif

/// C (+)= A·B for `rows` × `vectors` vectors of C: A's element (i, p) is a[i * rowStep + p * depthStep], B's row p
/// starts at b + p * bStride, C's row i at c + i * cStride. Each element's terms are added for p = 0, 1, … by fused
/// multiply-adds. Rows and vectors are constants after inlining, so the sums stay in registers.
///
/// Where there is a `next`, an address where nothing need be, as much of it as of B is brought to the cache.
static inline __attribute__((always_inline)) void NAMED(register_tile)(
    const int rows, const int vectors, const SCALAR *a, size_t rowStep, size_t depthStep, const SCALAR *b,
    size_t bStride, SCALAR *c, size_t cStride, size_t depth, int accumulates, uintptr_t next) {
  NAMED(vector) sums[PANEL_ROWS][2];
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectors; v++)
      sums[i][v] = accumulates ? *(const NAMED(vector) *)(c + i * cStride + v * ACROSS) : (NAMED(vector)){};
  for (size_t p = 0; p < depth; p++) {
    const SCALAR *column = a + p * depthStep;
    if (next)
      for (size_t line = 0; line < 2 * ACROSS; line += 64 / sizeof(SCALAR))
        __builtin_prefetch((const void *)(next + (p * bStride + line) * sizeof(SCALAR)));
    NAMED(vector) row[2];
    for (int v = 0; v < vectors; v++) row[v] = *(const NAMED(vector) *)(b + p * bStride + v * ACROSS);
    for (int i = 0; i < rows; i++)
      for (int v = 0; v < vectors; v++) sums[i][v] = MULTIPLY_ADD(SPLAT(column[i * rowStep]), row[v], sums[i][v]);
  }
  for (int i = 0; i < rows; i++)
    for (int v = 0; v < vectors; v++) *(NAMED(vector) *)(c + i * cStride + v * ACROSS) = sums[i][v];
}

#define TILE_CASE(count)                                                                                             \
  case count:                                                                                                        \
    NAMED(register_tile)(count, vectors, a, rowStep, depthStep, b, bStride, c, cStride, depth, accumulates, next);   \
    break;

static inline __attribute__((always_inline)) void NAMED(tile_of_rows)(
    size_t rows, const int vectors, const SCALAR *a, size_t rowStep, size_t depthStep, const SCALAR *b,
    size_t bStride, SCALAR *c, size_t cStride, size_t depth, const int accumulates, uintptr_t next) {
  switch (rows) {
    TILE_CASE(1)
    TILE_CASE(2)
    TILE_CASE(3)
    TILE_CASE(4)
    TILE_CASE(5)
    TILE_CASE(6)
#if PANEL_ROWS > 6
    TILE_CASE(7)
    TILE_CASE(8)
    TILE_CASE(9)
    TILE_CASE(10)
    TILE_CASE(11)
    TILE_CASE(12)
#endif
  }
}
#undef TILE_CASE

/// C (+)= A·B for whole matrices with `columns` a multiple of a vector, both small enough for the cache.
static inline __attribute__((always_inline)) void NAMED(tile_product)(
    const SCALAR *a, size_t rowStep, size_t depthStep, const SCALAR *b, size_t bStride, SCALAR *c, size_t cStride,
    size_t rows, size_t columns, size_t depth, const int accumulates) {
  // Panels of nearly equal height: one row left over would cost as much as eight.
  const size_t panels = (rows + PANEL_ROWS - 1) / PANEL_ROWS;
  for (size_t column = 0; column < columns; column += 2 * ACROSS) {
    // A slice of B is wanted at once in all its rows, too far apart for the processor to foresee. Behind the last one
    // lies mostly what the next product begins with.
    const uintptr_t next = (uintptr_t)(column + 2 * ACROSS < columns ? b + column + 2 * ACROSS : b + depth * bStride);
    for (size_t panel = 0; panel < panels; panel++) {
      const size_t first = panel * rows / panels, height = (panel + 1) * rows / panels - first;
      const SCALAR *from = a + first * rowStep, *slice = b + column;
      SCALAR *to = c + first * cStride + column;
      if (column + 2 * ACROSS > columns)
        NAMED(tile_of_rows)(height, 1, from, rowStep, depthStep, slice, bStride, to, cStride, depth, accumulates, 0);
      else if (panel == 0)
        NAMED(tile_of_rows)(height, 2, from, rowStep, depthStep, slice, bStride, to, cStride, depth, accumulates, next);
      else
        NAMED(tile_of_rows)(height, 2, from, rowStep, depthStep, slice, bStride, to, cStride, depth, accumulates, 0);
    }
  }
}
#undef MULTIPLY_ADD
#undef ACROSS
