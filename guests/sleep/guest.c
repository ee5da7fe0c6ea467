/* Waits by clocks and polls, each way there is. */
#include "sleep.h"
#include <stdlib.h>

#define FN(name) exports_moonwit_sleep_test_sleep_##name
#define NS_PER_MS 1000000ull

typedef wasi_io_poll_own_pollable_t own_pollable;

static own_pollable kept;
static bool is_kept = false;

static uint64_t now(void) { return wasi_clocks_monotonic_clock_now(); }

static own_pollable after_ms(uint64_t ms) { return wasi_clocks_monotonic_clock_subscribe_duration(ms * NS_PER_MS); }

static void block(own_pollable pollable) { wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable)); }

static bool is_ready(own_pollable pollable) { return wasi_io_poll_method_pollable_ready(wasi_io_poll_borrow_pollable(pollable)); }

uint64_t FN(sleep_ms)(uint64_t ms) {
  uint64_t start = now();
  own_pollable pollable = after_ms(ms);
  block(pollable);
  wasi_io_poll_pollable_drop_own(pollable);
  return (now() - start) / NS_PER_MS;
}

uint64_t FN(sleep_until)(uint64_t ns_from_now) {
  uint64_t start = now();
  own_pollable pollable = wasi_clocks_monotonic_clock_subscribe_instant(start + ns_from_now);
  block(pollable);
  wasi_io_poll_pollable_drop_own(pollable);
  return (now() - start) / NS_PER_MS;
}

uint64_t FN(sleep_by_poll)(uint64_t ms) {
  uint64_t start = now();
  own_pollable pollable = after_ms(ms);
  wasi_io_poll_borrow_pollable_t borrowed = wasi_io_poll_borrow_pollable(pollable);
  wasi_io_poll_list_borrow_pollable_t in = {&borrowed, 1};
  sleep_list_u32_t ready;
  wasi_io_poll_poll(&in, &ready);
  if (ready.len != 1 || ready.ptr[0] != 0) abort();
  sleep_list_u32_free(&ready);
  wasi_io_poll_pollable_drop_own(pollable);
  return (now() - start) / NS_PER_MS;
}

uint64_t FN(sleep_often)(uint64_t ms, uint32_t times) {
  uint64_t start = now();
  for (uint32_t i = 0; i < times; i++) FN(sleep_ms)(ms);
  return (now() - start) / NS_PER_MS;
}

void FN(poll_many)(sleep_list_u64_t *ms, sleep_list_u32_t *ret) {
  size_t count = ms->len;
  own_pollable *pollables = malloc(count * sizeof *pollables);
  wasi_io_poll_borrow_pollable_t *borrowed = malloc(count * sizeof *borrowed);
  if (count > 0 && (!pollables || !borrowed)) abort();
  for (size_t i = 0; i < count; i++) {
    pollables[i] = after_ms(ms->ptr[i]);
    borrowed[i] = wasi_io_poll_borrow_pollable(pollables[i]);
  }
  wasi_io_poll_list_borrow_pollable_t in = {borrowed, count};
  wasi_io_poll_poll(&in, ret);
  for (size_t i = 0; i < count; i++) wasi_io_poll_pollable_drop_own(pollables[i]);
  free(pollables);
  free(borrowed);
  sleep_list_u64_free(ms);
}

void FN(poll_nothing)(void) {
  wasi_io_poll_list_borrow_pollable_t in = {NULL, 0};
  sleep_list_u32_t ready;
  wasi_io_poll_poll(&in, &ready);
}

bool FN(ready)(uint64_t ms) {
  own_pollable pollable = after_ms(ms);
  bool ready = is_ready(pollable);
  wasi_io_poll_pollable_drop_own(pollable);
  return ready;
}

uint64_t FN(spin)(uint64_t ms) {
  own_pollable pollable = after_ms(ms);
  uint64_t asked = 1;
  while (!is_ready(pollable)) asked++;
  wasi_io_poll_pollable_drop_own(pollable);
  return asked;
}

void FN(keep)(uint64_t ms) {
  kept = after_ms(ms);
  is_kept = true;
}

uint64_t FN(wait_kept)(void) {
  if (!is_kept) abort();
  block(kept);
  return now();
}

uint64_t FN(now)(void) { return now(); }

uint64_t FN(resolution)(void) { return wasi_clocks_monotonic_clock_resolution(); }
