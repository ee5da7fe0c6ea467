/* Every WIT type, handed back as it came: what arrives is moved into the result, so the bytes are the host's own. */
#include "echo.h"
#include <stdlib.h>
#include <string.h>

#define T(name) exports_moonwit_echo_types_##name
#define SCALAR(name, type) type T(name)(type v) { return v; }
#define MOVED(name, type) void T(name)(type *v, type *ret) { *ret = *v; }

SCALAR(echo_bool, bool)
SCALAR(echo_u8, uint8_t)
SCALAR(echo_u16, uint16_t)
SCALAR(echo_u32, uint32_t)
SCALAR(echo_u64, uint64_t)
SCALAR(echo_s8, int8_t)
SCALAR(echo_s16, int16_t)
SCALAR(echo_s32, int32_t)
SCALAR(echo_s64, int64_t)
SCALAR(echo_f32, float)
SCALAR(echo_f64, double)
SCALAR(echo_char, uint32_t)
MOVED(echo_string, echo_string_t)
MOVED(echo_bytes, echo_list_u8_t)
MOVED(echo_list_bool, echo_list_bool_t)
MOVED(echo_list_s8, echo_list_s8_t)
MOVED(echo_list_u16, echo_list_u16_t)
MOVED(echo_list_s16, echo_list_s16_t)
MOVED(echo_list_u32, echo_list_u32_t)
MOVED(echo_list_s32, echo_list_s32_t)
MOVED(echo_list_u64, echo_list_u64_t)
MOVED(echo_list_s64, echo_list_s64_t)
MOVED(echo_list_f32, echo_list_f32_t)
MOVED(echo_list_f64, echo_list_f64_t)
MOVED(echo_list_char, echo_list_char32_t)
MOVED(echo_list_string, echo_list_string_t)
MOVED(echo_matrix, echo_list_list_u32_t)
MOVED(echo_cube, echo_list_list_list_string_t)
MOVED(echo_list_bytes, echo_list_list_u8_t)
MOVED(echo_pairs, echo_list_tuple2_string_u32_t)
MOVED(echo_list_option, echo_list_option_string_t)
MOVED(echo_list_result, T(list_result_u32_string_t))
MOVED(echo_list_shape, T(list_shape_t))
MOVED(echo_list_color, T(list_color_t))
MOVED(echo_list_flags9, T(list_flags9_t))
MOVED(echo_lines, T(list_line_t))
MOVED(echo_list_settings, T(list_settings_t))
MOVED(echo_point, T(point_t))
MOVED(echo_line, T(line_t))
MOVED(echo_settings, T(settings_t))
MOVED(echo_big, T(big_t))
MOVED(echo_tree, T(tree_t))
MOVED(echo_tuple1, echo_tuple1_u8_t)
MOVED(echo_tuple, echo_tuple3_u8_string_f64_t)
MOVED(echo_nested_tuple, echo_tuple2_tuple2_u8_s64_tuple2_bool_tuple1_char32_t)
MOVED(echo_shape, T(shape_t))
SCALAR(echo_color, T(color_t))
SCALAR(echo_letters256, T(letters256_t))
SCALAR(echo_letters257, T(letters257_t))
MOVED(echo_option, echo_option_u32_t)
MOVED(echo_option_string, echo_option_string_t)
MOVED(echo_option_list, echo_option_list_string_t)
MOVED(echo_option_option, echo_option_option_u32_t)
MOVED(echo_option3, echo_option_option_option_string_t)
MOVED(echo_option_result, T(option_result_u32_string_t))
MOVED(echo_result, T(result_void_void_t))
MOVED(echo_result_ok, T(result_u32_void_t))
MOVED(echo_result_err, T(result_void_string_t))
MOVED(echo_result_both, T(result_list_u8_string_t))
MOVED(echo_result_join, T(result_f32_u64_t))
MOVED(echo_result_option, T(result_option_u32_option_string_t))
SCALAR(echo_flags1, T(flags1_t))
SCALAR(echo_flags8, T(flags8_t))
SCALAR(echo_flags9, T(flags9_t))
SCALAR(echo_flags16, T(flags16_t))
SCALAR(echo_flags17, T(flags17_t))
SCALAR(echo_flags32, T(flags32_t))

