/* A client: requests with bodies, trailers and timeouts, one by one and many at once. */
#include "http_out.h"
#include "http-errors.h"
#include "text.h"

typedef http_out_string_t str;
typedef http_out_list_u8_t bytes;
typedef wasi_http_types_error_code_t http_error;
typedef wasi_io_streams_stream_error_t stream_error;
typedef wasi_io_poll_own_pollable_t own_pollable;

#define OUT(name) wasi_io_streams_method_output_stream_##name
#define IN(name) wasi_io_streams_method_input_stream_##name
#define REQUEST(name) wasi_http_types_method_outgoing_request_##name
#define NS_PER_MS 1000000ull
#define AT_ONCE 65536

/* A request under way. */
typedef struct {
  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_own_output_stream_t writer;
  wasi_http_types_own_future_incoming_response_t future;
  bool writing;
} exchange;

/* A response whose body is being read. */
typedef struct {
  wasi_http_types_own_incoming_response_t head;
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t reader;
  uint16_t status;
} answer;

/* --- errors ----------------------------------------------------------------------------------------------------- */

static bool fail(text *why, const char *what) {
  why->len = 0;
  add(why, what);
  return false;
}

static bool fail_http(text *why, http_error *error) {
  fail(why, error->tag < sizeof HTTP_ERRORS / sizeof *HTTP_ERRORS ? HTTP_ERRORS[error->tag] : "no such error code");
  if (error->tag == WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR && error->val.internal_error.is_some) {
    add(why, " (");
    add_bytes(why, error->val.internal_error.val.ptr, error->val.internal_error.val.len);
    add(why, ")");
  }
  wasi_http_types_error_code_free(error);
  return false;
}

static bool fail_stream(text *why, stream_error *error) {
  if (error->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return fail(why, "closed");
  http_error http;
  wasi_io_error_borrow_error_t borrowed = wasi_io_error_borrow_error(error->val.last_operation_failed);
  if (wasi_http_types_http_error_code(borrowed, &http)) {
    fail_http(why, &http);
  } else {
    str said;
    wasi_io_error_method_error_to_debug_string(borrowed, &said);
    fail(why, "failed: ");
    add_bytes(why, said.ptr, said.len);
    http_out_string_free(&said);
  }
  wasi_io_error_error_drop_own(error->val.last_operation_failed);
  return false;
}

static void wait_for(own_pollable pollable) {
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
  wasi_io_poll_pollable_drop_own(pollable);
}

/* --- asking ----------------------------------------------------------------------------------------------------- */

static bool is(str s, const char *name) { return s.len == strlen(name) && memcmp(s.ptr, name, s.len) == 0; }

static wasi_http_types_method_t method_of(str name) {
  static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};
  wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_OTHER, .val = {.other = name}};
  for (uint8_t tag = 0; tag < sizeof METHODS / sizeof *METHODS; tag++)
    if (is(name, METHODS[tag])) method.tag = tag;
  return method;
}

/* http://authority/path?query */
static bool set_url(wasi_http_types_borrow_outgoing_request_t request, str url, text *why) {
  size_t colon = 0;
  while (colon + 2 < url.len && memcmp(url.ptr + colon, "://", 3) != 0) colon++;
  if (colon + 2 >= url.len) return fail(why, "no URL");
  size_t from = colon + 3, to = from;
  while (to < url.len && url.ptr[to] != '/' && url.ptr[to] != '?') to++;
  str name = {url.ptr, colon}, authority = {url.ptr + from, to - from}, path = {url.ptr + to, url.len - to};
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_OTHER, .val = {.other = name}};
  if (is(name, "http")) scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTP;
  if (is(name, "https")) scheme.tag = WASI_HTTP_TYPES_SCHEME_HTTPS;
  if (path.len == 0) path = (str){(uint8_t *)"/", 1};
  if (!REQUEST(set_scheme)(request, &scheme)) return fail(why, "scheme refused");
  if (!REQUEST(set_authority)(request, &authority)) return fail(why, "authority refused");
  if (!REQUEST(set_path_with_query)(request, &path)) return fail(why, "path refused");
  return true;
}

static bool fields_of(http_out_list_header_t from, wasi_http_types_own_fields_t *ret, text *why) {
  static const char *const REASONS[] = {"header: invalid-syntax", "header: forbidden", "header: immutable"};
  wasi_http_types_header_error_t error;
  *ret = wasi_http_types_constructor_fields();
  for (size_t i = 0; i < from.len; i++) {
    wasi_http_types_field_value_t value = {from.ptr[i].value.ptr, from.ptr[i].value.len};
    if (!wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(*ret), &from.ptr[i].name, &value, &error)) {
      wasi_http_types_fields_drop_own(*ret);
      return fail(why, REASONS[error.tag]);
    }
  }
  return true;
}

