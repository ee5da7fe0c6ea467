/* Records, lists and strings in both directions. Arguments belong to the guest, so what is not handed back is freed. */
#include "mapper.h"
#include <stdlib.h>
#include <string.h>

static bool same_string(const mapper_string_t *a, const mapper_string_t *b) {
  return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

static uint8_t *append(uint8_t *to, const void *from, size_t byte_length) {
  memcpy(to, from, byte_length);
  return to + byte_length;
}

/* "Alice (admin, dev)"; only the name when there are no tags. */
static mapper_string_t display_of(const mapper_user_t *user) {
  size_t byte_length = user->name.len;
  for (size_t i = 0; i < user->tags.len; i++) byte_length += user->tags.ptr[i].len + 2;
  if (user->tags.len > 0) byte_length += 1; /* " (" and ")" around, one ", " fewer than tags */

  mapper_string_t display = {byte_length ? malloc(byte_length) : NULL, byte_length};
  if (byte_length && !display.ptr) abort();
  if (byte_length == 0) return display;
  uint8_t *end = append(display.ptr, user->name.ptr, user->name.len);
  for (size_t i = 0; i < user->tags.len; i++) {
    end = append(end, i == 0 ? " (" : ", ", 2);
    end = append(end, user->tags.ptr[i].ptr, user->tags.ptr[i].len);
  }
  if (user->tags.len > 0) append(end, ")", 1);
  return display;
}

void exports_mapper_transform_users(mapper_list_user_t *users, mapper_list_user_view_t *ret) {
  ret->len = users->len;
  ret->ptr = users->len ? malloc(users->len * sizeof *ret->ptr) : NULL;
  if (users->len && !ret->ptr) abort();
  for (size_t i = 0; i < users->len; i++) {
    const mapper_user_t *user = &users->ptr[i];
    ret->ptr[i] = (mapper_user_view_t){
        .id = user->id,
        .name = user->name, /* name and tags move over: the view owns them now */
        .display = display_of(user),
        .tags = user->tags,
        .tag_count = user->tags.len,
        .active = user->active,
    };
  }
  if (users->len) free(users->ptr);
}

void exports_mapper_filter_active(mapper_list_user_t *users, mapper_list_user_t *ret) {
  size_t kept = 0;
  for (size_t i = 0; i < users->len; i++) {
    if (users->ptr[i].active) users->ptr[kept++] = users->ptr[i];
    else mapper_user_free(&users->ptr[i]);
  }
  /* The list frees its block by length, so an empty one must not keep it. */
  if (kept == 0 && users->len > 0) free(users->ptr);
  ret->ptr = kept ? users->ptr : NULL;
  ret->len = kept;
}

void exports_mapper_aggregate_tags(mapper_list_user_t *users, mapper_list_tag_total_t *ret) {
  size_t most = 0;
  for (size_t i = 0; i < users->len; i++) most += users->ptr[i].tags.len;
  ret->len = 0;
  ret->ptr = most ? malloc(most * sizeof *ret->ptr) : NULL;
  if (most && !ret->ptr) abort();
  for (size_t i = 0; i < users->len; i++) {
    for (size_t j = 0; j < users->ptr[i].tags.len; j++) {
      mapper_string_t *tag = &users->ptr[i].tags.ptr[j];
      size_t k = 0;
      while (k < ret->len && !same_string(&ret->ptr[k].tag, tag)) k++;
      if (k == ret->len) {
        ret->ptr[ret->len++] = (mapper_tag_total_t){.tag = *tag, .count = 0};
        *tag = (mapper_string_t){NULL, 0}; /* moved into the result */
        ret->ptr[k].count = 1;
      } else {
        ret->ptr[k].count++;
      }
    }
  }
  mapper_list_user_free(users);
}
