/* The UTF-16 half: speaks to the host and leaves the work to the other half. */
#include "reader.h"
#include <stdlib.h>

#define W(name) moonwit_compose_words_##name

typedef reader_string_t str;
typedef W(own_notebook_t) own;

/* A notebook over there with these words, which are freed. */
static own notebook_of(str *title, reader_list_string_t *words, uint32_t *count) {
  own n = W(constructor_notebook)(title);
  for (size_t i = 0; i < words->len; i++) W(method_notebook_add)(W(borrow_notebook)(n), &words->ptr[i]);
  reader_list_string_free(words);
  *count = W(count)(W(borrow_notebook)(n));
  return n;
}

void exports_reader_echo(str *s, str *ret) {
  W(echo)(s, ret);
  reader_string_free(s);
}

void exports_reader_code_units(str *s, reader_tuple2_u32_u32_t *ret) {
  ret->f0 = s->len;
  ret->f1 = W(code_units)(s);
  reader_string_free(s);
}

void exports_reader_reverse(reader_list_string_t *words, reader_list_string_t *ret) {
  W(reverse)(words, ret);
  reader_list_string_free(words);
}

bool exports_reader_rate(reader_entry_t *e, reader_entry_t *ret, str *err) {
  bool ok = W(rate)(e, ret, err);
  reader_entry_free(e);
  return ok;
}

void exports_reader_collect(str *title, reader_list_string_t *words, reader_tuple3_string_list_string_u32_t *ret) {
  own n = notebook_of(title, words, &ret->f2);
  reader_string_free(title);
  W(method_notebook_title)(W(borrow_notebook)(n), &ret->f0);
  W(method_notebook_all)(W(borrow_notebook)(n), &ret->f1);
  W(notebook_drop_own)(n);
}

void exports_reader_merge(reader_list_string_t *a, reader_list_string_t *b, reader_list_string_t *ret) {
  str title = {NULL, 0};
  uint32_t count;
  own first = notebook_of(&title, a, &count);
  own second = notebook_of(&title, b, &count);
  own merged = W(static_notebook_merge)(first, second);
  W(method_notebook_all)(W(borrow_notebook)(merged), ret);
  W(notebook_drop_own)(merged);
}

uint32_t exports_reader_live(void) { return W(live)(); }
