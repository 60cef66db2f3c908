#pragma once

#include <cairo-pdf.h>
#include <cairo.h>
#include <pango/pangocairo.h>
#include <string.h>

/// What all text is laid out with.
typedef struct {
  PangoFontMap *map;
  PangoContext *context;
  PangoLanguage *language;
} cpango_library;

/// Sizes are in points, nothing is fitted to pixels: text is laid out the same at every density. The language is fixed,
/// else the user's would choose among fonts.
static inline cpango_library cpango_start(void) {
  cpango_library library;
  library.map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
  pango_cairo_font_map_set_resolution((PangoCairoFontMap *)library.map, 72);
  library.context = pango_font_map_create_context(library.map);
  library.language = pango_language_from_string("en");
  pango_context_set_language(library.context, library.language);
  pango_context_set_round_glyph_positions(library.context, FALSE);
  cairo_font_options_t *options = cairo_font_options_create();
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(library.context, options);
  cairo_font_options_destroy(options);
  return library;
}

/// Calls `take` with the name of each family, which it must copy.
static inline void cpango_families(cpango_library library, void (*take)(void *, const char *), void *taker) {
  PangoFontFamily **families = NULL;
  int count = 0;
  pango_font_map_list_families(library.map, &families, &count);
  for (int index = 0; index < count; index++) take(taker, pango_font_family_get_name(families[index]));
  g_free(families);
}

/// A line of text with its extents in Pango's units; `layout` is to be freed.
typedef struct {
  PangoLayout *layout;
  PangoLayoutLine *line;
  PangoRectangle ink, logical;
  int is_right_to_left;
  /// Signs that no installed font has.
  int missing;
} cpango_line;

static inline cpango_line cpango_lay_out(cpango_library library, PangoFontDescription *font, const char *text) {
  cpango_line line;
  line.layout = pango_layout_new(library.context);
  pango_layout_set_font_description(line.layout, font);
  pango_layout_set_single_paragraph_mode(line.layout, TRUE);
  pango_layout_set_text(line.layout, text, -1);
  line.line = pango_layout_get_line_readonly(line.layout, 0);
  pango_layout_line_get_extents(line.line, &line.ink, &line.logical);
  line.missing = pango_layout_get_unknown_glyphs_count(line.layout);
  line.is_right_to_left = pango_find_base_dir(text, -1) == PANGO_DIRECTION_RTL;
  return line;
}

static inline void cpango_free(cpango_line line) { g_object_unref(line.layout); }
