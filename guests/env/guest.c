/* Hands on what wasi:cli says of the program's start. */
#include "env.h"
#include <string.h>

static uint32_t visit_count = 0;

void exports_env_environment(env_list_tuple2_string_string_t *ret) { wasi_cli_environment_get_environment(ret); }

void exports_env_arguments(env_list_string_t *ret) { wasi_cli_environment_get_arguments(ret); }

bool exports_env_initial_cwd(env_string_t *ret) { return wasi_cli_environment_initial_cwd(ret); }

bool exports_env_variable(env_string_t *name, env_string_t *ret) {
  env_list_tuple2_string_string_t all;
  bool found = false;
  wasi_cli_environment_get_environment(&all);
  for (size_t i = 0; i < all.len && !found; i++) {
    env_string_t *key = &all.ptr[i].f0;
    found = key->len == name->len && memcmp(key->ptr, name->ptr, key->len) == 0;
    if (found) env_string_dup_n(ret, (const char *)all.ptr[i].f1.ptr, all.ptr[i].f1.len);
  }
  env_list_tuple2_string_string_free(&all);
  env_string_free(name);
  return found;
}

void exports_env_exit(uint8_t code) {
  wasi_cli_exit_result_void_void_t status = {.is_err = code != 0};
  wasi_cli_exit_exit(&status);
  __builtin_trap();
}

uint32_t exports_env_visits(void) { return ++visit_count; }
