// Compiles BODY once for each instruction set, with LANES, the floats of a vector, PANEL_ROWS, the rows of a result that
// registers can hold two vectors wide, and NAMED(name), the name with the set's suffix. CALL(name, arguments) then runs
// the variant that `instructions` asks for.

#include "include/instructions.h"

#define LANES 4
#define PANEL_ROWS 6
#define NAMED(name) name##_baseline
#include BODY
#undef LANES
#undef PANEL_ROWS
#undef NAMED

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define LANES 8
#define PANEL_ROWS 6
#define NAMED(name) name##_avx2
#include BODY
#undef LANES
#undef PANEL_ROWS
#undef NAMED
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#define LANES 16
#define PANEL_ROWS 12
#define NAMED(name) name##_avx512
#include BODY
#undef LANES
#undef PANEL_ROWS
#undef NAMED
#pragma clang attribute pop

#define CALL(name, ...)                               \
  switch (instructions) {                             \
    case CK_AVX512: name##_avx512(__VA_ARGS__); break; \
    case CK_AVX2: name##_avx2(__VA_ARGS__); break;     \
    default: name##_baseline(__VA_ARGS__);             \
  }

#else
#define CALL(name, ...) ((void)instructions, name##_baseline(__VA_ARGS__));
#endif
