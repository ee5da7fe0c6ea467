/* A server. What it answers by path:
 *
 *   /hello            "Hello, world!"
 *   /headers          what it was asked, line by line: method, scheme, authority, path, then `name: value` for each header;
 *                     with two headers `x-two`
 *   /status/N         status N, no body
 *   /trailers         the request's body; its trailers as trailers, and one more: `x-length`
 *   /slow?ms=M&n=N    N lines, M milliseconds before each (3 of 100)
 *   /big?n=N          N bytes, `b` each (10 MiB)
 *   /early            "early", without reading the request's body
 *   /drain            reads the whole body, then says how long it was
 *   /forward?url=URL  what that URL answers to the same method and body, streamed both ways; 502 and the error's name if not
 *   /error            no response but an error: internal-error("told")
 *   /silent           returns without an answer
 *   /trap-before      traps before its response has begun
 *   /trap-after       traps after "begun" was sent
 *   /cut              drops its body without an end after "begun"
 *   /length?says=N&has=M  content-length N and a body of M bytes, `l` each; with has=none no body at all
 *   /rules            what the interface says of calls that no answer needs: a line for each
 *   /spin             never ends
 *   anything else     the request's body, streamed back with its content-type
 */
#include "http_echo.h"
#include "http-errors.h"
#include "text.h"

typedef http_echo_string_t str;
typedef http_echo_list_u8_t bytes;
typedef wasi_http_types_error_code_t http_error;
typedef wasi_io_streams_stream_error_t stream_error;
typedef wasi_io_poll_own_pollable_t own_pollable;
typedef wasi_http_types_own_fields_t own_fields;

#define OUT(name) wasi_io_streams_method_output_stream_##name
#define IN(name) wasi_io_streams_method_input_stream_##name
#define ASKED(name) wasi_http_types_method_incoming_request_##name
#define REQUEST(name) wasi_http_types_method_outgoing_request_##name
#define AT_ONCE 4096
#define NS_PER_MS 1000000ull

typedef struct {
  wasi_http_types_borrow_incoming_request_t request;
  wasi_http_types_own_response_outparam_t outparam;
  str path; /* without the query */
  str query;
} call;

/* A response that has begun. */
typedef struct {
  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_own_output_stream_t owned;
  wasi_io_streams_borrow_output_stream_t stream;
} reply;

/* A body that is read, of a request or of a response. */
typedef struct {
  wasi_http_types_own_incoming_body_t body;
  wasi_http_types_own_input_stream_t owned;
  wasi_io_streams_borrow_input_stream_t stream;
} source;

static void wait_for(own_pollable pollable) {
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
  wasi_io_poll_pollable_drop_own(pollable);
}

/* --- fields ----------------------------------------------------------------------------------------------------- */

static void put(own_fields fields, const char *name, const void *value, size_t length) {
  str key = {(uint8_t *)name, strlen(name)};
  wasi_http_types_field_value_t bytes_of = {(uint8_t *)value, length};
  wasi_http_types_header_error_t error;
  if (!wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(fields), &key, &bytes_of, &error)) abort();
}

static own_fields plain(void) {
  own_fields fields = wasi_http_types_constructor_fields();
  put(fields, "content-type", "text/plain; charset=utf-8", 25);
  return fields;
}

static own_fields asked_headers(const call *of) { return ASKED(headers)(of->request); }

/* The entries go with `wasi_http_types_list_tuple2_field_key_field_value_free`. */
static wasi_http_types_list_tuple2_field_key_field_value_t entries_of(own_fields fields) {
  wasi_http_types_list_tuple2_field_key_field_value_t entries;
  wasi_http_types_method_fields_entries(wasi_http_types_borrow_fields(fields), &entries);
  return entries;
}

/* --- replying --------------------------------------------------------------------------------------------------- */