void T(nothing)(void) {}

void T(swallow)(echo_list_string_t *v) { echo_list_string_free(v); }

#ifdef GUEST_UTF16
#define LITERAL u"Gr\u00fc\u00dfe, \u4e16\u754c \U0001f600"
#else
#define LITERAL u8"Gr\u00fc\u00dfe, \u4e16\u754c \U0001f600"
#endif

void T(greeting)(echo_string_t *ret) {
  ret->len = sizeof(LITERAL) / sizeof(LITERAL[0]) - 1;
  ret->ptr = malloc(sizeof(LITERAL));
  if (!ret->ptr) abort();
  memcpy(ret->ptr, LITERAL, sizeof(LITERAL));
}

uint32_t T(code_units)(echo_string_t *s) {
  uint32_t count = s->len;
  echo_string_free(s);
  return count;
}

void T(swap)(uint32_t a, echo_string_t *b, echo_tuple2_string_u32_t *ret) {
  ret->f0 = *b;
  ret->f1 = a;
}

void T(scalars)(bool a, uint8_t b, int8_t c, uint16_t d, int16_t e, uint32_t f, int32_t g, uint64_t h, int64_t i,
                float j, double k, uint32_t l,
                echo_tuple12_bool_u8_s8_u16_s16_u32_s32_u64_s64_f32_f64_char32_t *ret) {
  *ret = (echo_tuple12_bool_u8_s8_u16_s16_u32_s32_u64_s64_f32_f64_char32_t){a, b, c, d, e, f, g, h, i, j, k, l};
}

static void numbers(const uint32_t *from, size_t count, echo_list_u32_t *ret) {
  ret->len = count;
  ret->ptr = malloc(count * sizeof *from);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, from, count * sizeof *from);
}

void T(params16)(uint32_t p1, uint32_t p2, uint32_t p3, uint32_t p4, uint32_t p5, uint32_t p6, uint32_t p7, uint32_t p8,
                 uint32_t p9, uint32_t p10, uint32_t p11, uint32_t p12, uint32_t p13, uint32_t p14, uint32_t p15,
                 uint32_t p16, echo_list_u32_t *ret) {
  numbers((uint32_t[]){p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16}, 16, ret);
}

void T(params17)(uint32_t p1, uint32_t p2, uint32_t p3, uint32_t p4, uint32_t p5, uint32_t p6, uint32_t p7, uint32_t p8,
                 uint32_t p9, uint32_t p10, uint32_t p11, uint32_t p12, uint32_t p13, uint32_t p14, uint32_t p15,
                 uint32_t p16, uint32_t p17, echo_list_u32_t *ret) {
  numbers((uint32_t[]){p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15, p16, p17}, 17, ret);
}

static void strings(const echo_string_t *from, size_t count, echo_list_string_t *ret) {
  ret->len = count;
  ret->ptr = malloc(count * sizeof *from);
  if (!ret->ptr) abort();
  memcpy(ret->ptr, from, count * sizeof *from);
}

typedef echo_string_t str;

void T(strings8)(str *p1, str *p2, str *p3, str *p4, str *p5, str *p6, str *p7, str *p8, echo_list_string_t *ret) {
  strings((str[]){*p1, *p2, *p3, *p4, *p5, *p6, *p7, *p8}, 8, ret);
}

void T(strings9)(str *p1, str *p2, str *p3, str *p4, str *p5, str *p6, str *p7, str *p8, str *p9,
                 echo_list_string_t *ret) {
  strings((str[]){*p1, *p2, *p3, *p4, *p5, *p6, *p7, *p8, *p9}, 9, ret);
}

void T(optional_tail)(echo_string_t *name, echo_option_u32_t *count, echo_option_string_t *note,
                      echo_tuple3_string_option_u32_option_string_t *ret) {
  ret->f0 = *name;
  ret->f1 = *count;
  ret->f2 = *note;
}
