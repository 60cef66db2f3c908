#ifndef CKERNELS_INSTRUCTIONS_H
#define CKERNELS_INSTRUCTIONS_H

/// Every kernel exists once for each instruction set and gives the same bytes with all of them: 0 the baseline that
/// every processor of the architecture has (SSE2, NEON), 1 AVX2 with FMA, 2 AVX-512.
enum { CK_BASELINE = 0, CK_AVX2 = 1, CK_AVX512 = 2 };

/// The highest number that this processor can run.
int ck_best_instructions(void);

/// A set's name, as DDPM_INSTRUCTIONS gives it.
const char *ck_instructions_name(int instructions);

/// The set that the kernels use: until it is set, the one that the environment's DDPM_INSTRUCTIONS names if this processor
/// has it, else the best.
int ck_instructions(void);

/// Makes all kernels use a set, at most `ck_best_instructions()`. Any thread, at any time: results do not change.
void ck_use_instructions(int instructions);

/// Tells the processor that this thread spins.
static inline void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

#endif