static void begin(const call *of, uint16_t status, own_fields headers, reply *ret) {
  wasi_http_types_own_outgoing_response_t response = wasi_http_types_constructor_outgoing_response(headers);
  wasi_http_types_borrow_outgoing_response_t borrowed = wasi_http_types_borrow_outgoing_response(response);
  if (!wasi_http_types_method_outgoing_response_set_status_code(borrowed, status)) abort();
  if (!wasi_http_types_method_outgoing_response_body(borrowed, &ret->body)) abort();
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val = {.ok = response}};
  wasi_http_types_static_response_outparam_set(of->outparam, &result);
  if (!wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(ret->body), &ret->owned)) abort();
  ret->stream = wasi_io_streams_borrow_output_stream(ret->owned);
}

/* False where the client has gone. */
static bool write_all(const reply *to, const void *from, size_t length) {
  stream_error error;
  for (size_t at = 0; at < length;) {
    uint64_t allowed;
    if (!OUT(check_write)(to->stream, &allowed, &error)) return false;
    if (allowed == 0) {
      wait_for(OUT(subscribe)(to->stream));
      continue;
    }
    bytes part = {(uint8_t *)from + at, length - at < allowed ? length - at : allowed};
    if (!OUT(write)(to->stream, &part, &error)) return false;
    at += part.len;
  }
  return true;
}

static void finish(reply *what, own_fields *trailers) {
  http_error error;
  stream_error ignored;
  OUT(blocking_flush)(what->stream, &ignored);
  wasi_io_streams_output_stream_drop_own(what->owned);
  wasi_http_types_static_outgoing_body_finish(what->body, trailers, &error);
}

static void say(const call *of, uint16_t status, const void *what, size_t length) {
  reply to;
  begin(of, status, plain(), &to);
  write_all(&to, what, length);
  finish(&to, NULL);
}

/* --- reading ---------------------------------------------------------------------------------------------------- */

static void open_source(source *what) {
  if (!wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(what->body), &what->owned)) abort();
  what->stream = wasi_io_streams_borrow_input_stream(what->owned);
}

static void open_asked(const call *of, source *ret) {
  if (!ASKED(consume)(of->request, &ret->body)) abort();
  open_source(ret);
}

/* The next bytes; false at the end, or where the other side has gone. They go with `http_echo_list_u8_free`. */
static bool next(const source *from, bytes *part) {
  stream_error error;
  return IN(blocking_read)(from->stream, 16 * AT_ONCE, part, &error);
}

static uint64_t copy(const source *from, const reply *to) {
  uint64_t total = 0;
  bytes part;
  bool ok = true;
  while (ok && next(from, &part)) {
    ok = write_all(to, part.ptr, part.len);
    total += part.len;
    http_echo_list_u8_free(&part);
  }
  return total;
}

static void drop_source(source *what) {
  wasi_io_streams_input_stream_drop_own(what->owned);
  wasi_http_types_incoming_body_drop_own(what->body);
}

/* --- paths ------------------------------------------------------------------------------------------------------ */

static bool is(str s, const char *name) { return s.len == strlen(name) && memcmp(s.ptr, name, s.len) == 0; }

/* The value of `name=` in the query, up to the next `&`; to its end for the last one. Empty where it is missing. */
static str param(const call *of, const char *name, bool to_end) {
  size_t length = strlen(name);
  for (size_t at = 0; at + length < of->query.len; at++) {
    if ((at > 0 && of->query.ptr[at - 1] != '&') || memcmp(of->query.ptr + at, name, length) != 0 || of->query.ptr[at + length] != '=') continue;
    size_t from = at + length + 1, to = from;
    while (to < of->query.len && (to_end || of->query.ptr[to] != '&')) to++;
    return (str){of->query.ptr + from, to - from};
  }
  return (str){NULL, 0};
}

static uint64_t number_param(const call *of, const char *name, uint64_t otherwise) {
  str value = param(of, name, false);
  const uint8_t *at = value.ptr;
  return value.len > 0 ? number(&at, value.ptr + value.len) : otherwise;
}

static void line(text *to, const char *name, const uint8_t *value, size_t length) {
  add(to, name);
  add(to, ": ");
  add_bytes(to, value, length);
  add(to, "\n");
}

static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

