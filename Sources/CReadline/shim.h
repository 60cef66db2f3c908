#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <readline/readline.h>
#include <readline/history.h>

// Swift 6 refuses C's mutable globals: these set the ones the terminal needs.

// Signals stay with the program; of the terminal's size readline keeps watch itself.
static inline void ddpm_readline_prepare(
  const char *name, const char *breaks, rl_completion_func_t *complete, rl_getc_func_t *read_key, int to_standard_error
) {
  rl_readline_name = name;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 1;
  rl_change_environment = 0;
  rl_getc_function = read_key;
  rl_completer_word_break_characters = breaks;
  rl_completer_quote_characters = "\"'";
  rl_attempted_completion_function = complete;
  if (to_standard_error) rl_outstream = stderr;
}

// The line typed so far, as bytes that readline owns.
static inline const char *ddpm_readline_line(void) { return rl_line_buffer; }

// No file names of readline's own after our candidates; `append` follows a single candidate unless it is '\0'.
static inline void ddpm_readline_completed(char append) {
  rl_attempted_completion_over = 1;
  rl_completion_append_character = append;
  rl_completion_suppress_quote = append == '\0';
  rl_sort_completion_matches = 0;
}

// Ends the present line as Ctrl-C should: nothing of it is left, the terminal is as it was.
static inline void ddpm_readline_abandon(void) {
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_replace_line("", 0);
  rl_callback_handler_remove();
}

// What reading a key comes to where there will be none: the present line ends without being taken for one.
static inline int ddpm_readline_no_key(void) { return RL_ISSTATE(RL_STATE_READCMD) ? READERR : EOF; }

// Gives the terminal back for as long as the program is stopped, and takes it again with the line that was being typed.
static inline void ddpm_readline_suspend(void) { rl_cleanup_after_signal(); }
static inline void ddpm_readline_resume(void) {
  rl_deprep_terminal();
  rl_reset_after_signal();
  rl_forced_update_display();
}

// After Ctrl-D on a line readline would take every later one for the last, and end each with a newline more.
static inline void ddpm_readline_forget_end(void) { rl_eof_found = 0; }

static inline int ddpm_history_length(void) { return history_length; }
static inline int ddpm_history_base(void) { return history_base; }

// Whether readline writes a newline of its own when Ctrl-D is typed.
static inline bool ddpm_readline_ends_line(void) {
  const char *value = rl_variable_value("enable-bracketed-paste");
  return value && strcmp(value, "on") == 0;
}

// Of the library that readline itself asks about the terminal; declared here because its header defines macros such as
// `lines` and `tab`.
extern int tgetent(char *buffer, const char *name);
extern int tgetnum(const char *capability);

// How many colours the terminal database gives the terminal TERM; 0 if it does not know it.
static inline int ddpm_terminal_colours(void) {
  const char *name = getenv("TERM");
  if (!name || tgetent(NULL, name) <= 0) return 0;
  const int count = tgetnum("Co");
  return count > 0 ? count : 0;
}
