/* Every way in which a guest can fail by itself. Built with its name section, so that a trap's stack can be read.
 * `volatile` keeps the compiler from proving that something fails and leaving it out. */
#include "fail.h"
#include <stdlib.h>
#include <string.h>

#define NAMED __attribute__((noinline))

static volatile int32_t zero = 0;
static volatile int32_t least = INT32_MIN;
static volatile int32_t minus_one = -1;
static volatile uint32_t sink;
static uint32_t poison_count;

void exports_fail_unreachable(void) { __builtin_trap(); }

int32_t exports_fail_divide(int32_t by) { return 100 / (by + zero); }

int32_t exports_fail_divide_overflow(void) { return least / minus_one; }

/* Answers `depth`; the store after the call keeps it from becoming a loop. */
NAMED static uint32_t descend(uint32_t depth) {
  if (depth == 0) return 0;
  uint32_t below = descend(depth - 1);
  sink = below;
  return below + 1;
}

NAMED static uint32_t fall_forever(uint32_t depth) {
  uint32_t below = zero == 0 ? fall_forever(depth + 1) : 0;
  sink = below;
  return below + depth;
}

uint32_t exports_fail_stack_overflow(void) { return fall_forever(0); }

uint32_t exports_fail_recurse(uint32_t depth) { return descend(depth); }

uint8_t exports_fail_read_at(uint32_t address) { return *(volatile uint8_t *)(uintptr_t)address; }

NAMED static uint64_t takes_float(double v) { return (uint64_t)(v != 0); }

static uint64_t (*volatile typed_pointer)(double) = takes_float;

uint32_t exports_fail_call_wrong_type(void) {
  uint32_t (*wrong)(uint32_t) = (uint32_t(*)(uint32_t))(uintptr_t)typed_pointer;
  return wrong(1);
}

uint32_t exports_fail_call_table(uint32_t index) { return ((uint32_t(*)(void))(uintptr_t)(index + zero))(); }

int32_t exports_fail_to_integer(double v) { return __builtin_wasm_trunc_s_i32_f64(v); }

uint32_t exports_fail_grow(uint32_t pages) {
  uint32_t grown = 0;
  while (grown < pages && __builtin_wasm_memory_grow(0, 1) != (size_t)-1) grown++;
  return grown;
}

bool exports_fail_allocate(uint32_t bytes, uint32_t *ret, fail_string_t *err) {
  /* This libc aborts on requests that are negative as a signed number. */
  volatile uint8_t *block = bytes < INT32_MAX - 65536 ? malloc(bytes) : NULL;
  if (!block) {
    fail_string_dup(err, "out of memory");
    return false;
  }
  memset((void *)block, 1, bytes);
  if (bytes > 0) sink = block[bytes - 1];
  free((void *)block);
  *ret = bytes;
  return true;
}

NAMED static void inner_step(void) {
  sink = 3;
  abort();
}

NAMED static void middle_step(void) {
  inner_step();
  sink = 2;
}

NAMED static void outer_step(void) {
  middle_step();
  sink = 1;
}

void exports_fail_abort_nested(void) { outer_step(); }

void exports_fail_spin(void) {
  for (;;) sink++;
}

uint32_t exports_fail_poison(void) {
  poison_count++;
  sink = poison_count; /* a store before the trap, so that the count is not left out */
  __asm__ volatile("" ::: "memory");
  __builtin_trap();
}

uint32_t exports_fail_poisoned(void) { return *(volatile uint32_t *)&poison_count; }

uint32_t exports_fail_fine(uint32_t a) { return a + 1; }
