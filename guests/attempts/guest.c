/* Every operation of wasi:filesystem, one by one.
 *
 * A path is `N:path`: the preopened folder of that number (0 without `N:`), or `hN:path`: what `hold` answered `hN` for. The
 * handle itself is meant where `path` is empty. Flags are letters, for `open` and `hold`: r(ead) w(rite) m(utate-directory)
 * c(reate) x(exclusive) t(runcate) d(irectory) n(o follow) f, i, q (file, data, requested write sync).
 *
 *   preopens                 `0=/data 1=/output`
 *   open PATH FLAGS          opens and drops; type and flags of the descriptor
 *   hold PATH FLAGS          opens and keeps, undropped; `h0`, `h1`
 *   drop hN:                 drops what is held
 *   read PATH                the file's text          read-at PATH OFFSET,LENGTH   the bytes there, and " end" at the end
 *   read-stream PATH         the same by a stream     skip-stream PATH COUNT       how many were skipped
 *   write PATH TEXT          creates, truncates       write-at PATH OFFSET:TEXT    opens without either
 *   write-stream PATH TEXT   the same by a stream     write-stream-at PATH OFFSET:TEXT
 *   append PATH TEXT         by a stream              zeroes PATH COUNT            writes zeroes by a stream
 *   splice PATH PATH         the first file's bytes over the second's, by streams
 *   list PATH                `name:type name:type`, sorted by name
 *   stat, lstat PATH         with and without following the last link; of the handle itself, `stat hN:`
 *   times, ltimes PATH A,M   `-` no change, `now`, or seconds.nanoseconds; of the handle itself with an empty path
 *   set-size PATH SIZE       opens for writing        set-size-reading PATH SIZE   opens for reading only
 *   mkdir, rmdir, unlink, readlink PATH; rename, link, link-follow PATH PATH; symlink TARGET PATH
 *   sync, sync-data, advise, flags, type PATH         of what is opened there
 *   same PATH PATH           whether both are the same object
 *   hash, hash-at PATH       the metadata hash
 */
#include "attempts.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

typedef attempts_string_t str;
typedef attempts_list_u8_t bytes;
typedef wasi_filesystem_types_own_descriptor_t own;
typedef wasi_filesystem_types_borrow_descriptor_t handle;
typedef wasi_filesystem_types_error_code_t code;
typedef wasi_io_streams_stream_error_t stream_error;

#define FS(name) wasi_filesystem_types_method_descriptor_##name
#define OUT(name) wasi_io_streams_method_output_stream_##name
#define IN(name) wasi_io_streams_method_input_stream_##name
#define READ WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_READ
#define WRITE WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_WRITE
#define FOLLOW WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW
#define CREATE WASI_FILESYSTEM_TYPES_OPEN_FLAGS_CREATE
#define TRUNCATE WASI_FILESYSTEM_TYPES_OPEN_FLAGS_TRUNCATE
#define AT_ONCE 4096
#define MEGABYTE (1 << 20)
#define HELD_MAX 256

static const char *const CODES[] = {
    "access", "would-block", "already", "bad-descriptor", "busy", "deadlock", "quota", "exist", "file-too-large",
    "illegal-byte-sequence", "in-progress", "interrupted", "invalid", "io", "is-directory", "loop", "too-many-links",
    "message-size", "name-too-long", "no-device", "no-entry", "no-lock", "insufficient-memory", "insufficient-space",
    "not-directory", "not-empty", "not-recoverable", "unsupported", "no-tty", "no-such-device", "overflow", "not-permitted",
    "pipe", "read-only", "invalid-seek", "text-file-busy", "cross-device"};
static const char *const TYPES[] = {"unknown", "block-device", "character-device", "directory",
                                    "fifo",    "symbolic-link", "regular-file",    "socket"};

/* --- text ------------------------------------------------------------------------------------------------------- */

static uint64_t whole_number(str s) {
  const uint8_t *at = s.ptr;
  return number(&at, s.ptr + s.len);
}

static bool is(str s, const char *name) { return s.len == strlen(name) && memcmp(s.ptr, name, s.len) == 0; }

/* --- places ----------------------------------------------------------------------------------------------------- */

static wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t folders;
static own held[HELD_MAX];
static bool is_held[HELD_MAX];
static const char *failure; /* what went wrong where it is no error code */

