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
