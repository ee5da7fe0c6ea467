/* Hands on the host's randomness. */
#include "random.h"

void exports_random_get_random_bytes(uint64_t len, random_list_u8_t *ret) { wasi_random_random_get_random_bytes(len, ret); }

uint64_t exports_random_get_random_u64(void) { return wasi_random_random_get_random_u64(); }

void exports_random_get_insecure_random_bytes(uint64_t len, random_list_u8_t *ret) {
  wasi_random_insecure_get_insecure_random_bytes(len, ret);
}

uint64_t exports_random_get_insecure_random_u64(void) { return wasi_random_insecure_get_insecure_random_u64(); }

void exports_random_insecure_seed(random_tuple2_u64_u64_t *ret) { wasi_random_insecure_seed_insecure_seed(ret); }

uint64_t exports_random_zeroes(uint32_t count, uint64_t len) {
  uint64_t zeroes = 0;
  for (uint32_t i = 0; i < count; i++) {
    random_list_u8_t bytes;
    wasi_random_random_get_random_bytes(len, &bytes);
    for (size_t at = 0; at < bytes.len; at++) zeroes += bytes.ptr[at] == 0;
    random_list_u8_free(&bytes);
  }
  return zeroes;
}
