/* A guest that asks its host. Arguments of an import stay the guest's; its results become the guest's. */
#include "imports.h"
#include <stdlib.h>
#include <string.h>

typedef imports_string_t str;
typedef moonwit_host_sessions_own_session_t own;
typedef moonwit_host_sessions_borrow_session_t borrow;

static own held[16];
static uint32_t held_count;

static void log_line(const char *level, str *message) {
  str level_text;
  imports_string_set(&level_text, level);
  moonwit_host_log_log(&level_text, message);
}

/* `before` NAME `after`, on the heap. */
static void around(const char *before, const str *name, const char *after, str *ret) {
  size_t before_length = strlen(before), after_length = strlen(after);
  ret->len = before_length + name->len + after_length;
  ret->ptr = malloc(ret->len);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, before, before_length);
  memcpy(ret->ptr + before_length, name->ptr, name->len);
  memcpy(ret->ptr + before_length + name->len, after, after_length);
}

uint32_t exports_imports_pure(uint32_t a) { return a + 1; }

void exports_imports_greet_and_log(str *name, str *ret) {
  str message;
  around("greeting ", name, "", &message);
  log_line("info", &message);
  imports_string_free(&message);
  around("Hello, ", name, "!", ret);
  imports_string_free(name);
}

void exports_imports_log_many(uint32_t count) {
  for (uint32_t i = 1; i <= count; i++) {
    uint8_t digits[10];
    size_t length = 0;
    for (uint32_t rest = i; rest > 0; rest /= 10) length++;
    uint32_t rest = i;
    for (size_t at = length; at > 0; rest /= 10) digits[--at] = '0' + rest % 10;
    str message = {digits, length};
    log_line("debug", &message);
  }
}

uint64_t exports_imports_clock(void) { return moonwit_host_log_now(); }

void exports_imports_find(imports_list_string_t *keys, imports_list_option_string_t *ret) {
  ret->len = keys->len;
  ret->ptr = keys->len ? malloc(keys->len * sizeof *ret->ptr) : NULL;
  if (keys->len && !ret->ptr) abort();
  for (size_t i = 0; i < keys->len; i++) {
    ret->ptr[i].is_some = moonwit_host_log_lookup(&keys->ptr[i], &ret->ptr[i].val);
  }
  imports_list_string_free(keys);
}

uint32_t exports_imports_quadruple(uint32_t a) { return imports_double(imports_double(a)); }

uint32_t exports_imports_write_session(str *name, imports_list_string_t *lines) {
  own session = moonwit_host_sessions_constructor_session(name);
  imports_string_free(name);
  uint32_t count = 0;
  for (size_t i = 0; i < lines->len; i++) {
    count = moonwit_host_sessions_method_session_write(moonwit_host_sessions_borrow_session(session), &lines->ptr[i]);
  }
  imports_list_string_free(lines);
  moonwit_host_sessions_session_drop_own(session);
  return count;
}

void exports_imports_describe_current(str *ret) {
  own session = moonwit_host_sessions_static_session_current();
  moonwit_host_sessions_describe(moonwit_host_sessions_borrow_session(session), ret);
  moonwit_host_sessions_session_drop_own(session);
}

bool exports_imports_open_and_close(str *name, uint32_t *ret, str *err) {
  own session = moonwit_host_sessions_constructor_session(name);
  imports_string_free(name);
  return moonwit_host_sessions_close(session, ret, err);
}

uint32_t exports_imports_hold(str *name) {
  if (held_count == sizeof held / sizeof *held) abort();
  held[held_count++] = moonwit_host_sessions_constructor_session(name);
  imports_string_free(name);
  return held_count;
}

bool exports_imports_release(str *ret) {
  if (held_count == 0) return false;
  own session = held[--held_count];
  moonwit_host_sessions_method_session_name(moonwit_host_sessions_borrow_session(session), ret);
  moonwit_host_sessions_session_drop_own(session);
  return true;
}

void exports_imports_name_of(borrow s, str *ret) {
  moonwit_host_sessions_method_session_name(s, ret);
  moonwit_host_sessions_session_drop_borrow(s);
}

void exports_imports_take(own s, str *ret) {
  moonwit_host_sessions_method_session_name(moonwit_host_sessions_borrow_session(s), ret);
  moonwit_host_sessions_session_drop_own(s);
}

own exports_imports_pass(own s) { return s; }

void exports_imports_leak_borrow(borrow s) {}

bool exports_imports_exchange(imports_reading_t *before, imports_reading_t *after, str *reason, imports_reading_t *ret,
                              str *err) {
  bool ok = moonwit_host_data_exchange(before, after, reason, ret, err);
  imports_reading_free(before);
  imports_reading_free(after);
  imports_string_free(reason);
  return ok;
}

uint64_t exports_imports_sum(uint32_t a) {
  return moonwit_host_data_sum17(a, a + 1, a + 2, a + 3, a + 4, a + 5, a + 6, a + 7, a + 8, a + 9, a + 10, a + 11, a + 12,
                                 a + 13, a + 14, a + 15, a + 16);
}

void exports_imports_split(str *text, uint32_t separator, imports_list_string_t *ret) {
  moonwit_host_data_split(text, separator, ret);
  imports_string_free(text);
}
