/* The standard streams, every operation of wasi:io/streams on them. */
#include "stdio.h"
#include <stdlib.h>
#include <string.h>

typedef wasi_io_streams_own_output_stream_t own_out;
typedef wasi_io_streams_borrow_output_stream_t out_stream;
typedef wasi_io_streams_own_input_stream_t own_in;
typedef wasi_io_streams_borrow_input_stream_t in_stream;
typedef wasi_io_streams_stream_error_t stream_error;

#define OUT(name) wasi_io_streams_method_output_stream_##name
#define IN(name) wasi_io_streams_method_input_stream_##name
#define AT_ONCE 4096

static own_out open_out(stdio_target_t to) {
  return to == STDIO_TARGET_OUT ? wasi_cli_stdout_get_stdout() : wasi_cli_stderr_get_stderr();
}

static void describe(stream_error *error, stdio_string_t *err) {
  if (error->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
    stdio_string_dup(err, "closed");
    return;
  }
  stdio_string_t text;
  wasi_io_error_method_error_to_debug_string(wasi_io_error_borrow_error(error->val.last_operation_failed), &text);
  err->len = 8 + text.len;
  err->ptr = malloc(err->len);
  if (!err->ptr) abort();
  memcpy(err->ptr, "failed: ", 8);
  memcpy(err->ptr + 8, text.ptr, text.len);
  stdio_string_free(&text);
  wasi_io_error_error_drop_own(error->val.last_operation_failed);
}

/* Runs CALL with `stream` borrowed from the target's stream and `error` for what it says; true unless that was an error. */
#define WITH_OUT(to, call) \
  own_out owned = open_out(to); \
  out_stream stream = wasi_io_streams_borrow_output_stream(owned); \
  stream_error error; \
  bool ok = (call); \
  if (!ok) describe(&error, err); \
  wasi_io_streams_output_stream_drop_own(owned); \
  return ok;

#define WITH_IN(call) \
  own_in owned = wasi_cli_stdin_get_stdin(); \
  in_stream stream = wasi_io_streams_borrow_input_stream(owned); \
  stream_error error; \
  bool ok = (call); \
  if (!ok) describe(&error, err); \
  wasi_io_streams_input_stream_drop_own(owned); \
  return ok;

static bool wait_out(out_stream stream) {
  wasi_io_poll_own_pollable_t pollable = OUT(subscribe)(stream);
  wasi_io_poll_borrow_pollable_t borrowed = wasi_io_poll_borrow_pollable(pollable);
  wasi_io_poll_method_pollable_block(borrowed);
  bool ready = wasi_io_poll_method_pollable_ready(borrowed);
  wasi_io_poll_pollable_drop_own(pollable);
  return ready;
}

static bool write_pieces(out_stream stream, uint64_t total, uint32_t piece, stream_error *error) {
  uint8_t *line = malloc(piece > 0 ? piece : 1);
  if (!line) abort();
  for (uint64_t at = 0; at < total;) {
    uint64_t allowed, length = total - at < piece ? total - at : piece;
    if (!OUT(check_write)(stream, &allowed, error)) return false;
    if (allowed == 0) {
      wait_out(stream);
      continue;
    }
    if (length > allowed) length = allowed;
    for (uint64_t i = 0; i < length; i++) line[i] = (at + i) % 64 == 63 ? '\n' : 'a' + (at + i) % 64 % 26;
    stdio_list_u8_t bytes = {line, length};
    if (!OUT(write)(stream, &bytes, error)) return false;
    at += length;
  }
  free(line);
  return OUT(blocking_flush)(stream, error);
}

bool exports_stdio_write_pieces(stdio_target_t to, uint64_t total, uint32_t piece, stdio_string_t *err) {
  if (piece == 0) abort();
  WITH_OUT(to, write_pieces(stream, total, piece, &error))
}

static bool write_bytes(out_stream stream, stdio_list_u8_t *bytes, stream_error *error) {
  for (size_t at = 0; at < bytes->len; at += AT_ONCE) {
    stdio_list_u8_t part = {bytes->ptr + at, bytes->len - at < AT_ONCE ? bytes->len - at : AT_ONCE};
    if (!OUT(blocking_write_and_flush)(stream, &part, error)) return false;
  }
  return true;
}

bool exports_stdio_write_bytes(stdio_target_t to, stdio_list_u8_t *bytes, stdio_string_t *err) {
  WITH_OUT(to, write_bytes(stream, bytes, &error))
}

bool exports_stdio_write_at_once(stdio_target_t to, stdio_list_u8_t *bytes, stdio_string_t *err) {
  WITH_OUT(to, OUT(blocking_write_and_flush)(stream, bytes, &error))
}

bool exports_stdio_write_unasked(stdio_target_t to, stdio_list_u8_t *bytes, stdio_string_t *err) {
  WITH_OUT(to, OUT(write)(stream, bytes, &error))
}

static bool write_beyond(out_stream stream, uint64_t more, stream_error *error) {
  uint64_t allowed;
  if (!OUT(check_write)(stream, &allowed, error)) return false;
  stdio_list_u8_t bytes = {calloc(allowed + more, 1), allowed + more};
  if (!bytes.ptr) abort();
  return OUT(write)(stream, &bytes, error);
}

bool exports_stdio_write_beyond(stdio_target_t to, uint64_t more, stdio_string_t *err) {
  WITH_OUT(to, write_beyond(stream, more, &error))
}

bool exports_stdio_check_write(stdio_target_t to, uint64_t *ret, stdio_string_t *err) {
  WITH_OUT(to, OUT(check_write)(stream, ret, &error))
}