static void describe(const call *of, text *to) {
  wasi_http_types_method_t method;
  wasi_http_types_scheme_t scheme;
  str value;
  ASKED(method)(of->request, &method);
  if (method.tag == WASI_HTTP_TYPES_METHOD_OTHER) line(to, "method", method.val.other.ptr, method.val.other.len);
  else line(to, "method", (const uint8_t *)METHODS[method.tag], strlen(METHODS[method.tag]));
  wasi_http_types_method_free(&method);
  if (ASKED(scheme)(of->request, &scheme)) {
    const char *name = scheme.tag == WASI_HTTP_TYPES_SCHEME_HTTP ? "http" : scheme.tag == WASI_HTTP_TYPES_SCHEME_HTTPS ? "https" : "other";
    line(to, "scheme", (const uint8_t *)name, strlen(name));
    wasi_http_types_scheme_free(&scheme);
  }
  if (ASKED(authority)(of->request, &value)) {
    line(to, "authority", value.ptr, value.len);
    http_echo_string_free(&value);
  }
  if (ASKED(path_with_query)(of->request, &value)) {
    line(to, "path", value.ptr, value.len);
    http_echo_string_free(&value);
  }
}

static void answer_headers(const call *of) {
  text body = {0};
  reply to;
  describe(of, &body);
  own_fields asked = asked_headers(of), headers = plain();
  wasi_http_types_list_tuple2_field_key_field_value_t entries = entries_of(asked);
  for (size_t i = 0; i < entries.len; i++) {
    add_bytes(&body, entries.ptr[i].f0.ptr, entries.ptr[i].f0.len);
    line(&body, "", entries.ptr[i].f1.ptr, entries.ptr[i].f1.len);
  }
  wasi_http_types_list_tuple2_field_key_field_value_free(&entries);
  wasi_http_types_fields_drop_own(asked);
  put(headers, "x-two", "one", 3);
  put(headers, "x-two", "two", 3);
  begin(of, 200, headers, &to);
  write_all(&to, body.ptr, body.len);
  finish(&to, NULL);
  free(body.ptr);
}

static void answer_status(const call *of) {
  const uint8_t *at = of->path.ptr + 8;
  reply to;
  begin(of, number(&at, of->path.ptr + of->path.len), wasi_http_types_constructor_fields(), &to);
  finish(&to, NULL);
}

/* What came behind a body; nothing where that failed. Ends the body. */
static own_fields trailers_of(source *from) {
  wasi_http_types_result_result_option_own_trailers_error_code_void_t got;
  wasi_io_streams_input_stream_drop_own(from->owned);
  wasi_http_types_own_future_trailers_t future = wasi_http_types_static_incoming_body_finish(from->body);
  wasi_http_types_borrow_future_trailers_t borrowed = wasi_http_types_borrow_future_trailers(future);
  while (!wasi_http_types_method_future_trailers_get(borrowed, &got)) wait_for(wasi_http_types_method_future_trailers_subscribe(borrowed));
  wasi_http_types_future_trailers_drop_own(future);
  if (got.is_err || got.val.ok.is_err || !got.val.ok.val.ok.is_some) return wasi_http_types_constructor_fields();
  own_fields copied = wasi_http_types_method_fields_clone(wasi_http_types_borrow_fields(got.val.ok.val.ok.val));
  wasi_http_types_fields_drop_own(got.val.ok.val.ok.val);
  return copied;
}

static void answer_trailers(const call *of) {
  source from;
  reply to;
  text length = {0};
  open_asked(of, &from);
  begin(of, 200, plain(), &to);
  add_number(&length, copy(&from, &to));
  own_fields trailers = trailers_of(&from);
  put(trailers, "x-length", length.ptr, length.len);
  finish(&to, &trailers);
  free(length.ptr);
}

static void answer_slow(const call *of) {
  uint64_t ms = number_param(of, "ms", 100), count = number_param(of, "n", 3);
  reply to;
  begin(of, 200, plain(), &to);
  for (uint64_t i = 1; i <= count; i++) {
    stream_error error;
    text said = {0};
    wait_for(wasi_clocks_monotonic_clock_subscribe_duration(ms * NS_PER_MS));
    add(&said, "line ");
    add_number(&said, i);
    add(&said, "\n");
    bool ok = write_all(&to, said.ptr, said.len) && OUT(blocking_flush)(to.stream, &error);
    free(said.ptr);
    if (!ok) break;
  }
  finish(&to, NULL);
}

