/* The UTF-8 half: keeps words in notebooks, a resource that the other half holds by handle. */
#include "words_half.h"
#include <stdlib.h>
#include <string.h>

#define W(name) exports_moonwit_compose_words_##name

typedef words_half_string_t str;

struct W(notebook_t) {
  str title;
  words_half_list_string_t words;
};

typedef W(notebook_t) notebook;
typedef W(own_notebook_t) own;
typedef W(borrow_notebook_t) borrow;

static uint32_t live_count;

static str copy_of(const str *from) {
  str copy = {NULL, from->len};
  if (from->len == 0) return copy;
  copy.ptr = malloc(from->len);
  if (!copy.ptr) abort();
  memcpy(copy.ptr, from->ptr, from->len);
  return copy;
}

static void push(notebook *n, str word) {
  str *grown = realloc(n->words.ptr, (n->words.len + 1) * sizeof *grown);
  if (!grown) abort();
  n->words.ptr = grown;
  grown[n->words.len++] = word;
}

own W(constructor_notebook)(str *title) {
  notebook *n = calloc(1, sizeof *n);
  if (!n) abort();
  n->title = *title;
  live_count++;
  return W(notebook_new)(n);
}

void W(notebook_destructor)(notebook *n) {
  live_count--;
  words_half_string_free(&n->title);
  words_half_list_string_free(&n->words);
  free(n);
}

void W(method_notebook_title)(borrow self, str *ret) { *ret = copy_of(&self->title); }

uint32_t W(method_notebook_add)(borrow self, str *word) {
  push(self, *word);
  return self->words.len;
}

void W(method_notebook_all)(borrow self, words_half_list_string_t *ret) {
  ret->len = self->words.len;
  ret->ptr = ret->len ? malloc(ret->len * sizeof *ret->ptr) : NULL;
  if (ret->len && !ret->ptr) abort();
  for (size_t i = 0; i < ret->len; i++) ret->ptr[i] = copy_of(&self->words.ptr[i]);
}

own W(static_notebook_merge)(own a, own b) {
  notebook *first = W(notebook_rep)(a), *second = W(notebook_rep)(b);
  for (size_t i = 0; i < second->words.len; i++) push(first, copy_of(&second->words.ptr[i]));
  W(notebook_drop_own)(b);
  return a;
}

uint32_t W(live)(void) { return live_count; }

uint32_t W(count)(borrow n) { return n->words.len; }

uint32_t W(code_units)(str *s) {
  uint32_t length = s->len;
  words_half_string_free(s);
  return length;
}

void W(echo)(str *s, str *ret) { *ret = *s; }

void W(reverse)(words_half_list_string_t *words, words_half_list_string_t *ret) {
  for (size_t i = 0; i < words->len / 2; i++) {
    str kept = words->ptr[i];
    words->ptr[i] = words->ptr[words->len - 1 - i];
    words->ptr[words->len - 1 - i] = kept;
  }
  *ret = *words;
}

bool W(rate)(W(entry_t) *e, W(entry_t) *ret, str *err) {
  if (!e->score.is_some) {
    W(entry_free)(e);
    words_half_string_dup(err, "no score");
    return false;
  }
  e->score.val *= 2;
  *ret = *e;
  return true;
}
