/* A resource with a destructor. Owned arguments belong to the guest and are dropped unless handed on; borrowed ones are
 * pointers to the representation and stay the caller's. */
#include "resources.h"
#include <stdlib.h>

#define R(name) exports_moonwit_resources_counters_##name

struct R(counter_t) {
  uint32_t value;
};

typedef R(counter_t) counter;
typedef R(own_counter_t) own;
typedef R(borrow_counter_t) borrow;

static uint32_t live_count;

static own kept[64];
static uint32_t kept_count;

static own new_counter(uint32_t start) {
  counter *c = malloc(sizeof *c);
  if (!c) abort();
  c->value = start;
  live_count++;
  return R(counter_new)(c);
}

void R(counter_destructor)(counter *c) {
  live_count--;
  free(c);
}

own R(constructor_counter)(uint32_t start) { return new_counter(start); }

uint32_t R(method_counter_increment)(borrow self) { return ++self->value; }

uint32_t R(method_counter_value)(borrow self) { return self->value; }

own R(static_counter_merge)(own a, own b) {
  uint32_t sum = R(counter_rep)(a)->value + R(counter_rep)(b)->value;
  R(counter_drop_own)(a);
  R(counter_drop_own)(b);
  return new_counter(sum);
}

uint32_t R(peek)(borrow c) { return c->value; }

uint32_t R(sum)(R(list_borrow_counter_t) *counters) {
  uint32_t sum = 0;
  for (size_t i = 0; i < counters->len; i++) sum += counters->ptr[i]->value;
  R(list_borrow_counter_free)(counters);
  return sum;
}

bool R(same)(borrow a, borrow b) { return a == b; }

own R(make)(uint32_t start) { return new_counter(start); }

void R(make_many)(uint32_t count, R(list_own_counter_t) *ret) {
  ret->len = count;
  ret->ptr = count ? calloc(count, sizeof *ret->ptr) : NULL;
  if (count && !ret->ptr) abort();
  for (uint32_t i = 0; i < count; i++) ret->ptr[i] = new_counter(i);
}

bool R(try_make)(uint32_t start, own *ret, resources_string_t *err) {
  if (start > 1000) {
    resources_string_dup(err, "start is above 1000");
    return false;
  }
  *ret = new_counter(start);
  return true;
}

bool R(take_greatest)(R(list_own_counter_t) *counters, own *ret) {
  size_t length = counters->len, greatest = 0;
  for (size_t i = 1; i < length; i++) {
    if (R(counter_rep)(counters->ptr[i])->value > R(counter_rep)(counters->ptr[greatest])->value) greatest = i;
  }
  if (length > 0) *ret = counters->ptr[greatest];
  for (size_t i = 0; i < length; i++) {
    if (i != greatest) R(counter_drop_own)(counters->ptr[i]);
  }
  R(list_own_counter_free)(counters);
  return length > 0;
}

own R(pass)(own c) { return c; }

uint32_t R(consume)(own c) {
  uint32_t value = R(counter_rep)(c)->value;
  R(counter_drop_own)(c);
  return value;
}

void R(keep)(own c) {
  if (kept_count == sizeof kept / sizeof *kept) abort();
  kept[kept_count++] = c;
}

bool R(give_back)(own *ret) {
  if (kept_count == 0) return false;
  *ret = kept[--kept_count];
  return true;
}

uint32_t R(trap_with_borrow)(borrow c) {
  c->value++;
  __builtin_trap();
}

uint32_t R(live)(void) { return live_count; }
