// One source for every instruction set. A file of kernels includes this one first and itself through it:
//
//     #ifndef LANES
//     #define KERNELS "file.c"
//     #include "instruction_sets.h"
//     #else
//     KERNEL(void, ck_name, (size_t count), (count)) { … }
//     #endif
//
// Each pass defines LANES, the floats of a vector register, PANEL_ROWS, the rows of a matrix product that the registers
// hold two vectors wide, and NAMED(name), the name with the set's suffix. The last pass also defines the function that
// runs the variant in use. LANES and PANEL_ROWS may decide the order in which elements are worked on, never the order
// in which one element's terms are added.

#include "include/instructions.h"

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"))), apply_to = function)
#define LANES 16
#define PANEL_ROWS 12
#define NAMED(name) name##_avx512
#define KERNEL(type, name, parameters, arguments) static type name##_avx512 parameters
#include KERNELS
#undef LANES
#undef PANEL_ROWS
#undef NAMED
#undef KERNEL
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define LANES 8
#define PANEL_ROWS 6
#define NAMED(name) name##_avx2
#define KERNEL(type, name, parameters, arguments) static type name##_avx2 parameters
#include KERNELS
#undef LANES
#undef PANEL_ROWS
#undef NAMED
#undef KERNEL
#pragma clang attribute pop

#define RUN_VARIANT(name, arguments)             \
  switch (ck_instructions()) {                   \
    case CK_AVX512: return name##_avx512 arguments; \
    case CK_AVX2: return name##_avx2 arguments;     \
    default: return name##_baseline arguments;      \
  }

#else
#define RUN_VARIANT(name, arguments) return name##_baseline arguments;
#endif

#define LANES 4
#define PANEL_ROWS 6
#define NAMED(name) name##_baseline
#define KERNEL(type, name, parameters, arguments)   \
  static type name##_baseline parameters;           \
  type name parameters { RUN_VARIANT(name, arguments) } \
  static type name##_baseline parameters
#include KERNELS
