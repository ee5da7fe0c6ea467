/* Plain C on libc: what it prints and asks for goes through the preview1 adapter to wasi 0.2. It opens no files: libc would
 * then look for open folders before the first call, and nothing here would run without them. */
#include "libc.h"
#include <ctype.h>
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

void exports_libc_leave(uint8_t code) { exit(code); }
