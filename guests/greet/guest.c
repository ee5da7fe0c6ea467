/* One string in, one string out. */
#include "greet.h"
#include <stdlib.h>
#include <string.h>

void exports_greet_greet(greet_string_t *name, greet_string_t *ret) {
  ret->len = strlen("Hello, ") + name->len + strlen("!");
  ret->ptr = malloc(ret->len);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, "Hello, ", 7);
  memcpy(ret->ptr + 7, name->ptr, name->len);
  ret->ptr[ret->len - 1] = '!';
  greet_string_free(name);
}
