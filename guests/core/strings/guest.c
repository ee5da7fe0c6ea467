/* A core module with strings, lists and records. Arguments belong to the guest and are freed or handed on. */
#include "strings.h"
#include <stdlib.h>
#include <string.h>

typedef strings_string_t str;

void exports_strings_upper(str *s, str *ret) {
  for (size_t i = 0; i < s->len; i++) {
    if (s->ptr[i] >= 'a' && s->ptr[i] <= 'z') s->ptr[i] -= 'a' - 'A';
  }
  *ret = *s;
}

void exports_strings_words(str *s, strings_list_string_t *ret) {
  ret->ptr = s->len ? malloc((s->len / 2 + 1) * sizeof *ret->ptr) : NULL;
  if (s->len && !ret->ptr) abort();
  ret->len = 0;
  for (size_t i = 0; i < s->len;) {
    size_t end = i;
    while (end < s->len && s->ptr[end] != ' ') end++;
    if (end > i) strings_string_dup_n(&ret->ptr[ret->len++], (const char *)s->ptr + i, end - i);
    i = end + 1;
  }
  if (s->len && ret->len == 0) free(ret->ptr);
  strings_string_free(s);
}

int64_t exports_strings_sum(strings_list_s64_t *v) {
  uint64_t sum = 0;
  for (size_t i = 0; i < v->len; i++) sum += (uint64_t)v->ptr[i];
  strings_list_s64_free(v);
  return (int64_t)sum;
}

void exports_strings_scale(strings_list_f64_t *v, double by, strings_list_f64_t *ret) {
  for (size_t i = 0; i < v->len; i++) v->ptr[i] *= by;
  *ret = *v;
}

void exports_strings_describe(strings_person_t *p, str *ret) {
  uint8_t digits[3];
  size_t count = 0;
  for (uint8_t rest = p->age; rest > 0 || count == 0; rest /= 10) digits[count++] = '0' + rest % 10;
  ret->len = p->name.len + 2 + count + 1;
  ret->ptr = malloc(ret->len);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, p->name.ptr, p->name.len);
  uint8_t *end = ret->ptr + p->name.len;
  *end++ = ' ';
  *end++ = '(';
  while (count > 0) *end++ = digits[--count];
  *end = ')';
  strings_person_free(p);
}

bool exports_strings_older(strings_person_t *p, uint32_t years, strings_person_t *ret, str *err) {
  if (years > 150 || p->age + years > 150) {
    strings_person_free(p);
    strings_string_dup(err, "too old");
    return false;
  }
  p->age += years;
  *ret = *p;
  return true;
}

void exports_strings_elder(strings_person_t *a, strings_person_t *b, str *note, strings_person_t *ret) {
  bool second = b->age > a->age;
  *ret = second ? *b : *a;
  strings_person_free(second ? a : b);
  strings_string_free(note);
}

bool exports_strings_min_max(strings_list_s32_t *v, strings_tuple2_s32_s32_t *ret) {
  if (v->len == 0) return false;
  ret->f0 = ret->f1 = v->ptr[0];
  for (size_t i = 1; i < v->len; i++) {
    if (v->ptr[i] < ret->f0) ret->f0 = v->ptr[i];
    if (v->ptr[i] > ret->f1) ret->f1 = v->ptr[i];
  }
  strings_list_s32_free(v);
  return true;
}

uint64_t exports_strings_sum17(uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e, uint32_t f, uint32_t g,
                               uint32_t h, uint32_t i, uint32_t j, uint32_t k, uint32_t l, uint32_t m, uint32_t n,
                               uint32_t o, uint32_t p, uint32_t q) {
  return (uint64_t)a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q;
}

void exports_strings_bytes(uint32_t count, strings_list_u8_t *ret) {
  ret->len = count;
  ret->ptr = count ? malloc(count) : NULL;
  if (count && !ret->ptr) abort();
  for (uint32_t i = 0; i < count; i++) ret->ptr[i] = (uint8_t)i;
}

void exports_strings_fail(str *s, str *ret) { abort(); }

uint32_t exports_strings_pages(void) { return __builtin_wasm_memory_size(0); }