static bool set_options(const http_out_request_t *from, wasi_http_types_own_request_options_t *ret, text *why) {
  *ret = wasi_http_types_constructor_request_options();
  wasi_http_types_borrow_request_options_t options = wasi_http_types_borrow_request_options(*ret);
  wasi_http_types_duration_t connect = from->connect_timeout_ms * NS_PER_MS, first = from->first_byte_timeout_ms * NS_PER_MS,
                             between = from->between_bytes_timeout_ms * NS_PER_MS;
  if ((connect > 0 && !wasi_http_types_method_request_options_set_connect_timeout(options, &connect)) ||
      (first > 0 && !wasi_http_types_method_request_options_set_first_byte_timeout(options, &first)) ||
      (between > 0 && !wasi_http_types_method_request_options_set_between_bytes_timeout(options, &between)))
    return fail(why, "timeout refused");
  return true;
}

static bool begin(const http_out_request_t *from, exchange *ret, text *why) {
  wasi_http_types_own_fields_t headers;
  if (!fields_of(from->headers, &headers, why)) return false;
  wasi_http_types_own_outgoing_request_t request = wasi_http_types_constructor_outgoing_request(headers);
  wasi_http_types_borrow_outgoing_request_t borrowed = wasi_http_types_borrow_outgoing_request(request);
  wasi_http_types_method_t method = method_of(from->method);
  wasi_http_types_own_request_options_t options;
  http_error error;
  if (!REQUEST(set_method)(borrowed, &method)) return fail(why, "method refused");
  if (!set_url(borrowed, from->url, why) || !set_options(from, &options, why)) return false;
  if (!REQUEST(body)(borrowed, &ret->body)) return fail(why, "no body");
  if (!wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(ret->body), &ret->writer)) return fail(why, "no writer");
  ret->writing = true;
  if (!wasi_http_outgoing_handler_handle(request, &options, &ret->future, &error)) {
    wasi_io_streams_output_stream_drop_own(ret->writer);
    wasi_http_types_outgoing_body_drop_own(ret->body);
    return fail_http(why, &error);
  }
  return true;
}

/* One write of as much as the stream takes, `length` at most. `*written` is 0 where the other side wants no more. */
static bool write_some(exchange *of, const uint8_t *from, uint64_t length, uint64_t *written, text *why) {
  wasi_io_streams_borrow_output_stream_t stream = wasi_io_streams_borrow_output_stream(of->writer);
  stream_error error;
  uint64_t allowed;
  *written = 0;
  for (;;) {
    if (!OUT(check_write)(stream, &allowed, &error)) return error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED || fail_stream(why, &error);
    if (allowed > 0) break;
    wait_for(OUT(subscribe)(stream));
  }
  bytes part = {(uint8_t *)from, length < allowed ? length : allowed};
  if (!OUT(write)(stream, &part, &error)) return error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED || fail_stream(why, &error);
  *written = part.len;
  return true;
}

static bool end_writing(exchange *of, http_out_list_header_t trailers, text *why) {
  wasi_http_types_own_fields_t fields;
  http_error error;
  stream_error ignored;
  if (!of->writing) return true;
  of->writing = false;
  if (OUT(flush)(wasi_io_streams_borrow_output_stream(of->writer), &ignored)) wait_for(OUT(subscribe)(wasi_io_streams_borrow_output_stream(of->writer)));
  else wasi_io_streams_stream_error_free(&ignored);
  wasi_io_streams_output_stream_drop_own(of->writer);
  if (trailers.len > 0 && !fields_of(trailers, &fields, why)) return false;
  if (!wasi_http_types_static_outgoing_body_finish(of->body, trailers.len > 0 ? &fields : NULL, &error)) return fail_http(why, &error);
  return true;
}

static void abandon(exchange *of) {
  if (of->writing) {
    wasi_io_streams_output_stream_drop_own(of->writer);
    wasi_http_types_outgoing_body_drop_own(of->body);
  }
  wasi_http_types_future_incoming_response_drop_own(of->future);
}

/* --- answers ---------------------------------------------------------------------------------------------------- */

static bool take_answer(exchange *of, answer *ret, text *why) {
  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  wasi_http_types_borrow_future_incoming_response_t future = wasi_http_types_borrow_future_incoming_response(of->future);
  while (!wasi_http_types_method_future_incoming_response_get(future, &got))
    wait_for(wasi_http_types_method_future_incoming_response_subscribe(future));
  if (got.is_err) return fail(why, "the answer was taken before");
  if (got.val.ok.is_err) return fail_http(why, &got.val.ok.val.err);
  ret->head = got.val.ok.val.ok;
  wasi_http_types_borrow_incoming_response_t head = wasi_http_types_borrow_incoming_response(ret->head);
  ret->status = wasi_http_types_method_incoming_response_status(head);
  if (!wasi_http_types_method_incoming_response_consume(head, &ret->body)) return fail(why, "no body to consume");
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(ret->body), &ret->reader)) return fail(why, "no reader");
  return true;
}

