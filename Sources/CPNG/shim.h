#include <png.h>
#include <stdlib.h>
#include <string.h>

// libpng reports errors by longjmp, which must not cross a Swift frame: every call that may fail is made here, under
// a setjmp of its own, and Swift sees only a status and a message.

enum { CPNG_MESSAGE_SIZE = 160 };

static inline void cpng_note(char *message, const char *text) {
  strncpy(message, text, CPNG_MESSAGE_SIZE - 1);
  message[CPNG_MESSAGE_SIZE - 1] = 0;
}

static inline void cpng_fail(png_structp png, png_const_charp text) {
  cpng_note((char *)png_get_error_ptr(png), text);
  png_longjmp(png, 1);
}

static inline void cpng_ignore_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

// Reading: begin, look at the size, rows, end.

typedef struct {
  const unsigned char *bytes;
  size_t count, offset;
  png_structp png;
  png_infop info;
  unsigned width, height;
  // Of one row as stored in the file, and of one row as rows() delivers it: 8 bits a channel.
  size_t stored_row_bytes, row_bytes;
  int channels;
  char message[CPNG_MESSAGE_SIZE];
} cpng_reader;

static inline void cpng_take(png_structp png, png_bytep destination, size_t count) {
  cpng_reader *reader = (cpng_reader *)png_get_io_ptr(png);
  if (count > reader->count - reader->offset) png_error(png, "the file ends too early");
  memcpy(destination, reader->bytes + reader->offset, count);
  reader->offset += count;
}

/// Reads everything before the pixels. Returns 1, or 0 with a message; end it in either case.
static inline int cpng_reader_begin(cpng_reader *reader, const unsigned char *bytes, size_t count) {
  memset(reader, 0, sizeof *reader);
  reader->bytes = bytes;
  reader->count = count;
  reader->png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, reader->message, cpng_fail, cpng_ignore_warning);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->info) {
    if (!reader->message[0]) cpng_note(reader->message, "out of memory");
    return 0;
  }
  if (setjmp(png_jmpbuf(reader->png))) return 0;
  png_set_read_fn(reader->png, reader, cpng_take);
  // The caller judges the size; libpng's own limit would only word it worse.
  png_set_user_limits(reader->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  // Compressed texts and profiles, which nobody reads here, may not expand beyond the file's size.
  png_set_chunk_malloc_max(reader->png, count);
  png_read_info(reader->png, reader->info);
  reader->width = png_get_image_width(reader->png, reader->info);
  reader->height = png_get_image_height(reader->png, reader->info);
  reader->stored_row_bytes = png_get_rowbytes(reader->png, reader->info);
  return 1;
}

/// Makes every pixel 8 bits a channel: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
static inline int cpng_reader_expand(cpng_reader *reader) {
  if (setjmp(png_jmpbuf(reader->png))) return 0;
  png_set_expand(reader->png);
  png_set_scale_16(reader->png);
  png_set_interlace_handling(reader->png);
  png_read_update_info(reader->png, reader->info);
  reader->row_bytes = png_get_rowbytes(reader->png, reader->info);
  reader->channels = png_get_channels(reader->png, reader->info);
  return 1;
}

/// Fills `height` rows of `row_bytes` and checks what follows them.
static inline int cpng_reader_rows(cpng_reader *reader, unsigned char *pixels) {
  if (setjmp(png_jmpbuf(reader->png))) return 0;
  int passes = png_get_interlace_type(reader->png, reader->info) == PNG_INTERLACE_NONE ? 1 : 7;
  for (int pass = 0; pass < passes; pass++)
    for (size_t row = 0; row < reader->height; row++)
      png_read_row(reader->png, pixels + row * reader->row_bytes, NULL);
  png_read_end(reader->png, NULL);
  return 1;
}

static inline void cpng_reader_end(cpng_reader *reader) {
  png_destroy_read_struct(&reader->png, &reader->info, NULL);
}

// Writing, into memory that the caller frees.

typedef struct {
  unsigned char *bytes;
  size_t count, capacity;
  char message[CPNG_MESSAGE_SIZE];
} cpng_output;

static inline void cpng_append(png_structp png, png_bytep bytes, size_t count) {
  cpng_output *output = (cpng_output *)png_get_io_ptr(png);
  if (count > output->capacity - output->count) {
    size_t capacity = 2 * output->capacity + count + 4096;
    unsigned char *grown = (unsigned char *)realloc(output->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    output->bytes = grown;
    output->capacity = capacity;
  }
  memcpy(output->bytes + output->count, bytes, count);
  output->count += count;
}

static inline void cpng_flush(png_structp png) { (void)png; }

/// Writes 8-bit gray (1 channel), RGB (3) or RGBA (4). Everything that shapes the bytes is fixed: level, filters, no time.
/// `pixels_per_metre` 0 leaves the physical size out; `texts` are keywords, each with its text behind it. It fails once `goes_on`, asked between rows, returns 0.
static inline int cpng_write(cpng_output *output, const unsigned char *pixels, unsigned width, unsigned height,
                             int channels, unsigned pixels_per_metre, const char *const *texts,
                             int text_count, int (*goes_on)(void)) {
  memset(output, 0, sizeof *output);
  png_infop info = NULL;
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, output->message, cpng_fail, cpng_ignore_warning);
  if (png) info = png_create_info_struct(png);
  if (!info) {
    if (!output->message[0]) cpng_note(output->message, "out of memory");
    png_destroy_write_struct(&png, NULL);
    return 0;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 0;
  }
  png_set_write_fn(png, output, cpng_append, cpng_flush);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(png, 6);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_IHDR(png, info, width, height, 8, channels == 1 ? PNG_COLOR_TYPE_GRAY : channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_RGBA,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (pixels_per_metre) png_set_pHYs(png, info, pixels_per_metre, pixels_per_metre, PNG_RESOLUTION_METER);
  for (int index = 0; index < text_count; index++) {
    png_text text;
    memset(&text, 0, sizeof text);
    text.key = (char *)texts[2 * index];
    text.text = (char *)texts[2 * index + 1];
    // What is not plain ASCII is written as UTF-8, which only international texts are.
    int is_plain = 1;
    for (const char *byte = text.text; *byte; byte++) is_plain &= (*byte & 0x80) == 0;
    text.compression = is_plain ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
    text.lang = (char *)"";
    text.lang_key = (char *)"";
    png_set_text(png, info, &text, 1);
  }
  png_write_info(png, info);
  for (size_t row = 0; row < height; row++) {
    if (row % 32 == 0 && !goes_on()) png_error(png, "given up");
    png_write_row(png, pixels + row * width * (size_t)channels);
  }
  png_write_end(png, NULL);
  png_destroy_write_struct(&png, &info);
  return 1;
}
