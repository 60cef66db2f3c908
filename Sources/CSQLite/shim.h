#include <sqlite3.h>

/* A macro that Swift cannot see: the text is copied. */
static inline int ddpm_bind_text(sqlite3_stmt *statement, int index, const char *text, int length) {
  return sqlite3_bind_text(statement, index, text, length, SQLITE_TRANSIENT);
}
