#ifndef COPENBLAS_SHIM_H
#define COPENBLAS_SHIM_H

#include <cblas.h>
#include <stdlib.h>
#include <string.h>

// Present in the multi-architecture builds that distributions ship, absent from single-architecture ones.
extern void gotoblas_dynamic_init(void) __attribute__((weak));
extern void gotoblas_dynamic_quit(void) __attribute__((weak));

/// One thread a call, and kernels that fit the processor. OpenBLAS picks its kernels from a list of known processor
/// models and falls back to AVX2 on one newer than itself; where that processor has AVX-512 this doubles the speed.
/// OPENBLAS_CORETYPE, if the user set it, is left alone.
static inline void ddpm_openblas_prepare(void) {
  openblas_set_num_threads(1);
#if defined(__x86_64__)
  const char *core = openblas_get_corename();
  int narrow = strcmp(core, "Haswell") == 0 || strcmp(core, "Zen") == 0;
  int wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  if (narrow && wide && gotoblas_dynamic_init && gotoblas_dynamic_quit && !getenv("OPENBLAS_CORETYPE")) {
    setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    unsetenv("OPENBLAS_CORETYPE");
    openblas_set_num_threads(1);
  }
#endif
}

#endif