typedef struct {
  handle at;
  str path;
  bool exists;
} place;

static place place_of(str s) {
  const uint8_t *at = s.ptr, *end = s.ptr + s.len;
  bool of_held = at < end && *at == 'h';
  if (of_held) at++;
  const uint8_t *digits = at;
  uint64_t index = number(&at, end);
  if (at == digits || at == end || *at != ':') {
    index = 0;
    of_held = false;
    at = s.ptr - 1;
  }
  place found = {.path = {(uint8_t *)at + 1, end - at - 1}, .exists = true};
  if (of_held && index < HELD_MAX && is_held[index]) found.at = wasi_filesystem_types_borrow_descriptor(held[index]);
  else if (!of_held && index < folders.len) found.at = wasi_filesystem_types_borrow_descriptor(folders.ptr[index].f0);
  else found.exists = false;
  if (!found.exists) failure = "no such place";
  return found;
}

static bool fail(code error) {
  failure = error < sizeof CODES / sizeof *CODES ? CODES[error] : "no such error code";
  return false;
}

static bool fail_stream(stream_error error) {
  failure = "closed";
  if (error.tag == WASI_IO_STREAMS_STREAM_ERROR_LAST_OPERATION_FAILED) {
    code why;
    failure = "failed";
    if (wasi_filesystem_types_filesystem_error_code(wasi_io_error_borrow_error(error.val.last_operation_failed), &why)) fail(why);
    wasi_io_error_error_drop_own(error.val.last_operation_failed);
  }
  return false;
}

/* An operation of wasi:filesystem: false, with `failure` said, unless it went well. */
#define TRY(call) \
  do { \
    code error; \
    if (!(call)) return fail(error); \
  } while (0)

typedef struct {
  handle at;
  own owned;
  bool drops;
} opened;

/* What is at the place; the handle itself where its path is empty. */
static bool open_place(place from, uint8_t path_flags, uint8_t open_flags, uint8_t flags, opened *ret) {
  ret->drops = false;
  ret->at = from.at;
  if (!from.exists) return false;
  if (from.path.len == 0) return true;
  TRY(FS(open_at)(from.at, path_flags, &from.path, open_flags, flags, &ret->owned, &error));
  ret->drops = true;
  ret->at = wasi_filesystem_types_borrow_descriptor(ret->owned);
  return true;
}

static void drop(opened what) {
  if (what.drops) wasi_filesystem_types_descriptor_drop_own(what.owned);
}

static bool open_letters(place from, str letters, opened *ret) {
  uint8_t path_flags = FOLLOW, open_flags = 0, flags = 0;
  for (size_t i = 0; i < letters.len; i++) {
    switch (letters.ptr[i]) {
      case 'r': flags |= READ; break;
      case 'w': flags |= WRITE; break;
      case 'm': flags |= WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_MUTATE_DIRECTORY; break;
      case 'f': flags |= WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_FILE_INTEGRITY_SYNC; break;
      case 'i': flags |= WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_DATA_INTEGRITY_SYNC; break;
      case 'q': flags |= WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_REQUESTED_WRITE_SYNC; break;
      case 'c': open_flags |= CREATE; break;
      case 'x': open_flags |= WASI_FILESYSTEM_TYPES_OPEN_FLAGS_EXCLUSIVE; break;
      case 't': open_flags |= TRUNCATE; break;
      case 'd': open_flags |= WASI_FILESYSTEM_TYPES_OPEN_FLAGS_DIRECTORY; break;
      case 'n': path_flags = 0; break;
      default: failure = "no such flag"; return false;
    }
  }
  return open_place(from, path_flags, open_flags, flags, ret);
}

/* --- reading and writing ---------------------------------------------------------------------------------------- */

static bool read_all(handle file, text *to) {
  for (uint64_t at = 0;;) {
    attempts_tuple2_list_u8_bool_t got;
    TRY(FS(read)(file, MEGABYTE, at, &got, &error));
    add_bytes(to, got.f0.ptr, got.f0.len);
    at += got.f0.len;
    bool end = got.f1 || got.f0.len == 0;
    attempts_list_u8_free(&got.f0);
    if (end) return true;
  }
}

