#include <chafa.h>

// GLib's own are macros in some versions, functions in others.
static inline char *ddpm_string_text(GString *string) { return g_string_free(string, FALSE); }