bool exports_stdio_flush(stdio_target_t to, stdio_string_t *err) { WITH_OUT(to, OUT(flush)(stream, &error)) }

bool exports_stdio_blocking_flush(stdio_target_t to, stdio_string_t *err) { WITH_OUT(to, OUT(blocking_flush)(stream, &error)) }

static bool write_zeroes(out_stream stream, uint64_t len, stream_error *error) {
  uint64_t allowed;
  return OUT(check_write)(stream, &allowed, error) && OUT(write_zeroes)(stream, len, error) && OUT(blocking_flush)(stream, error);
}

bool exports_stdio_write_zeroes(stdio_target_t to, uint64_t len, stdio_string_t *err) {
  WITH_OUT(to, write_zeroes(stream, len, &error))
}

bool exports_stdio_blocking_write_zeroes_and_flush(stdio_target_t to, uint64_t len, stdio_string_t *err) {
  WITH_OUT(to, OUT(blocking_write_zeroes_and_flush)(stream, len, &error))
}

static bool splice(stdio_target_t to, uint64_t len, bool blocking, uint64_t *ret, stdio_string_t *err) {
  own_in input = wasi_cli_stdin_get_stdin();
  in_stream from = wasi_io_streams_borrow_input_stream(input);
  own_out output = open_out(to);
  out_stream stream = wasi_io_streams_borrow_output_stream(output);
  stream_error error;
  bool ok = blocking ? OUT(blocking_splice)(stream, from, len, ret, &error) : OUT(splice)(stream, from, len, ret, &error);
  if (!ok) describe(&error, err);
  wasi_io_streams_output_stream_drop_own(output);
  wasi_io_streams_input_stream_drop_own(input);
  return ok;
}

bool exports_stdio_splice(stdio_target_t to, uint64_t len, uint64_t *ret, stdio_string_t *err) { return splice(to, len, false, ret, err); }

bool exports_stdio_blocking_splice(stdio_target_t to, uint64_t len, uint64_t *ret, stdio_string_t *err) {
  return splice(to, len, true, ret, err);
}

bool exports_stdio_writable(stdio_target_t to) {
  own_out owned = open_out(to);
  bool ready = wait_out(wasi_io_streams_borrow_output_stream(owned));
  wasi_io_streams_output_stream_drop_own(owned);
  return ready;
}

bool exports_stdio_readable(void) {
  own_in owned = wasi_cli_stdin_get_stdin();
  wasi_io_poll_own_pollable_t pollable = IN(subscribe)(wasi_io_streams_borrow_input_stream(owned));
  wasi_io_poll_borrow_pollable_t borrowed = wasi_io_poll_borrow_pollable(pollable);
  wasi_io_poll_method_pollable_block(borrowed);
  bool ready = wasi_io_poll_method_pollable_ready(borrowed);
  wasi_io_poll_pollable_drop_own(pollable);
  wasi_io_streams_input_stream_drop_own(owned);
  return ready;
}

/* The end of the input is no error here. */
static bool read_all(in_stream stream, uint64_t piece, stdio_list_u8_t *ret, stream_error *error) {
  size_t room = 0;
  ret->ptr = NULL;
  ret->len = 0;
  for (;;) {
    stdio_list_u8_t bytes;
    if (!IN(blocking_read)(stream, piece, &bytes, error)) return error->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED;
    if (ret->len + bytes.len > room) {
      room = 2 * room + bytes.len;
      ret->ptr = realloc(ret->ptr, room);
      if (!ret->ptr) abort();
    }
    memcpy(ret->ptr + ret->len, bytes.ptr, bytes.len);
    ret->len += bytes.len;
    stdio_list_u8_free(&bytes);
  }
}

bool exports_stdio_read_all(uint64_t piece, stdio_list_u8_t *ret, stdio_string_t *err) { WITH_IN(read_all(stream, piece, ret, &error)) }

bool exports_stdio_read(uint64_t len, stdio_list_u8_t *ret, stdio_string_t *err) { WITH_IN(IN(read)(stream, len, ret, &error)) }

bool exports_stdio_blocking_read(uint64_t len, stdio_list_u8_t *ret, stdio_string_t *err) {
  WITH_IN(IN(blocking_read)(stream, len, ret, &error))
}

bool exports_stdio_skip(uint64_t len, uint64_t *ret, stdio_string_t *err) { WITH_IN(IN(skip)(stream, len, ret, &error)) }

bool exports_stdio_blocking_skip(uint64_t len, uint64_t *ret, stdio_string_t *err) { WITH_IN(IN(blocking_skip)(stream, len, ret, &error)) }

void exports_stdio_terminals(stdio_tuple3_bool_bool_bool_t *ret) {
  wasi_cli_terminal_stdin_own_terminal_input_t input;
  wasi_cli_terminal_stdout_own_terminal_output_t output;
  ret->f0 = wasi_cli_terminal_stdin_get_terminal_stdin(&input);
  if (ret->f0) wasi_cli_terminal_input_terminal_input_drop_own(input);
  ret->f1 = wasi_cli_terminal_stdout_get_terminal_stdout(&output);
  if (ret->f1) wasi_cli_terminal_output_terminal_output_drop_own(output);
  ret->f2 = wasi_cli_terminal_stderr_get_terminal_stderr(&output);
  if (ret->f2) wasi_cli_terminal_output_terminal_output_drop_own(output);
}

void exports_stdio_leak(uint32_t count) {
  for (uint32_t i = 0; i < count; i++) OUT(subscribe)(wasi_io_streams_borrow_output_stream(wasi_cli_stdout_get_stdout()));
}
