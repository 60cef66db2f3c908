#include "process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

pid_t ddpm_fork_with_parent(void) {
  pid_t parent = getpid();
  pid_t process = fork();
  if (process != 0) return process;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  /* It may have ended before that. */
  if (getppid() != parent) _exit(1);
  return 0;
}
