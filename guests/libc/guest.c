/* Plain C on libc: what it prints, reads and asks for goes through the preview1 adapter to wasi 0.2. */
#include "libc.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A C string from a WIT string, which is freed. */
static char *text_of(libc_string_t *s) {
  char *text = malloc(s->len + 1);
  if (!text) abort();
  memcpy(text, s->ptr, s->len);
  text[s->len] = 0;
  libc_string_free(s);
  return text;
}

uint32_t exports_libc_pure(uint32_t a) { return a + 1; }

void exports_libc_shout(libc_string_t *s) {
  char *text = text_of(s);
  for (char *at = text; *at; at++) *at = (char)toupper((unsigned char)*at);
  printf("%s\n", text);
  fflush(stdout);
  free(text);
}

void exports_libc_complain(libc_string_t *s) {
  char *text = text_of(s);
  fprintf(stderr, "%s\n", text);
  free(text);
}

bool exports_libc_env(libc_string_t *name, libc_string_t *ret) {
  char *text = text_of(name);
  const char *value = getenv(text);
  free(text);
  if (!value) return false;
  libc_string_dup(ret, value);
  return true;
}

bool exports_libc_read_file(libc_string_t *path, libc_string_t *ret, libc_string_t *err) {
  char *text = text_of(path);
  FILE *file = fopen(text, "rb");
  free(text);
  if (!file) {
    libc_string_dup(err, strerror(errno));
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
    libc_string_dup(err, strerror(errno));
    return false;
  }
  ret->ptr = bytes;
  ret->len = length;
  if (length == 0) free(bytes);
  return true;
}

bool exports_libc_write_file(libc_string_t *path, libc_string_t *text, libc_string_t *err) {
  char *name = text_of(path);
  FILE *file = fopen(name, "wb");
  free(name);
  bool ok = file && fwrite(text->ptr, 1, text->len, file) == text->len;
  if (file && fclose(file) != 0) ok = false;
  libc_string_free(text);
  if (!ok) libc_string_dup(err, strerror(errno));
  return ok;
}

void exports_libc_leave(uint8_t code) { exit(code); }