static bool read_body(answer *from, text *to, text *why) {
  stream_error error;
  bytes part;
  while (IN(blocking_read)(wasi_io_streams_borrow_input_stream(from->reader), AT_ONCE, &part, &error)) {
    add_bytes(to, part.ptr, part.len);
    http_out_list_u8_free(&part);
  }
  return error.tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED || fail_stream(why, &error);
}

static http_out_list_header_t headers_from(wasi_http_types_borrow_fields_t fields) {
  wasi_http_types_list_tuple2_field_key_field_value_t entries;
  wasi_http_types_method_fields_entries(fields, &entries);
  http_out_list_header_t list = {calloc(entries.len + 1, sizeof *list.ptr), entries.len};
  if (!list.ptr) abort();
  for (size_t i = 0; i < entries.len; i++) {
    list.ptr[i].name = entries.ptr[i].f0;
    list.ptr[i].value = (str){entries.ptr[i].f1.ptr, entries.ptr[i].f1.len};
  }
  if (entries.len > 0) free(entries.ptr); /* an empty list has no memory of its own */
  return list;
}

static bool take_trailers(answer *from, http_out_list_header_t *ret, text *why) {
  wasi_http_types_result_result_option_own_trailers_error_code_void_t got;
  wasi_io_streams_input_stream_drop_own(from->reader);
  wasi_http_types_own_future_trailers_t future = wasi_http_types_static_incoming_body_finish(from->body);
  wasi_http_types_borrow_future_trailers_t borrowed = wasi_http_types_borrow_future_trailers(future);
  while (!wasi_http_types_method_future_trailers_get(borrowed, &got)) wait_for(wasi_http_types_method_future_trailers_subscribe(borrowed));
  wasi_http_types_future_trailers_drop_own(future);
  *ret = (http_out_list_header_t){NULL, 0};
  if (got.is_err) return fail(why, "the trailers were taken before");
  if (got.val.ok.is_err) return fail_http(why, &got.val.ok.val.err);
  if (got.val.ok.val.ok.is_some) {
    *ret = headers_from(wasi_http_types_borrow_fields(got.val.ok.val.ok.val));
    wasi_http_types_fields_drop_own(got.val.ok.val.ok.val);
  }
  return true;
}

static void drop_answer(answer *what) {
  wasi_io_streams_input_stream_drop_own(what->reader);
  wasi_http_types_incoming_body_drop_own(what->body);
  wasi_http_types_incoming_response_drop_own(what->head);
}

/* --- exports ---------------------------------------------------------------------------------------------------- */

static bool send(http_out_request_t *request, http_out_response_t *ret, text *why) {
  exchange of;
  answer got;
  text body = {0};
  if (!begin(request, &of, why)) return false;
  for (uint64_t at = 0; at < request->body.len;) {
    uint64_t left = request->body.len - at, written;
    if (request->piece > 0 && left > request->piece) left = request->piece;
    if (!write_some(&of, request->body.ptr + at, left, &written, why)) return false;
    if (written == 0) break;
    at += written;
  }
  if (!end_writing(&of, request->trailers, why) || !take_answer(&of, &got, why) || !read_body(&got, &body, why)) return false;
  wasi_http_types_own_headers_t headers = wasi_http_types_method_incoming_response_headers(wasi_http_types_borrow_incoming_response(got.head));
  ret->headers = headers_from(wasi_http_types_borrow_fields(headers));
  wasi_http_types_fields_drop_own(headers);
  ret->status = got.status;
  ret->body = (bytes){body.ptr, body.len};
  if (!take_trailers(&got, &ret->trailers, why)) return false;
  wasi_http_types_incoming_response_drop_own(got.head);
  wasi_http_types_future_incoming_response_drop_own(of.future);
  return true;
}

bool exports_http_out_send(http_out_request_t *request, http_out_response_t *ret, str *err) {
  text why = {0};
  bool ok = send(request, ret, &why);
  if (!ok) *err = (str){why.ptr, why.len};
  http_out_request_free(request);
  return ok;
}

bool exports_http_out_fetch(str *url, str *method, str *body, str *ret, str *err) {
  http_out_request_t request = {.url = *url, .method = *method, .body = {body->ptr, body->len}};
  http_out_response_t response;
  text why = {0};
  bool ok = send(&request, &response, &why);
  if (ok && response.status >= 400) {
    add(&why, "status ");
    add_number(&why, response.status);
    add(&why, ": ");
    add_bytes(&why, response.body.ptr, response.body.len);
    ok = false;
  } else if (ok) {
    *ret = (str){response.body.ptr, response.body.len};
  }
  if (!ok) *err = (str){why.ptr, why.len};
  http_out_string_free(url);
  http_out_string_free(method);
  http_out_string_free(body);
  return ok;
}