static void answer_big(const call *of) {
  static uint8_t part[16 * AT_ONCE];
  uint64_t left = number_param(of, "n", 10 << 20);
  reply to;
  memset(part, 'b', sizeof part);
  begin(of, 200, plain(), &to);
  while (left > 0) {
    uint64_t length = left < sizeof part ? left : sizeof part;
    if (!write_all(&to, part, length)) break;
    left -= length;
  }
  finish(&to, NULL);
}

static void answer_drain(const call *of) {
  source from;
  bytes part;
  uint64_t total = 0;
  text said = {0};
  open_asked(of, &from);
  while (next(&from, &part)) {
    total += part.len;
    http_echo_list_u8_free(&part);
  }
  drop_source(&from);
  add_number(&said, total);
  say(of, 200, said.ptr, said.len);
  free(said.ptr);
}

static void answer_echo(const call *of) {
  source from;
  reply to;
  own_fields asked = asked_headers(of), headers = wasi_http_types_constructor_fields();
  str name = {(uint8_t *)"content-type", 12};
  wasi_http_types_list_field_value_t values;
  wasi_http_types_method_fields_get(wasi_http_types_borrow_fields(asked), &name, &values);
  for (size_t i = 0; i < values.len; i++) put(headers, "content-type", values.ptr[i].ptr, values.ptr[i].len);
  wasi_http_types_list_field_value_free(&values);
  wasi_http_types_fields_drop_own(asked);
  open_asked(of, &from);
  begin(of, 200, headers, &to);
  copy(&from, &to);
  drop_source(&from);
  finish(&to, NULL);
}

/* --- forwarding ------------------------------------------------------------------------------------------------- */

static void bad_gateway(const call *of, const char *why) { say(of, 502, why, strlen(why)); }

static bool set_url(wasi_http_types_borrow_outgoing_request_t request, str url) {
  bool secure = url.len > 8 && memcmp(url.ptr, "https://", 8) == 0;
  if (!secure && (url.len <= 7 || memcmp(url.ptr, "http://", 7) != 0)) return false;
  size_t from = secure ? 8 : 7, to = from;
  while (to < url.len && url.ptr[to] != '/' && url.ptr[to] != '?') to++;
  str authority = {url.ptr + from, to - from}, path = {url.ptr + to, url.len - to};
  wasi_http_types_scheme_t scheme = {.tag = secure ? WASI_HTTP_TYPES_SCHEME_HTTPS : WASI_HTTP_TYPES_SCHEME_HTTP};
  if (path.len == 0) path = (str){(uint8_t *)"/", 1};
  return REQUEST(set_scheme)(request, &scheme) && REQUEST(set_authority)(request, &authority) && REQUEST(set_path_with_query)(request, &path);
}

static void send_body(const call *of, wasi_http_types_own_outgoing_body_t body) {
  source from;
  reply to = {.body = body};
  if (!wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(body), &to.owned)) abort();
  to.stream = wasi_io_streams_borrow_output_stream(to.owned);
  open_asked(of, &from);
  copy(&from, &to);
  drop_source(&from);
  finish(&to, NULL);
}

