/* Calls its host's functions. Arguments of an import stay the guest's; its results become the guest's. */
#include "funcs_caller.h"
#include <stdlib.h>
#include <string.h>

typedef funcs_caller_string_t str;
typedef funcs_caller_list_u8_t bytes;

bool exports_funcs_caller_call_string(str *target, str *input, str *ret, str *err) {
  bool ok = wippy_runtime_funcs_call_string(target, input, ret, err);
  funcs_caller_string_free(target);
  funcs_caller_string_free(input);
  return ok;
}

bool exports_funcs_caller_call_bytes(str *target, bytes *input, bytes *ret, str *err) {
  bool ok = wippy_runtime_funcs_call_bytes(target, input, ret, err);
  funcs_caller_string_free(target);
  funcs_caller_list_u8_free(input);
  return ok;
}

bool exports_funcs_caller_call_often(str *target, str *input, uint32_t count, str *ret, str *err) {
  bool ok = true;
  ret->ptr = NULL;
  ret->len = 0;
  for (uint32_t i = 0; ok && i < count; i++) {
    funcs_caller_string_free(ret);
    ok = wippy_runtime_funcs_call_string(target, input, ret, err);
  }
  funcs_caller_string_free(target);
  funcs_caller_string_free(input);
  return ok;
}

void exports_funcs_caller_countdown(str *input, str *ret) {
  size_t space = input->len;
  while (space > 0 && input->ptr[space - 1] != ' ') space--;
  uint32_t count = 0;
  for (size_t at = space; at < input->len; at++) count = count * 10 + (input->ptr[at] - '0');
  if (space == 0 || count == 0) {
    funcs_caller_string_free(input);
    funcs_caller_string_dup(ret, "done");
    return;
  }
  uint8_t digits[10];
  size_t first = sizeof digits;
  uint32_t rest = --count;
  do digits[--first] = '0' + rest % 10;
  while ((rest /= 10) > 0);
  str target = {input->ptr, space - 1}, next = {malloc(space + sizeof digits - first), space + sizeof digits - first}, err;
  if (!next.ptr) abort();
  memcpy(next.ptr, input->ptr, space);
  memcpy(next.ptr + space, digits + first, sizeof digits - first);
  if (!wippy_runtime_funcs_call_string(&target, &next, ret, &err)) {
    ret->len = 7 + err.len;
    ret->ptr = malloc(ret->len);
    if (!ret->ptr) abort();
    memcpy(ret->ptr, "error: ", 7);
    memcpy(ret->ptr + 7, err.ptr, err.len);
    funcs_caller_string_free(&err);
  }
  funcs_caller_string_free(&next);
  funcs_caller_string_free(input);
}

void exports_funcs_caller_upper(str *input, str *ret) {
  for (size_t at = 0; at < input->len; at++)
    if (input->ptr[at] >= 'a' && input->ptr[at] <= 'z') input->ptr[at] -= 'a' - 'A';
  *ret = *input;
}

void exports_funcs_caller_reverse(bytes *input, bytes *ret) {
  for (size_t low = 0; low < input->len / 2; low++) {
    uint8_t byte = input->ptr[low];
    input->ptr[low] = input->ptr[input->len - 1 - low];
    input->ptr[input->len - 1 - low] = byte;
  }
  *ret = *input;
}