/* Answers as they come: one poll over all that are still out. */
static void await_all(exchange *all, bool *out, size_t count) {
  own_pollable *pollables = calloc(count, sizeof *pollables);
  wasi_io_poll_borrow_pollable_t *borrowed = calloc(count, sizeof *borrowed);
  size_t *places = calloc(count, sizeof *places);
  if (!pollables || !borrowed || !places) abort();
  for (;;) {
    size_t waiting = 0;
    for (size_t i = 0; i < count; i++) {
      if (!out[i]) continue;
      places[waiting] = i;
      pollables[waiting] = wasi_http_types_method_future_incoming_response_subscribe(wasi_http_types_borrow_future_incoming_response(all[i].future));
      borrowed[waiting] = wasi_io_poll_borrow_pollable(pollables[waiting]);
      waiting++;
    }
    if (waiting == 0) break;
    wasi_io_poll_list_borrow_pollable_t in = {borrowed, waiting};
    http_out_list_u32_t ready;
    wasi_io_poll_poll(&in, &ready);
    for (size_t i = 0; i < ready.len; i++) out[places[ready.ptr[i]]] = false;
    for (size_t i = 0; i < waiting; i++) wasi_io_poll_pollable_drop_own(pollables[i]);
    http_out_list_u32_free(&ready);
  }
  free(pollables);
  free(borrowed);
  free(places);
}

void exports_http_out_fetch_many(http_out_list_string_t *urls, http_out_list_result_u16_string_t *ret) {
  size_t count = urls->len;
  exchange *all = calloc(count + 1, sizeof *all);
  bool *out = calloc(count + 1, sizeof *out);
  ret->len = count;
  ret->ptr = calloc(count + 1, sizeof *ret->ptr);
  if (!all || !out || !ret->ptr) abort();
  text *whys = calloc(count + 1, sizeof *whys);
  for (size_t i = 0; i < count; i++) {
    http_out_request_t request = {.url = urls->ptr[i], .method = {(uint8_t *)"GET", 3}};
    out[i] = begin(&request, &all[i], &whys[i]) && end_writing(&all[i], request.trailers, &whys[i]);
    ret->ptr[i].is_err = !out[i];
  }
  if (count > 0) await_all(all, out, count);
  for (size_t i = 0; i < count; i++) {
    answer got;
    if (!ret->ptr[i].is_err && take_answer(&all[i], &got, &whys[i])) {
      ret->ptr[i].val.ok = got.status;
      drop_answer(&got);
      wasi_http_types_future_incoming_response_drop_own(all[i].future);
      continue;
    }
    ret->ptr[i].is_err = true;
    ret->ptr[i].val.err = (str){whys[i].ptr, whys[i].len};
  }
  free(all);
  free(out);
  free(whys);
  http_out_list_string_free(urls);
}