static void answer_forward(const call *of) {
  own_fields headers = wasi_http_types_constructor_fields();
  wasi_http_types_own_outgoing_request_t request = wasi_http_types_constructor_outgoing_request(headers);
  wasi_http_types_borrow_outgoing_request_t borrowed = wasi_http_types_borrow_outgoing_request(request);
  wasi_http_types_own_future_incoming_response_t future;
  wasi_http_types_own_outgoing_body_t body;
  wasi_http_types_method_t method;
  http_error error;
  ASKED(method)(of->request, &method);
  bool fits = REQUEST(set_method)(borrowed, &method) && set_url(borrowed, param(of, "url", true)) && REQUEST(body)(borrowed, &body);
  wasi_http_types_method_free(&method);
  if (!fits) return bad_gateway(of, "no URL");
  if (!wasi_http_outgoing_handler_handle(request, NULL, &future, &error)) return bad_gateway(of, HTTP_ERRORS[error.tag]);
  send_body(of, body);

  wasi_http_types_result_result_own_incoming_response_error_code_void_t got;
  wasi_http_types_borrow_future_incoming_response_t waiting = wasi_http_types_borrow_future_incoming_response(future);
  while (!wasi_http_types_method_future_incoming_response_get(waiting, &got))
    wait_for(wasi_http_types_method_future_incoming_response_subscribe(waiting));
  if (got.is_err) abort();
  if (got.val.ok.is_err) return bad_gateway(of, HTTP_ERRORS[got.val.ok.val.err.tag]);
  wasi_http_types_borrow_incoming_response_t response = wasi_http_types_borrow_incoming_response(got.val.ok.val.ok);
  source from;
  reply to;
  if (!wasi_http_types_method_incoming_response_consume(response, &from.body)) abort();
  open_source(&from);
  begin(of, wasi_http_types_method_incoming_response_status(response), plain(), &to);
  copy(&from, &to);
  drop_source(&from);
  finish(&to, NULL);
  wasi_http_types_incoming_response_drop_own(got.val.ok.val.ok);
  wasi_http_types_future_incoming_response_drop_own(future);
}

/* --- what is refused -------------------------------------------------------------------------------------------- */

static void answer_length(const call *of) {
  static const uint8_t letters[64] = "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll";
  str says = param(of, "says", false), has = param(of, "has", false);
  own_fields headers = plain();
  reply to;
  put(headers, "content-length", says.ptr, says.len);
  if (!is(has, "none")) {
    begin(of, 200, headers, &to);
    write_all(&to, letters, number_param(of, "has", 0) % sizeof letters);
    finish(&to, NULL);
    return;
  }
  wasi_http_types_own_outgoing_response_t response = wasi_http_types_constructor_outgoing_response(headers);
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val = {.ok = response}};
  wasi_http_types_static_response_outparam_set(of->outparam, &result);
}

static void rule(text *to, const char *what, bool ok) {
  add(to, what);
  add(to, ok ? ": ok\n" : ": refused\n");
}

static void rules_of_headers(text *to, const char *what, own_fields headers) {
  static const char *const ERRORS[] = {"invalid-syntax", "forbidden", "immutable"};
  wasi_http_types_header_error_t error;
  wasi_http_types_field_value_t value = {(uint8_t *)"1", 1};
  str name = {(uint8_t *)"x-a", 3};
  bool ok = wasi_http_types_method_fields_append(wasi_http_types_borrow_fields(headers), &name, &value, &error);
  add(to, what);
  add(to, ": ");
  add(to, ok ? "ok" : ERRORS[error.tag]);
  add(to, "\n");
  wasi_http_types_fields_drop_own(headers);
}

static void answer_rules(const call *of) {
  text said = {0};
  wasi_http_types_own_outgoing_response_t response = wasi_http_types_constructor_outgoing_response(plain());
  wasi_http_types_borrow_outgoing_response_t borrowed = wasi_http_types_borrow_outgoing_response(response);
  reply to, second;
  source from, other;
  add(&said, "status-code: ");
  add_number(&said, wasi_http_types_method_outgoing_response_status_code(borrowed));
  add(&said, "\n");
  rule(&said, "set-status-code 99", wasi_http_types_method_outgoing_response_set_status_code(borrowed, 99));
  rule(&said, "set-status-code 1000", wasi_http_types_method_outgoing_response_set_status_code(borrowed, 1000));
  rule(&said, "set-status-code 201", wasi_http_types_method_outgoing_response_set_status_code(borrowed, 201));
  rules_of_headers(&said, "append to the request's headers", asked_headers(of));
  rules_of_headers(&said, "append to the response's headers", wasi_http_types_method_outgoing_response_headers(borrowed));
  rule(&said, "body", wasi_http_types_method_outgoing_response_body(borrowed, &to.body));
  rule(&said, "body again", wasi_http_types_method_outgoing_response_body(borrowed, &second.body));
  rule(&said, "write", wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(to.body), &to.owned));
  rule(&said, "write again", wasi_http_types_method_outgoing_body_write(wasi_http_types_borrow_outgoing_body(to.body), &second.owned));
  rule(&said, "consume", ASKED(consume)(of->request, &from.body));
  rule(&said, "consume again", ASKED(consume)(of->request, &other.body));
  rule(&said, "stream", wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(from.body), &from.owned));
  rule(&said, "stream again", wasi_http_types_method_incoming_body_stream(wasi_http_types_borrow_incoming_body(from.body), &other.owned));
  drop_source(&from);
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = false, .val = {.ok = response}};
  wasi_http_types_static_response_outparam_set(of->outparam, &result);
  to.stream = wasi_io_streams_borrow_output_stream(to.owned);
  write_all(&to, said.ptr, said.len);
  finish(&to, NULL);
  free(said.ptr);
}

