/* Files by libc. Its preopened folders are looked for at start-up, so even `pure` needs the grants. */
#include "files.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A C string from a WIT string, which is freed. */
static char *text_of(files_string_t *s) {
  char *text = malloc(s->len + 1);
  if (!text) abort();
  memcpy(text, s->ptr, s->len);
  text[s->len] = 0;
  files_string_free(s);
  return text;
}

uint32_t exports_files_pure(uint32_t a) { return a + 1; }

bool exports_files_read_file(files_string_t *path, files_string_t *ret, files_string_t *err) {
  char *text = text_of(path);
  FILE *file = fopen(text, "rb");
  free(text);
  if (!file) {
    files_string_dup(err, strerror(errno));
    return false;
  }
  size_t length = 0, capacity = 4096;
  uint8_t *bytes = malloc(capacity);
  for (;;) {
    if (!bytes) abort();
    length += fread(bytes + length, 1, capacity - length, file);
    if (length < capacity) break;
    capacity *= 2;
    bytes = realloc(bytes, capacity);
  }
  bool failed = ferror(file);
  fclose(file);
  if (failed) {
    free(bytes);
    files_string_dup(err, strerror(errno));
    return false;
  }
  ret->ptr = bytes;
  ret->len = length;
  if (length == 0) free(bytes);
  return true;
}

bool exports_files_write_file(files_string_t *path, files_string_t *text, files_string_t *err) {
  char *name = text_of(path);
  FILE *file = fopen(name, "wb");
  free(name);
  bool ok = file && fwrite(text->ptr, 1, text->len, file) == text->len;
  if (file && fclose(file) != 0) ok = false;
  files_string_free(text);
  if (!ok) files_string_dup(err, strerror(errno));
  return ok;
}