/* Writes where the stream takes more, reads what has come; blocks only where neither can go on. */
static bool pump(exchange *of, uint64_t total, uint32_t piece, http_out_tuple2_u64_u64_t *ret, text *why) {
  static uint8_t letters[AT_ONCE];
  answer got = {0};
  bool answered = false;
  uint64_t sent = 0, allowed;
  stream_error error;
  memset(letters, 'p', sizeof letters);
  wasi_io_streams_borrow_output_stream_t stream = wasi_io_streams_borrow_output_stream(of->writer);
  for (;;) {
    own_pollable pollables[2];
    wasi_io_poll_borrow_pollable_t borrowed[2];
    size_t count = 0;
    while (of->writing && sent < total) {
      if (!OUT(check_write)(stream, &allowed, &error)) return fail_stream(why, &error);
      if (allowed == 0) break;
      uint64_t length = total - sent < piece ? total - sent : piece;
      if (length > allowed) length = allowed;
      bytes part = {letters, length};
      if (!OUT(write)(stream, &part, &error)) return fail_stream(why, &error);
      sent += length;
    }
    if (of->writing && sent == total && !end_writing(of, (http_out_list_header_t){NULL, 0}, why)) return false;
    if (of->writing) pollables[count++] = OUT(subscribe)(stream);
    pollables[count++] = answered
                             ? IN(subscribe)(wasi_io_streams_borrow_input_stream(got.reader))
                             : wasi_http_types_method_future_incoming_response_subscribe(wasi_http_types_borrow_future_incoming_response(of->future));
    for (size_t i = 0; i < count; i++) borrowed[i] = wasi_io_poll_borrow_pollable(pollables[i]);
    wasi_io_poll_list_borrow_pollable_t in = {borrowed, count};
    http_out_list_u32_t ready;
    wasi_io_poll_poll(&in, &ready);
    bool can_read = ready.ptr[ready.len - 1] == count - 1;
    http_out_list_u32_free(&ready);
    for (size_t i = 0; i < count; i++) wasi_io_poll_pollable_drop_own(pollables[i]);
    if (!can_read) continue;
    if (!answered) {
      answered = true;
      if (!take_answer(of, &got, why)) return false;
      continue;
    }
    bytes part;
    if (!IN(read)(wasi_io_streams_borrow_input_stream(got.reader), AT_ONCE, &part, &error)) break;
    ret->f0 += part.len;
    for (size_t i = 0; i < part.len; i++) ret->f1 += part.ptr[i];
    http_out_list_u8_free(&part);
  }
  if (error.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return fail_stream(why, &error);
  drop_answer(&got);
  abandon(of);
  return true;
}

bool exports_http_out_pump(str *url, uint64_t total, uint32_t piece, http_out_tuple2_u64_u64_t *ret, str *err) {
  http_out_request_t request = {.url = *url, .method = {(uint8_t *)"POST", 4}};
  exchange of;
  text why = {0};
  ret->f0 = ret->f1 = 0;
  bool ok = begin(&request, &of, &why) && pump(&of, total, piece > 0 && piece < AT_ONCE ? piece : AT_ONCE, ret, &why);
  if (!ok) *err = (str){why.ptr, why.len};
  http_out_string_free(url);
  return ok;
}

static bool read_some(http_out_request_t *request, uint64_t count, uint64_t *ret, text *why) {
  exchange of;
  answer got;
  stream_error error;
  *ret = 0;
  if (!begin(request, &of, why) || !end_writing(&of, request->trailers, why) || !take_answer(&of, &got, why)) return false;
  while (*ret < count) {
    bytes part;
    if (!IN(blocking_read)(wasi_io_streams_borrow_input_stream(got.reader), count - *ret, &part, &error)) {
      if (error.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return fail_stream(why, &error);
      break;
    }
    *ret += part.len;
    http_out_list_u8_free(&part);
  }
  drop_answer(&got);
  abandon(&of);
  return true;
}

bool exports_http_out_read_some(str *url, uint64_t count, uint64_t *ret, str *err) {
  http_out_request_t request = {.url = *url, .method = {(uint8_t *)"GET", 3}};
  text why = {0};
  bool ok = read_some(&request, count, ret, &why);
  if (!ok) *err = (str){why.ptr, why.len};
  http_out_string_free(url);
  return ok;
}

bool exports_http_out_abandon(str *url, str *err) {
  http_out_request_t request = {.url = *url, .method = {(uint8_t *)"POST", 4}};
  exchange of;
  text why = {0};
  bool ok = begin(&request, &of, &why);
  if (ok) abandon(&of);
  else *err = (str){why.ptr, why.len};
  http_out_string_free(url);
  return ok;
}

void exports_http_out_try_header(str *name, str *value, str *ret) {
  static const char *const REASONS[] = {"invalid-syntax", "forbidden", "immutable"};
  wasi_http_types_own_fields_t fields = wasi_http_types_constructor_fields();
  wasi_http_types_field_value_t bytes_of = {value->ptr, value->len};
  wasi_http_types_header_error_t error;
  bool ok = wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(fields), name, &bytes_of, &error);
  http_out_string_dup(ret, ok ? "ok" : REASONS[error.tag]);
  wasi_http_types_fields_drop_own(fields);
  http_out_string_free(name);
  http_out_string_free(value);
}

/* --- rules ------------------------------------------------------------------------------------------------------ */

#define FIELDS(name) wasi_http_types_method_fields_##name
#define OPTIONS(name) wasi_http_types_method_request_options_##name

static const char *const HEADER_ERRORS[] = {"invalid-syntax", "forbidden", "immutable"};

static str s(const char *of) { return (str){(uint8_t *)of, strlen(of)}; }

static void told(text *to, const char *what, const char *answer) {
  add(to, what);
  add(to, ": ");
  add(to, answer);
  add(to, "\n");
}

static void told_bool(text *to, const char *what, bool ok) { told(to, what, ok ? "ok" : "refused"); }

static void told_number(text *to, const char *what, uint64_t value) {
  add(to, what);
  add(to, ": ");
  add_number(to, value);
  add(to, "\n");
}

static void told_header(text *to, const char *what, bool ok, wasi_http_types_header_error_t error) {
  told(to, what, ok ? "ok" : HEADER_ERRORS[error.tag]);
}

static void told_http(text *to, const char *what, bool ok, http_error *error) {
  text why = {0};
  if (!ok) fail_http(&why, error);
  add(to, what);
  add(to, ": ");
  if (ok) add(to, "ok");
  add_bytes(to, why.ptr, why.len);
  add(to, "\n");
  free(why.ptr);
}

static uint64_t count_of(wasi_http_types_borrow_fields_t fields, const char *name) {
  str key = s(name);
  wasi_http_types_list_field_value_t values;
  FIELDS(get)(fields, &key, &values);
  uint64_t count = values.len;
  wasi_http_types_list_field_value_free(&values);
  return count;
}

static bool append_to(wasi_http_types_borrow_fields_t fields, const char *name, const char *value, wasi_http_types_header_error_t *error) {
  str key = s(name);
  wasi_http_types_field_value_t bytes_of = {(uint8_t *)value, strlen(value)};
  return FIELDS(append)(fields, &key, &bytes_of, error);
}

static bool set_to(wasi_http_types_borrow_fields_t fields, const char *name, wasi_http_types_header_error_t *error) {
  str key = s(name);
  wasi_http_types_field_value_t one = {(uint8_t *)"new", 3};
  wasi_http_types_list_field_value_t values = {&one, 1};
  return FIELDS(set)(fields, &key, &values, error);
}

static bool delete_from(wasi_http_types_borrow_fields_t fields, const char *name, wasi_http_types_header_error_t *error) {
  str key = s(name);
  return FIELDS(delete)(fields, &key, error);
}

static void from_list(text *to, const char *what, const char *name, const char *value) {
  wasi_http_types_tuple2_field_key_field_value_t entry = {s(name), {(uint8_t *)value, strlen(value)}};
  wasi_http_types_list_tuple2_field_key_field_value_t entries = {&entry, 1};
  wasi_http_types_own_fields_t fields;
  wasi_http_types_header_error_t error = {0};
  bool ok = wasi_http_types_static_fields_from_list(&entries, &fields, &error);
  told_header(to, what, ok, error);
  if (ok) wasi_http_types_fields_drop_own(fields);
}

static void rules_of_fields(text *to) {
  wasi_http_types_header_error_t error = {0};
  from_list(to, "from-list", "X-A", "1");
  from_list(to, "from-list of a bad name", "x a", "1");
  from_list(to, "from-list of a bad value", "x-a", "1\n");
  from_list(to, "from-list of host", "Host", "x");
  wasi_http_types_own_fields_t own = wasi_http_types_constructor_fields();
  wasi_http_types_borrow_fields_t fields = wasi_http_types_borrow_fields(own);
  str name = s("X-A");
  append_to(fields, "x-a", "1", &error);
  append_to(fields, "X-a", "2", &error);
  told_number(to, "get", count_of(fields, "X-A"));
  told_bool(to, "has", FIELDS(has)(fields, &name));
  told_number(to, "get of what is missing", count_of(fields, "x-b"));
  told_number(to, "get of what is no name", count_of(fields, "x b"));
  told_header(to, "set", set_to(fields, "x-A", &error), error);
  told_number(to, "get after set", count_of(fields, "x-a"));
  told_header(to, "set of a bad name", set_to(fields, "x a", &error), error);
  told_header(to, "set of transfer-encoding", set_to(fields, "Transfer-Encoding", &error), error);
  told_header(to, "delete", delete_from(fields, "X-a", &error), error);
  told_header(to, "delete of what is missing", delete_from(fields, "x-a", &error), error);
  told_header(to, "delete of a bad name", delete_from(fields, "", &error), error);
  told_number(to, "get after delete", count_of(fields, "x-a"));
  wasi_http_types_fields_drop_own(own);
}

/* Fields that belong to a message; they go with it. */
static void rules_of_frozen(text *to, const char *what, wasi_http_types_own_headers_t own) {
  wasi_http_types_header_error_t error = {0};
  wasi_http_types_borrow_fields_t fields = wasi_http_types_borrow_fields(own);
  told(to, "headers of", what);
  told_header(to, "  append", append_to(fields, "x-a", "1", &error), error);
  told_header(to, "  append of host", append_to(fields, "host", "1", &error), error);
  told_header(to, "  set", set_to(fields, "x-a", &error), error);
  told_header(to, "  delete", delete_from(fields, "x-a", &error), error);
  wasi_http_types_own_fields_t copy = FIELDS(clone)(fields);
  told_header(to, "  append to a clone", append_to(wasi_http_types_borrow_fields(copy), "x-a", "1", &error), error);
  wasi_http_types_fields_drop_own(copy);
  wasi_http_types_fields_drop_own(own);
}

static void rules_of_requests(text *to) {
  wasi_http_types_own_outgoing_request_t own = wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
  wasi_http_types_borrow_outgoing_request_t request = wasi_http_types_borrow_outgoing_request(own);
  wasi_http_types_method_t method;
  wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_OTHER, .val = {.other = s("1x")}};
  wasi_http_types_own_outgoing_body_t body, second;
  wasi_http_types_own_output_stream_t writer, other;
  str got;
  REQUEST(method)(request, &method);
  told_number(to, "method", method.tag);
  static const char *const METHOD_NAMES[] = {"PURGE", "A B", ""};
  for (size_t i = 0; i < 3; i++) {
    wasi_http_types_method_t named = {.tag = WASI_HTTP_TYPES_METHOD_OTHER, .val = {.other = s(METHOD_NAMES[i])}};
    add(to, "set-method ");
    told_bool(to, METHOD_NAMES[i], REQUEST(set_method)(request, &named));
  }
  REQUEST(method)(request, &method);
  told_number(to, "method", method.tag);
  wasi_http_types_method_free(&method);
  told_bool(to, "path-with-query", REQUEST(path_with_query)(request, &got));
  static const char *const PATHS[] = {"/a?b=c", "", "/a b", "/a#b", "/\n", "*"};
  for (size_t i = 0; i < 6; i++) {
    str path = s(PATHS[i]);
    add(to, "set-path-with-query ");
    add_number(to, i);
    told_bool(to, "", REQUEST(set_path_with_query)(request, &path));
  }
  told_bool(to, "set-path-with-query none", REQUEST(set_path_with_query)(request, NULL));
  told_bool(to, "set-scheme 1x", REQUEST(set_scheme)(request, &scheme));
  told_bool(to, "scheme", REQUEST(scheme)(request, &scheme));
  told_bool(to, "set-scheme none", REQUEST(set_scheme)(request, NULL));
  static const char *const AUTHORITIES[] = {"a.example:80", "[::1]:80", "a.example:99999", "a/b", "me@a.example", "", "a b"};
  for (size_t i = 0; i < 7; i++) {
    str authority = s(AUTHORITIES[i]);
    add(to, "set-authority ");
    told_bool(to, AUTHORITIES[i], REQUEST(set_authority)(request, &authority));
  }
  told_bool(to, "set-authority none", REQUEST(set_authority)(request, NULL));
  told_bool(to, "authority", REQUEST(authority)(request, &got));
  rules_of_frozen(to, "outgoing-request", REQUEST(headers)(request));
  told_bool(to, "body", REQUEST(body)(request, &body));
  told_bool(to, "body again", REQUEST(body)(request, &second));
  told_bool(to, "write", wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &writer));
  told_bool(to, "write again", wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &other));
  wasi_io_streams_output_stream_drop_own(writer);
  wasi_http_types_outgoing_body_drop_own(body);
  wasi_http_types_outgoing_request_drop_own(own);
}

