#include <cmark-gfm.h>
#include <cmark-gfm-core-extensions.h>

/* Macros that Swift cannot see. */
static const int ddpm_cmark_options = CMARK_OPT_VALIDATE_UTF8 | CMARK_OPT_TABLE_PREFER_STYLE_ATTRIBUTES;
