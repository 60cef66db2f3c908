#pragma once

#include <sys/types.h>

/* A copy of this process with the calling thread alone, as fork makes it, that is killed when this thread ends: 0 in the
   copy, its number in the process that called, -1 with errno where there is none. */
pid_t ddpm_fork_with_parent(void);
