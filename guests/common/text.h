/* Text that grows, for guests that keep away from libc's streams (they would drag in imports). */
#ifndef MOONWIT_GUEST_TEXT_H
#define MOONWIT_GUEST_TEXT_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  uint8_t *ptr;
  size_t len, room;
} text;

static inline void add_bytes(text *to, const void *from, size_t len) {
  if (len == 0) return;
  if (to->len + len > to->room) {
    to->room = 2 * to->room + len;
    to->ptr = realloc(to->ptr, to->room);
    if (!to->ptr) abort();
  }
  memcpy(to->ptr + to->len, from, len);
  to->len += len;
}

static inline void add(text *to, const char *from) { add_bytes(to, from, strlen(from)); }

static inline void add_number(text *to, uint64_t value) {
  char digits[20];
  size_t first = sizeof digits;
  do digits[--first] = '0' + value % 10;
  while ((value /= 10) > 0);
  add_bytes(to, digits + first, sizeof digits - first);
}

/* Reads decimal digits up to `end`, and leaves `at` behind them. */
static inline uint64_t number(const uint8_t **at, const uint8_t *end) {
  uint64_t value = 0;
  for (; *at < end && **at >= '0' && **at <= '9'; ++*at) value = value * 10 + (**at - '0');
  return value;
}

#endif