static void rules_of_options(text *to) {
  wasi_http_types_own_request_options_t own = wasi_http_types_constructor_request_options();
  wasi_http_types_borrow_request_options_t options = wasi_http_types_borrow_request_options(own);
  wasi_http_types_duration_t ns = 5, got = 0;
  told_bool(to, "connect-timeout", OPTIONS(connect_timeout)(options, &got));
  told_bool(to, "set-connect-timeout", OPTIONS(set_connect_timeout)(options, &ns) && OPTIONS(connect_timeout)(options, &got) && got == 5);
  ns = 6;
  told_bool(to, "set-first-byte-timeout", OPTIONS(set_first_byte_timeout)(options, &ns) && OPTIONS(first_byte_timeout)(options, &got) && got == 6);
  ns = 7;
  told_bool(to, "set-between-bytes-timeout", OPTIONS(set_between_bytes_timeout)(options, &ns) && OPTIONS(between_bytes_timeout)(options, &got) && got == 7);
  told_bool(to, "set-connect-timeout none", OPTIONS(set_connect_timeout)(options, NULL) && !OPTIONS(connect_timeout)(options, &got));
  wasi_http_types_request_options_drop_own(own);
}

/* A request to `url` with these lengths in its headers, whose body has `written` bytes. */
static void rules_of_length(text *to, str url, const char *what, const char *length, const char *second, const char *written, bool with_body) {
  wasi_http_types_header_error_t header;
  wasi_http_types_own_fields_t fields = wasi_http_types_constructor_fields();
  append_to(wasi_http_types_borrow_fields(fields), "content-length", length, &header);
  if (second) append_to(wasi_http_types_borrow_fields(fields), "content-length", second, &header);
  wasi_http_types_own_outgoing_request_t request = wasi_http_types_constructor_outgoing_request(fields);
  wasi_http_types_borrow_outgoing_request_t borrowed = wasi_http_types_borrow_outgoing_request(request);
  wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_POST};
  exchange of = {0};
  http_error error;
  text why = {0};
  REQUEST(set_method)(borrowed, &method);
  set_url(borrowed, url, &why);
  if (with_body && !REQUEST(body)(borrowed, &of.body)) {
    wasi_http_types_outgoing_request_drop_own(request);
    told(to, what, "no body");
    return;
  }
  if (!wasi_http_outgoing_handler_handle(request, NULL, &of.future, &error)) {
    told_http(to, what, false, &error);
    if (with_body) wasi_http_types_outgoing_body_drop_own(of.body);
    return;
  }
  if (with_body) {
    stream_error wrong;
    bytes part = {(uint8_t *)written, strlen(written)};
    wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(of.body), &of.writer);
    bool wrote = OUT(blocking_write_and_flush)(wasi_io_streams_borrow_output_stream(of.writer), &part, &wrong);
    wasi_io_streams_output_stream_drop_own(of.writer);
    if (!wrote) fail_stream(&why, &wrong);
    bool ok = wasi_http_types_static_outgoing_body_finish(of.body, NULL, &error);
    if (wrote) told_http(to, what, ok, &error);
    else {
      add_bytes(to, what, strlen(what));
      add(to, ": write: ");
      add_bytes(to, why.ptr, why.len);
      add(to, "\n");
      if (!ok) wasi_http_types_error_code_free(&error);
    }
  } else told(to, what, "sent");
  wasi_http_types_future_incoming_response_drop_own(of.future);
  free(why.ptr);
}