static bool read_at(handle file, str where, text *to) {
  const uint8_t *at = where.ptr, *end = where.ptr + where.len;
  uint64_t offset = number(&at, end);
  if (at < end) at++;
  uint64_t length = number(&at, end);
  attempts_tuple2_list_u8_bool_t got;
  TRY(FS(read)(file, length, offset, &got, &error));
  add_bytes(to, got.f0.ptr, got.f0.len);
  if (got.f1) add(to, " end");
  attempts_list_u8_free(&got.f0);
  return true;
}

static bool read_stream(handle file, text *to) {
  wasi_io_streams_own_input_stream_t owned;
  stream_error error;
  bytes got;
  TRY(FS(read_via_stream)(file, 0, &owned, &error));
  wasi_io_streams_borrow_input_stream_t stream = wasi_io_streams_borrow_input_stream(owned);
  while (IN(blocking_read)(stream, MEGABYTE, &got, &error)) {
    add_bytes(to, got.ptr, got.len);
    attempts_list_u8_free(&got);
  }
  wasi_io_streams_input_stream_drop_own(owned);
  return error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED || fail_stream(error);
}

static bool skip_stream(handle file, uint64_t count, text *to) {
  wasi_io_streams_own_input_stream_t owned;
  stream_error error;
  uint64_t skipped;
  TRY(FS(read_via_stream)(file, 0, &owned, &error));
  bool ok = IN(blocking_skip)(wasi_io_streams_borrow_input_stream(owned), count, &skipped, &error);
  wasi_io_streams_input_stream_drop_own(owned);
  if (!ok) return fail_stream(error);
  add_number(to, skipped);
  return true;
}

static bool write_all(handle file, const uint8_t *from, size_t length, uint64_t offset) {
  size_t done = 0;
  do {
    bytes part = {(uint8_t *)from + done, length - done};
    uint64_t written;
    TRY(FS(write)(file, &part, offset + done, &written, &error));
    if (written == 0 && length > 0) {
      failure = "wrote nothing";
      return false;
    }
    done += written;
  } while (done < length);
  return true;
}

static bool push(wasi_io_streams_own_output_stream_t owned, const uint8_t *from, size_t length) {
  wasi_io_streams_borrow_output_stream_t stream = wasi_io_streams_borrow_output_stream(owned);
  stream_error error;
  bool ok = true;
  for (size_t done = 0; ok && done < length;) {
    bytes part = {(uint8_t *)from + done, length - done < AT_ONCE ? length - done : AT_ONCE};
    ok = OUT(blocking_write_and_flush)(stream, &part, &error);
    done += part.len;
  }
  wasi_io_streams_output_stream_drop_own(owned);
  return ok || fail_stream(error);
}

static bool write_stream(handle file, const uint8_t *from, size_t length, uint64_t offset) {
  wasi_io_streams_own_output_stream_t owned;
  TRY(FS(write_via_stream)(file, offset, &owned, &error));
  return push(owned, from, length);
}

static bool append(handle file, const uint8_t *from, size_t length) {
  wasi_io_streams_own_output_stream_t owned;
  TRY(FS(append_via_stream)(file, &owned, &error));
  return push(owned, from, length);
}

static bool zeroes(handle file, uint64_t count) {
  wasi_io_streams_own_output_stream_t owned;
  TRY(FS(write_via_stream)(file, 0, &owned, &error));
  wasi_io_streams_borrow_output_stream_t stream = wasi_io_streams_borrow_output_stream(owned);
  stream_error error;
  bool ok = true;
  while (ok && count > 0) {
    uint64_t part = count < AT_ONCE ? count : AT_ONCE;
    ok = OUT(blocking_write_zeroes_and_flush)(stream, part, &error);
    count -= part;
  }
  wasi_io_streams_output_stream_drop_own(owned);
  return ok || fail_stream(error);
}

static bool splice(handle from, handle to, text *answer) {
  wasi_io_streams_own_input_stream_t input;
  wasi_io_streams_own_output_stream_t output;
  TRY(FS(read_via_stream)(from, 0, &input, &error));
  TRY(FS(write_via_stream)(to, 0, &output, &error));
  stream_error error;
  wasi_io_streams_borrow_input_stream_t source = wasi_io_streams_borrow_input_stream(input);
  wasi_io_streams_borrow_output_stream_t target = wasi_io_streams_borrow_output_stream(output);
  uint64_t moved, total = 0;
  bool ok;
  while ((ok = OUT(blocking_splice)(target, source, MEGABYTE, &moved, &error)) && moved > 0) total += moved;
  wasi_io_streams_output_stream_drop_own(output);
  wasi_io_streams_input_stream_drop_own(input);
  add_number(answer, total);
  return ok || error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED || fail_stream(error);
}