/* --- failing ---------------------------------------------------------------------------------------------------- */

static void answer_error(const call *of) {
  wasi_http_types_result_own_outgoing_response_error_code_t result = {.is_err = true};
  result.val.err.tag = WASI_HTTP_TYPES_ERROR_CODE_INTERNAL_ERROR;
  result.val.err.val.internal_error = (http_echo_option_string_t){.is_some = true, .val = {(uint8_t *)"told", 4}};
  wasi_http_types_static_response_outparam_set(of->outparam, &result);
}

static void answer_begun(const call *of, bool traps) {
  reply to;
  stream_error error;
  begin(of, 200, plain(), &to);
  write_all(&to, "begun", 5);
  OUT(blocking_flush)(to.stream, &error);
  if (traps) __builtin_trap();
  wasi_io_streams_output_stream_drop_own(to.owned);
  wasi_http_types_outgoing_body_drop_own(to.body);
}

static void spin(void) {
  for (volatile uint32_t turns = 0;; turns++) continue;
}

static void answer(const call *of) {
  if (is(of->path, "/hello")) say(of, 200, "Hello, world!", 13);
  else if (is(of->path, "/headers")) answer_headers(of);
  else if (of->path.len > 8 && memcmp(of->path.ptr, "/status/", 8) == 0) answer_status(of);
  else if (is(of->path, "/trailers")) answer_trailers(of);
  else if (is(of->path, "/slow")) answer_slow(of);
  else if (is(of->path, "/big")) answer_big(of);
  else if (is(of->path, "/early")) say(of, 200, "early", 5);
  else if (is(of->path, "/drain")) answer_drain(of);
  else if (is(of->path, "/forward")) answer_forward(of);
  else if (is(of->path, "/error")) answer_error(of);
  else if (is(of->path, "/silent")) return;
  else if (is(of->path, "/trap-before")) __builtin_trap();
  else if (is(of->path, "/trap-after")) answer_begun(of, true);
  else if (is(of->path, "/cut")) answer_begun(of, false);
  else if (is(of->path, "/spin")) spin();
  else if (is(of->path, "/length")) answer_length(of);
  else if (is(of->path, "/rules")) answer_rules(of);
  else answer_echo(of);
}

void exports_wasi_http_incoming_handler_handle(exports_wasi_http_incoming_handler_own_incoming_request_t request,
                                               exports_wasi_http_incoming_handler_own_response_outparam_t outparam) {
  call of = {.request = wasi_http_types_borrow_incoming_request(request), .outparam = outparam};
  str whole = {NULL, 0};
  if (!ASKED(path_with_query)(of.request, &whole)) http_echo_string_dup(&whole, "/");
  size_t mark = 0;
  while (mark < whole.len && whole.ptr[mark] != '?') mark++;
  of.path = (str){whole.ptr, mark};
  if (mark < whole.len) of.query = (str){whole.ptr + mark + 1, whole.len - mark - 1};
  answer(&of);
  http_echo_string_free(&whole);
  wasi_http_types_incoming_request_drop_own(request);
}
