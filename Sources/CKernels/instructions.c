#include "include/instructions.h"

#include <stdlib.h>
#include <string.h>

int ck_best_instructions(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("x86-64-v4")) return CK_AVX512;
  if (__builtin_cpu_supports("x86-64-v3")) return CK_AVX2;
#endif
  return CK_BASELINE;
}

const char *ck_instructions_name(int instructions) {
  switch (instructions) {
    case CK_AVX512: return "avx512";
    case CK_AVX2: return "avx2";
    default: return "baseline";
  }
}

/// One more than the set in use; 0 before one is chosen.
static int chosen;

int ck_instructions(void) {
  int set = __atomic_load_n(&chosen, __ATOMIC_RELAXED) - 1;
  if (set >= 0) return set;
  const char *wanted = getenv("DDPM_INSTRUCTIONS");
  set = ck_best_instructions();
  for (int number = set; wanted && number >= 0; number--)
    if (strcmp(wanted, ck_instructions_name(number)) == 0) set = number;
  ck_use_instructions(set);
  return set;
}

void ck_use_instructions(int instructions) { __atomic_store_n(&chosen, instructions + 1, __ATOMIC_RELAXED); }
