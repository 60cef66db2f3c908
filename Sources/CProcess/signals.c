/* Signals that are sent to the program come on its first thread.

   Libraries that start threads when they are loaded, OpenBLAS among them, start them without a mask: a signal might come on
   any of these, and what the first thread does next would not know of it yet. So all signals are blocked while libraries
   are loaded, which their threads inherit; ours are started with a mask of their own. */

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t before;
/* Volatile: the compiler takes for granted that nothing has run before a constructor. */
static volatile bool is_blocked;

/* System calls, and no sanitizer: nothing else is ready for use yet. */
__attribute__((no_sanitize("address", "thread", "undefined")))
static void block(void) {
  uint64_t all = ~UINT64_C(0);
  is_blocked = syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &before, sizeof all) == 0;
}

/* Before any library's constructor. */
__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(void) = block;

/* After all of them. */
__attribute__((constructor)) static void restore(void) {
  if (is_blocked) syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
}