static void rules_of_handling(text *to) {
  http_error error;
  wasi_http_types_own_future_incoming_response_t future;
  static const char *const CASES[] = {"no authority", "scheme x", "connect"};
  for (size_t i = 0; i < 3; i++) {
    wasi_http_types_own_outgoing_request_t request = wasi_http_types_constructor_outgoing_request(wasi_http_types_constructor_fields());
    wasi_http_types_borrow_outgoing_request_t borrowed = wasi_http_types_borrow_outgoing_request(request);
    wasi_http_types_scheme_t scheme = {.tag = WASI_HTTP_TYPES_SCHEME_OTHER, .val = {.other = s("x")}};
    wasi_http_types_method_t method = {.tag = WASI_HTTP_TYPES_METHOD_CONNECT};
    str authority = s("a.example");
    if (i > 0) REQUEST(set_authority)(borrowed, &authority);
    if (i == 1) REQUEST(set_scheme)(borrowed, &scheme);
    if (i == 2) REQUEST(set_method)(borrowed, &method);
    add(to, "handle, ");
    told_http(to, CASES[i], wasi_http_outgoing_handler_handle(request, NULL, &future, &error), &error);
  }
}

static void rules_of_answers(text *to, str url) {
  http_out_request_t asked = {.url = url, .method = {(uint8_t *)"GET", 3}};
  exchange of;
  answer got;
  text why = {0}, body = {0};
  wasi_http_types_own_incoming_body_t second;
  wasi_io_streams_own_input_stream_t reader;
  if (!begin(&asked, &of, &why) || !end_writing(&of, asked.trailers, &why) || !take_answer(&of, &got, &why)) {
    add_bytes(to, why.ptr, why.len);
    return;
  }
  wasi_http_types_result_result_own_incoming_response_error_code_void_t again;
  wasi_http_types_borrow_future_incoming_response_t future = wasi_http_types_borrow_future_incoming_response(of.future);
  bool some = wasi_http_types_method_future_incoming_response_get(future, &again);
  told(to, "future-incoming-response.get again", !some ? "none" : again.is_err ? "refused" : "ok");
  wait_for(wasi_http_types_method_future_incoming_response_subscribe(future));
  told(to, "subscribe again", "ready");
  wasi_http_types_borrow_incoming_response_t head = wasi_http_types_borrow_incoming_response(got.head);
  rules_of_frozen(to, "incoming-response", wasi_http_types_method_incoming_response_headers(head));
  told_bool(to, "consume again", wasi_http_types_method_incoming_response_consume(head, &second));
  told_bool(to, "stream again", wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(got.body), &reader));
  told_bool(to, "read", read_body(&got, &body, &why) && body.len > 0);
  wasi_io_streams_input_stream_drop_own(got.reader);
  wasi_http_types_own_future_trailers_t trailers = wasi_http_types_static_incoming_body_finish(got.body);
  wasi_http_types_borrow_future_trailers_t borrowed = wasi_http_types_borrow_future_trailers(trailers);
  wasi_http_types_result_result_option_own_trailers_error_code_void_t gone;
  while (!wasi_http_types_method_future_trailers_get(borrowed, &gone)) wait_for(wasi_http_types_method_future_trailers_subscribe(borrowed));
  told(to, "future-trailers.get", gone.is_err ? "refused" : gone.val.ok.is_err ? "error" : gone.val.ok.val.ok.is_some ? "some" : "none");
  some = wasi_http_types_method_future_trailers_get(borrowed, &gone);
  told(to, "future-trailers.get again", !some ? "nothing" : gone.is_err ? "refused" : "ok");
  wait_for(wasi_http_types_method_future_trailers_subscribe(borrowed));
  wasi_http_types_future_trailers_drop_own(trailers);
  wasi_http_types_incoming_response_drop_own(got.head);
  wasi_http_types_future_incoming_response_drop_own(of.future);
  free(body.ptr);
}

void exports_http_out_rules(str *url, str *ret) {
  text all = {0};
  rules_of_fields(&all);
  rules_of_requests(&all);
  rules_of_options(&all);
  rules_of_handling(&all);
  rules_of_length(&all, *url, "length 3 of 3", "3", NULL, "abc", true);
  rules_of_length(&all, *url, "length 3 of 2", "3", NULL, "ab", true);
  rules_of_length(&all, *url, "length 3 of 4", "3", NULL, "abcd", true);
  rules_of_length(&all, *url, "length abc", "abc", NULL, "abc", true);
  rules_of_length(&all, *url, "length 3 and 4", "3", "4", "abc", true);
  rules_of_length(&all, *url, "length 3 without a body", "3", NULL, "", false);
  rules_of_length(&all, *url, "length abc without a body", "abc", NULL, "", false);
  rules_of_length(&all, *url, "length 0 without a body", "0", NULL, "", false);
  rules_of_answers(&all, *url);
  *ret = (str){all.ptr, all.len};
  http_out_string_free(url);
}