/* --- folders and facts ------------------------------------------------------------------------------------------ */

static int by_name(const void *a, const void *b) {
  const str *x = &((const wasi_filesystem_types_directory_entry_t *)a)->name, *y = &((const wasi_filesystem_types_directory_entry_t *)b)->name;
  int order = memcmp(x->ptr, y->ptr, x->len < y->len ? x->len : y->len);
  return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

static bool list(handle folder, text *to) {
  wasi_filesystem_types_own_directory_entry_stream_t stream;
  wasi_filesystem_types_directory_entry_t *entries = NULL;
  wasi_filesystem_types_option_directory_entry_t next;
  size_t count = 0;
  TRY(FS(read_directory)(folder, &stream, &error));
  for (;;) {
    TRY(wasi_filesystem_types_method_directory_entry_stream_read_directory_entry(
        wasi_filesystem_types_borrow_directory_entry_stream(stream), &next, &error));
    if (!next.is_some) break;
    entries = realloc(entries, (count + 1) * sizeof *entries);
    if (!entries) abort();
    entries[count++] = next.val;
  }
  wasi_filesystem_types_directory_entry_stream_drop_own(stream);
  if (count > 0) qsort(entries, count, sizeof *entries, by_name);
  for (size_t i = 0; i < count; i++) {
    if (i > 0) add(to, " ");
    add_bytes(to, entries[i].name.ptr, entries[i].name.len);
    add(to, ":");
    add(to, TYPES[entries[i].type]);
    attempts_string_free(&entries[i].name);
  }
  free(entries);
  return true;
}

static void add_time(text *to, const char *name, wasi_filesystem_types_option_datetime_t time) {
  add(to, name);
  if (!time.is_some) {
    add(to, "none");
    return;
  }
  add_number(to, time.val.seconds);
  add(to, ".");
  char digits[9];
  uint32_t rest = time.val.nanoseconds;
  for (int i = 8; i >= 0; i--, rest /= 10) digits[i] = '0' + rest % 10;
  add_bytes(to, digits, sizeof digits);
}

static bool stat(place of, uint8_t path_flags, text *to) {
  wasi_filesystem_types_descriptor_stat_t got;
  if (of.path.len == 0) TRY(FS(stat)(of.at, &got, &error));
  else TRY(FS(stat_at)(of.at, path_flags, &of.path, &got, &error));
  add(to, "type=");
  add(to, TYPES[got.type]);
  add(to, " links=");
  add_number(to, got.link_count);
  add(to, " size=");
  add_number(to, got.size);
  add_time(to, " accessed=", got.data_access_timestamp);
  add_time(to, " modified=", got.data_modification_timestamp);
  add_time(to, " changed=", got.status_change_timestamp);
  return true;
}

static wasi_filesystem_types_new_timestamp_t timestamp(const uint8_t **at, const uint8_t *end) {
  wasi_filesystem_types_new_timestamp_t time = {.tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_TIMESTAMP};
  if (*at < end && **at == '-') time.tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NO_CHANGE;
  else if (*at < end && **at == 'n') time.tag = WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NOW;
  else {
    time.val.timestamp.seconds = number(at, end);
    if (*at < end && **at == '.') {
      ++*at;
      time.val.timestamp.nanoseconds = number(at, end);
    }
  }
  while (*at < end && *(*at)++ != ',') continue;
  return time;
}

static bool times(place of, uint8_t path_flags, str b) {
  const uint8_t *at = b.ptr, *end = b.ptr + b.len;
  wasi_filesystem_types_new_timestamp_t accessed = timestamp(&at, end), modified = timestamp(&at, end);
  if (of.path.len == 0) TRY(FS(set_times)(of.at, &accessed, &modified, &error));
  else TRY(FS(set_times_at)(of.at, path_flags, &of.path, &accessed, &modified, &error));
  return true;
}

static bool add_flags(handle of, text *to) {
  wasi_filesystem_types_descriptor_flags_t flags;
  TRY(FS(get_flags)(of, &flags, &error));
  for (int bit = 0; bit < 6; bit++)
    if (flags & 1 << bit) add_bytes(to, &"rwfiqm"[bit], 1);
  return true;
}

static bool add_type(handle of, text *to) {
  wasi_filesystem_types_descriptor_type_t type;
  TRY(FS(get_type)(of, &type, &error));
  add(to, TYPES[type]);
  return true;
}

static bool add_hash(place of, bool by_path, text *to) {
  wasi_filesystem_types_metadata_hash_value_t hash;
  if (by_path) {
    TRY(FS(metadata_hash_at)(of.at, FOLLOW, &of.path, &hash, &error));
  } else {
    opened what;
    code error;
    if (!open_place(of, FOLLOW, 0, READ, &what)) return false;
    bool ok = FS(metadata_hash)(what.at, &hash, &error);
    drop(what);
    if (!ok) return fail(error);
  }
  add_number(to, hash.lower);
  add(to, ",");
  add_number(to, hash.upper);
  return true;
}

/* --- one attempt ------------------------------------------------------------------------------------------------ */

static bool preopens(text *to) {
  for (size_t i = 0; i < folders.len; i++) {
    if (i > 0) add(to, " ");
    add_number(to, i);
    add(to, "=");
    add_bytes(to, folders.ptr[i].f1.ptr, folders.ptr[i].f1.len);
  }
  return true;
}

static bool hold(place at, str letters, text *to) {
  size_t slot = 0;
  opened what;
  while (slot < HELD_MAX && is_held[slot]) slot++;
  if (slot == HELD_MAX || at.path.len == 0) {
    failure = at.path.len == 0 ? "hold needs a path" : "too many held";
    return false;
  }
  if (!open_letters(at, letters, &what)) return false;
  held[slot] = what.owned;
  is_held[slot] = true;
  add(to, "h");
  add_number(to, slot);
  return true;
}

static bool drop_held(str a) {
  const uint8_t *at = a.ptr + 1;
  uint64_t slot = a.len > 0 && *a.ptr == 'h' ? number(&at, a.ptr + a.len) : HELD_MAX;
  if (slot >= HELD_MAX || !is_held[slot]) {
    failure = "no such place";
    return false;
  }
  is_held[slot] = false;
  wasi_filesystem_types_descriptor_drop_own(held[slot]);
  return true;
}

/* OFFSET:TEXT */
static uint64_t split_offset(str *b) {
  const uint8_t *at = b->ptr, *end = b->ptr + b->len;
  uint64_t offset = number(&at, end);
  if (at < end && *at == ':') at++;
  b->len = end - at;
  b->ptr = (uint8_t *)at;
  return offset;
}

/* What needs only paths. `known` says whether `op` is one of these. */
static bool by_path(str op, str a, str b, text *to, bool *known) {
  place from = place_of(is(op, "symlink") ? b : a);
  *known = true;
  if (is(op, "preopens")) return preopens(to);
  if (is(op, "drop")) return drop_held(a);
  if (!from.exists) return false;
  if (is(op, "hold")) return hold(from, b, to);
  if (is(op, "stat")) return stat(from, FOLLOW, to);
  if (is(op, "lstat")) return stat(from, 0, to);
  if (is(op, "times")) return times(from, FOLLOW, b);
  if (is(op, "ltimes")) return times(from, 0, b);
  if (is(op, "hash")) return add_hash(from, false, to);
  if (is(op, "hash-at")) return add_hash(from, true, to);
  if (is(op, "mkdir")) TRY(FS(create_directory_at)(from.at, &from.path, &error));
  else if (is(op, "rmdir")) TRY(FS(remove_directory_at)(from.at, &from.path, &error));
  else if (is(op, "unlink")) TRY(FS(unlink_file_at)(from.at, &from.path, &error));
  else if (is(op, "symlink")) TRY(FS(symlink_at)(from.at, &a, &from.path, &error));
  else if (is(op, "readlink")) {
    str target;
    TRY(FS(readlink_at)(from.at, &from.path, &target, &error));
    add_bytes(to, target.ptr, target.len);
    attempts_string_free(&target);
  } else {
    place onto = place_of(b);
    bool follows = is(op, "link-follow");
    *known = follows || is(op, "rename") || is(op, "link");
    if (!*known || !onto.exists) return false;
    if (is(op, "rename")) TRY(FS(rename_at)(from.at, &from.path, onto.at, &onto.path, &error));
    else TRY(FS(link_at)(from.at, follows ? FOLLOW : 0, &from.path, onto.at, &onto.path, &error));
  }
  return true;
}

static bool with_two(str op, handle first, place second, text *to) {
  opened other;
  bool copies = is(op, "splice"), ok = true;
  if (!open_place(second, FOLLOW, copies ? CREATE : 0, copies ? WRITE : READ, &other)) return false;
  if (copies) ok = splice(first, other.at, to);
  else add(to, FS(is_same_object)(first, other.at) ? "same" : "different");
  drop(other);
  return ok;
}

/* What works on something open. */
static bool on_opened(str op, handle file, str b, text *to) {
  if (is(op, "open")) return add_type(file, to) && (add(to, " "), add_flags(file, to));
  if (is(op, "read")) return read_all(file, to);
  if (is(op, "read-at")) return read_at(file, b, to);
  if (is(op, "read-stream")) return read_stream(file, to);
  if (is(op, "skip-stream")) return skip_stream(file, whole_number(b), to);
  if (is(op, "write")) return write_all(file, b.ptr, b.len, 0);
  if (is(op, "write-stream")) return write_stream(file, b.ptr, b.len, 0);
  if (is(op, "append")) return append(file, b.ptr, b.len);
  if (is(op, "zeroes")) return zeroes(file, whole_number(b));
  if (is(op, "list")) return list(file, to);
  if (is(op, "flags")) return add_flags(file, to);
  if (is(op, "type")) return add_type(file, to);
  if (is(op, "splice") || is(op, "same")) return with_two(op, file, place_of(b), to);
  uint64_t offset = split_offset(&b);
  if (is(op, "write-at")) return write_all(file, b.ptr, b.len, offset);
  if (is(op, "write-stream-at")) return write_stream(file, b.ptr, b.len, offset);
  if (is(op, "set-size") || is(op, "set-size-reading")) TRY(FS(set_size)(file, offset, &error));
  else if (is(op, "sync")) TRY(FS(sync)(file, &error));
  else if (is(op, "sync-data")) TRY(FS(sync_data)(file, &error));
  else if (is(op, "advise")) TRY(FS(advise)(file, 0, 1, WASI_FILESYSTEM_TYPES_ADVICE_SEQUENTIAL, &error));
  else {
    failure = "no such operation";
    return false;
  }
  return true;
}

static bool open_for(str op, str a, str b, opened *what) {
  place at = place_of(a);
  if (is(op, "open")) return open_letters(at, b, what);
  if (is(op, "write") || is(op, "write-stream")) return open_place(at, FOLLOW, CREATE | TRUNCATE, WRITE, what);
  if (is(op, "append") || is(op, "zeroes")) return open_place(at, FOLLOW, CREATE, WRITE, what);
  bool writes = is(op, "write-at") || is(op, "write-stream-at") || is(op, "set-size");
  return open_place(at, FOLLOW, 0, writes ? WRITE : READ, what);
}

static void with_folders(void) { wasi_filesystem_preopens_get_directories(&folders); }

static void without_folders(void) {
  for (size_t i = 0; i < folders.len; i++) wasi_filesystem_types_descriptor_drop_own(folders.ptr[i].f0);
  wasi_filesystem_preopens_list_tuple2_own_descriptor_string_free(&folders);
  folders.len = 0;
}

static bool attempt(str op, str a, str b, text *to) {
  opened what;
  bool known;
  failure = "no such operation";
  with_folders();
  bool ok = by_path(op, a, b, to, &known);
  if (!known) {
    ok = open_for(op, a, b, &what);
    if (ok) {
      ok = on_opened(op, what.at, b, to);
      drop(what);
    }
  }
  without_folders();
  if (!ok) {
    to->len = 0;
    add(to, failure);
  }
  return ok;
}

/* --- exports ---------------------------------------------------------------------------------------------------- */

bool exports_attempts_attempt(str *op, str *a, str *b, str *ret, str *err) {
  text answer = {0};
  bool ok = attempt(*op, *a, *b, &answer);
  str *to = ok ? ret : err;
  to->ptr = answer.ptr;
  to->len = answer.len;
  attempts_string_free(op);
  attempts_string_free(a);
  attempts_string_free(b);
  return ok;
}

void exports_attempts_attempts(attempts_list_tuple3_string_string_string_t *steps, attempts_list_result_string_string_t *ret) {
  ret->len = steps->len;
  ret->ptr = calloc(steps->len + 1, sizeof *ret->ptr);
  if (!ret->ptr) abort();
  for (size_t i = 0; i < steps->len; i++) {
    text answer = {0};
    ret->ptr[i].is_err = !attempt(steps->ptr[i].f0, steps->ptr[i].f1, steps->ptr[i].f2, &answer);
    str *to = ret->ptr[i].is_err ? &ret->ptr[i].val.err : &ret->ptr[i].val.ok;
    to->ptr = answer.ptr;
    to->len = answer.len;
  }
  attempts_list_tuple3_string_string_string_free(steps);
}

void exports_attempts_repeat(str *op, str *a, str *b, uint32_t times, attempts_tuple2_u32_list_string_t *ret) {
  enum { DIFFERENT_MAX = 16 };
  ret->f0 = 0;
  ret->f1.len = 0;
  ret->f1.ptr = calloc(DIFFERENT_MAX, sizeof *ret->f1.ptr);
  if (!ret->f1.ptr) abort();
  for (uint32_t i = 0; i < times; i++) {
    text answer = {0}, tagged = {0};
    bool ok = attempt(*op, *a, *b, &answer), seen = false;
    ret->f0 += ok;
    if (!ok) add(&tagged, "error: ");
    add_bytes(&tagged, answer.ptr, answer.len);
    free(answer.ptr);
    for (size_t at = 0; at < ret->f1.len && !seen; at++)
      seen = ret->f1.ptr[at].len == tagged.len && memcmp(ret->f1.ptr[at].ptr, tagged.ptr, tagged.len) == 0;
    if (seen || ret->f1.len == DIFFERENT_MAX) free(tagged.ptr);
    else ret->f1.ptr[ret->f1.len++] = (str){tagged.ptr, tagged.len};
  }
  attempts_string_free(op);
  attempts_string_free(a);
  attempts_string_free(b);
}

bool exports_attempts_attempt_bytes(str *op, str *path, bytes *data, bytes *ret, str *err) {
  text answer = {0};
  bool ok = attempt(*op, *path, (str){data->ptr, data->len}, &answer);
  if (ok) *ret = (bytes){answer.ptr, answer.len};
  else *err = (str){answer.ptr, answer.len};
  attempts_string_free(op);
  attempts_string_free(path);
  attempts_list_u8_free(data);
  return ok;
}

static uint64_t sum_of(bytes part) {
  uint64_t sum = 0;
  for (size_t i = 0; i < part.len; i++) sum += part.ptr[i];
  return sum;
}

static bool digest_by_stream(handle file, attempts_tuple2_u64_u64_t *ret) {
  wasi_io_streams_own_input_stream_t owned;
  stream_error error;
  bytes got;
  TRY(FS(read_via_stream)(file, 0, &owned, &error));
  while (IN(blocking_read)(wasi_io_streams_borrow_input_stream(owned), MEGABYTE, &got, &error)) {
    ret->f0 += got.len;
    ret->f1 += sum_of(got);
    attempts_list_u8_free(&got);
  }
  wasi_io_streams_input_stream_drop_own(owned);
  return error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED || fail_stream(error);
}

static bool digest_by_read(handle file, attempts_tuple2_u64_u64_t *ret) {
  for (;;) {
    attempts_tuple2_list_u8_bool_t got;
    TRY(FS(read)(file, MEGABYTE, ret->f0, &got, &error));
    ret->f0 += got.f0.len;
    ret->f1 += sum_of(got.f0);
    bool end = got.f1 || got.f0.len == 0;
    attempts_list_u8_free(&got.f0);
    if (end) return true;
  }
}

bool exports_attempts_digest(str *path, bool by_stream, attempts_tuple2_u64_u64_t *ret, str *err) {
  opened what;
  ret->f0 = ret->f1 = 0;
  with_folders();
  bool ok = open_place(place_of(*path), FOLLOW, 0, READ, &what);
  if (ok) {
    ok = by_stream ? digest_by_stream(what.at, ret) : digest_by_read(what.at, ret);
    drop(what);
  }
  without_folders();
  attempts_string_free(path);
  if (!ok) attempts_string_dup(err, failure);
  return ok;
}
