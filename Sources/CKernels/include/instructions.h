#ifndef CKERNELS_INSTRUCTIONS_H
#define CKERNELS_INSTRUCTIONS_H

/// Kernels whose blocking depends on the registers exist once for each instruction set and take its number:
/// 0 the baseline, 1 AVX2 with FMA, 2 AVX-512.
enum { CK_BASELINE = 0, CK_AVX2 = 1, CK_AVX512 = 2 };

/// The highest number that this processor can run.
int ck_best_instructions(void);

/// Tells the processor that this thread spins.
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

#endif
