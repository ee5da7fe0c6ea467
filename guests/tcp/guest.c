/* Sockets: every step waits on its pollable and goes on. */
#include "tcp.h"
#include "text.h"

typedef tcp_string_t str;
typedef tcp_list_u8_t bytes;
typedef wasi_sockets_network_error_code_t code;
typedef wasi_sockets_network_ip_socket_address_t address;
typedef wasi_sockets_network_ip_address_t ip;
typedef wasi_sockets_network_borrow_network_t network;
typedef wasi_io_streams_stream_error_t stream_error;
typedef wasi_io_poll_own_pollable_t own_pollable;
typedef wasi_sockets_tcp_own_tcp_socket_t own_tcp;
typedef wasi_sockets_tcp_borrow_tcp_socket_t tcp_socket;
typedef wasi_sockets_tcp_tuple2_own_input_stream_own_output_stream_t streams;

#define TCP(name) wasi_sockets_tcp_method_tcp_socket_##name
#define UDP(name) wasi_sockets_udp_method_udp_socket_##name
#define OUT(name) wasi_io_streams_method_output_stream_##name
#define IN(name) wasi_io_streams_method_input_stream_##name
#define WOULD_BLOCK WASI_SOCKETS_NETWORK_ERROR_CODE_WOULD_BLOCK
#define NS_PER_MS 1000000ull
#define AT_ONCE 4096

static const char *const CODES[] = {
    "unknown", "access-denied", "not-supported", "invalid-argument", "out-of-memory", "timeout", "concurrency-conflict",
    "not-in-progress", "would-block", "invalid-state", "new-socket-limit", "address-not-bindable", "address-in-use",
    "remote-unreachable", "connection-refused", "connection-reset", "connection-aborted", "datagram-too-large",
    "name-unresolvable", "temporary-resolver-failure", "permanent-resolver-failure"};

static bool fail(text *why, const char *step, code error) {
  why->len = 0;
  add(why, step);
  add(why, ": ");
  add(why, error < sizeof CODES / sizeof *CODES ? CODES[error] : "no such error code");
  return false;
}

static bool fail_text(text *why, const char *what) {
  why->len = 0;
  add(why, what);
  return false;
}

static bool fail_stream(text *why, const char *step, stream_error *error) {
  fail_text(why, step);
  if (error->tag == WASI_IO_STREAMS_STREAM_ERROR_CLOSED) {
    add(why, ": closed");
    return false;
  }
  str said;
  wasi_io_error_method_error_to_debug_string(wasi_io_error_borrow_error(error->val.last_operation_failed), &said);
  add(why, ": ");
  add_bytes(why, said.ptr, said.len);
  tcp_string_free(&said);
  wasi_io_error_error_drop_own(error->val.last_operation_failed);
  return false;
}

static void wait_for(own_pollable pollable) {
  wasi_io_poll_method_pollable_block(wasi_io_poll_borrow_pollable(pollable));
  wasi_io_poll_pollable_drop_own(pollable);
}

/* Whether it was ready within that many milliseconds. */
static bool ready_within(own_pollable pollable, uint64_t ms) {
  own_pollable timer = wasi_clocks_monotonic_clock_subscribe_duration(ms * NS_PER_MS);
  wasi_io_poll_borrow_pollable_t both[] = {wasi_io_poll_borrow_pollable(pollable), wasi_io_poll_borrow_pollable(timer)};
  wasi_io_poll_list_borrow_pollable_t in = {both, 2};
  tcp_list_u32_t ready;
  wasi_io_poll_poll(&in, &ready);
  bool first = ready.ptr[0] == 0;
  tcp_list_u32_free(&ready);
  wasi_io_poll_pollable_drop_own(pollable);
  wasi_io_poll_pollable_drop_own(timer);
  return first;
}

/* Calls until it does not answer would-block; the socket's pollable says when to ask again. */
#define AWAIT(why, step, subscribe, call) \
  for (;;) { \
    code error; \
    if (call) break; \
    if (error != WOULD_BLOCK) return fail(why, step, error); \
    wait_for(subscribe); \
  }

/* --- addresses -------------------------------------------------------------------------------------------------- */

static void add_ip(text *to, ip from) {
  if (from.tag == WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV4) {
    const uint8_t parts[] = {from.val.ipv4.f0, from.val.ipv4.f1, from.val.ipv4.f2, from.val.ipv4.f3};
    for (int i = 0; i < 4; i++) {
      if (i > 0) add(to, ".");
      add_number(to, parts[i]);
    }
    return;
  }
  const uint16_t parts[] = {from.val.ipv6.f0, from.val.ipv6.f1, from.val.ipv6.f2, from.val.ipv6.f3,
                            from.val.ipv6.f4, from.val.ipv6.f5, from.val.ipv6.f6, from.val.ipv6.f7};
  for (int i = 0; i < 8; i++) {
    if (i > 0) add(to, ":");
    for (int shift = 12; shift >= 0; shift -= 4)
      if (shift == 0 || parts[i] >> shift) add_bytes(to, &"0123456789abcdef"[parts[i] >> shift & 15], 1);
  }
}

static void add_address(text *to, address from) {
  ip host = {.tag = from.tag};
  if (from.tag == WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4) host.val.ipv4 = from.val.ipv4.address;
  else host.val.ipv6 = from.val.ipv6.address;
  add_ip(to, host);
  add(to, " ");
  add_number(to, from.tag == WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4 ? from.val.ipv4.port : from.val.ipv6.port);
}

static address address_of(ip host, uint16_t port) {
  address made = {.tag = host.tag};
  if (host.tag == WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV4) {
    made.val.ipv4.port = port;
    made.val.ipv4.address = host.val.ipv4;
  } else {
    made.val.ipv6.port = port;
    made.val.ipv6.address = host.val.ipv6;
  }
  return made;
}

/* Calls `found` for each address until it answers false. */
static bool lookup(network net, str name, text *why, bool (*found)(ip, void *), void *context) {
  wasi_sockets_ip_name_lookup_own_resolve_address_stream_t owned;
  code refused;
  if (!wasi_sockets_ip_name_lookup_resolve_addresses(net, &name, &owned, &refused)) return fail(why, "resolve", refused);
  wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t stream = wasi_sockets_ip_name_lookup_borrow_resolve_address_stream(owned);
  wasi_sockets_ip_name_lookup_option_ip_address_t next;
  do {
    AWAIT(why, "resolve", wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(stream),
          wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(stream, &next, &error))
  } while (next.is_some && found(next.val, context));
  wasi_sockets_ip_name_lookup_resolve_address_stream_drop_own(owned);
  return true;
}

typedef struct {
  ip first;
  bool any;
} first_found;

static bool keep_first(ip found, void *context) {
  *(first_found *)context = (first_found){found, true};
  return false;
}

/* The first address of a name; an address in text is one too. */
static bool resolve_first(network net, str host, uint16_t port, address *ret, text *why) {
  first_found found = {.any = false};
  if (!lookup(net, host, why, keep_first, &found)) return false;
  if (!found.any) return fail_text(why, "resolve: no address");
  *ret = address_of(found.first, port);
  return true;
}

typedef struct {
  str *ptr;
  size_t len;
} names;

static bool collect(ip found, void *context) {
  names *to = context;
  text name = {0};
  add_ip(&name, found);
  to->ptr = realloc(to->ptr, (to->len + 1) * sizeof *to->ptr);
  if (!to->ptr) abort();
  to->ptr[to->len++] = (str){name.ptr, name.len};
  return true;
}

/* --- TCP -------------------------------------------------------------------------------------------------------- */

typedef struct {
  wasi_sockets_network_own_network_t network;
  own_tcp owned;
  tcp_socket socket;
  streams io;
} connection;

static bool create(wasi_sockets_network_ip_address_family_t family, connection *ret, text *why) {
  code error;
  if (!wasi_sockets_tcp_create_socket_create_tcp_socket(family, &ret->owned, &error)) return fail(why, "create", error);
  ret->socket = wasi_sockets_tcp_borrow_tcp_socket(ret->owned);
  return true;
}

static bool connect(str host, uint16_t port, connection *ret, text *why) {
  address remote;
  code refused;
  ret->network = wasi_sockets_instance_network_instance_network();
  network net = wasi_sockets_network_borrow_network(ret->network);
  if (!resolve_first(net, host, port, &remote, why) || !create(remote.tag, ret, why)) return false;
  if (!TCP(start_connect)(ret->socket, net, &remote, &refused)) return fail(why, "connect", refused);
  AWAIT(why, "connect", TCP(subscribe)(ret->socket), TCP(finish_connect)(ret->socket, &ret->io, &error))
  return true;
}

static void drop_streams(streams io) {
  wasi_io_streams_input_stream_drop_own(io.f0);
  wasi_io_streams_output_stream_drop_own(io.f1);
}

static void drop(connection *what) {
  drop_streams(what->io);
  wasi_sockets_tcp_tcp_socket_drop_own(what->owned);
  wasi_sockets_network_network_drop_own(what->network);
}

static bool send_all(wasi_io_streams_own_output_stream_t to, const uint8_t *from, size_t length, text *why) {
  stream_error error;
  for (size_t at = 0; at < length; at += AT_ONCE) {
    bytes part = {(uint8_t *)from + at, length - at < AT_ONCE ? length - at : AT_ONCE};
    if (!OUT(blocking_write_and_flush)(wasi_io_streams_borrow_output_stream(to), &part, &error)) return fail_stream(why, "send", &error);
  }
  return true;
}

static bool exchange(str host, uint16_t port, bytes data, text *to, text *why) {
  connection of;
  stream_error error;
  code refused;
  bytes part;
  if (!connect(host, port, &of, why) || !send_all(of.io.f1, data.ptr, data.len, why)) return false;
  if (!TCP(shutdown)(of.socket, WASI_SOCKETS_TCP_SHUTDOWN_TYPE_SEND, &refused)) return fail(why, "shutdown", refused);
  while (IN(blocking_read)(wasi_io_streams_borrow_input_stream(of.io.f0), 16 * AT_ONCE, &part, &error)) {
    add_bytes(to, part.ptr, part.len);
    tcp_list_u8_free(&part);
  }
  if (error.tag != WASI_IO_STREAMS_STREAM_ERROR_CLOSED) return fail_stream(why, "receive", &error);
  drop(&of);
  return true;
}

static bool addresses(str host, uint16_t port, text *to, text *why) {
  connection of;
  address local, remote;
  code refused;
  if (!connect(host, port, &of, why)) return false;
  if (!TCP(local_address)(of.socket, &local, &refused)) return fail(why, "local-address", refused);
  if (!TCP(remote_address)(of.socket, &remote, &refused)) return fail(why, "remote-address", refused);
  add_address(to, local);
  add(to, " ");
  add_address(to, remote);
  drop(&of);
  return true;
}

static bool listen(str host, uint16_t port, connection *ret, text *why) {
  address local;
  code refused;
  ret->network = wasi_sockets_instance_network_instance_network();
  network net = wasi_sockets_network_borrow_network(ret->network);
  if (!resolve_first(net, host, port, &local, why) || !create(local.tag, ret, why)) return false;
  if (!TCP(start_bind)(ret->socket, net, &local, &refused)) return fail(why, "bind", refused);
  AWAIT(why, "bind", TCP(subscribe)(ret->socket), TCP(finish_bind)(ret->socket, &error))
  if (!TCP(start_listen)(ret->socket, &refused)) return fail(why, "listen", refused);
  AWAIT(why, "listen", TCP(subscribe)(ret->socket), TCP(finish_listen)(ret->socket, &error))
  return TCP(is_listening)(ret->socket) || fail_text(why, "listen: not listening");
}

static void drop_listener(connection *what) {
  wasi_sockets_tcp_tcp_socket_drop_own(what->owned);
  wasi_sockets_network_network_drop_own(what->network);
}

static bool serve_once(str host, uint16_t port, uint64_t ms, uint64_t *ret, text *why) {
  connection of;
  wasi_sockets_tcp_tuple3_own_tcp_socket_own_input_stream_own_output_stream_t client;
  code refused;
  stream_error error;
  bytes part;
  *ret = 0;
  if (!listen(host, port, &of, why)) return false;
  if (!ready_within(TCP(subscribe)(of.socket), ms)) return fail_text(why, "accept: nobody came");
  if (!TCP(accept)(of.socket, &client, &refused)) return fail(why, "accept", refused);
  while (IN(blocking_read)(wasi_io_streams_borrow_input_stream(client.f1), AT_ONCE, &part, &error)) {
    *ret += part.len;
    bool ok = send_all(client.f2, part.ptr, part.len, why);
    tcp_list_u8_free(&part);
    if (!ok) return false;
  }
  wasi_io_streams_input_stream_drop_own(client.f1);
  wasi_io_streams_output_stream_drop_own(client.f2);
  wasi_sockets_tcp_tcp_socket_drop_own(client.f0);
  drop_listener(&of);
  return true;
}

static bool listen_port(str host, uint16_t port, uint16_t *ret, text *why) {
  connection of;
  address local;
  code refused;
  if (!listen(host, port, &of, why)) return false;
  if (!TCP(local_address)(of.socket, &local, &refused)) return fail(why, "local-address", refused);
  *ret = local.tag == WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4 ? local.val.ipv4.port : local.val.ipv6.port;
  drop_listener(&of);
  return true;
}

/* --- UDP -------------------------------------------------------------------------------------------------------- */

typedef struct {
  wasi_sockets_network_own_network_t network;
  wasi_sockets_udp_own_udp_socket_t owned;
  wasi_sockets_udp_tuple2_own_incoming_datagram_stream_own_outgoing_datagram_stream_t io;
  address remote;
} udp;

static bool open_udp(str host, uint16_t port, bool connected, udp *ret, text *why) {
  code refused;
  ret->network = wasi_sockets_instance_network_instance_network();
  network net = wasi_sockets_network_borrow_network(ret->network);
  if (!resolve_first(net, host, port, &ret->remote, why)) return false;
  if (!wasi_sockets_udp_create_socket_create_udp_socket(ret->remote.tag, &ret->owned, &refused)) return fail(why, "create", refused);
  wasi_sockets_udp_borrow_udp_socket_t socket = wasi_sockets_udp_borrow_udp_socket(ret->owned);
  ip any = {.tag = ret->remote.tag};
  address local = address_of(any, 0);
  if (!UDP(start_bind)(socket, net, &local, &refused)) return fail(why, "bind", refused);
  AWAIT(why, "bind", UDP(subscribe)(socket), UDP(finish_bind)(socket, &error))
  if (!UDP(stream)(socket, connected ? &ret->remote : NULL, &ret->io, &refused)) return fail(why, "stream", refused);
  return true;
}

static void drop_udp(udp *what) {
  wasi_sockets_udp_incoming_datagram_stream_drop_own(what->io.f0);
  wasi_sockets_udp_outgoing_datagram_stream_drop_own(what->io.f1);
  wasi_sockets_udp_udp_socket_drop_own(what->owned);
  wasi_sockets_network_network_drop_own(what->network);
}

static bool send_one(udp *of, bytes data, bool names_remote, uint64_t *sent, text *why) {
  wasi_sockets_udp_borrow_outgoing_datagram_stream_t out = wasi_sockets_udp_borrow_outgoing_datagram_stream(of->io.f1);
  wasi_sockets_udp_outgoing_datagram_t datagram = {.data = data, .remote_address = {.is_some = names_remote, .val = of->remote}};
  wasi_sockets_udp_list_outgoing_datagram_t all = {&datagram, 1};
  code refused;
  uint64_t allowed = 0;
  while (allowed == 0) {
    if (!wasi_sockets_udp_method_outgoing_datagram_stream_check_send(out, &allowed, &refused)) return fail(why, "check-send", refused);
    if (allowed == 0) wait_for(wasi_sockets_udp_method_outgoing_datagram_stream_subscribe(out));
  }
  if (!wasi_sockets_udp_method_outgoing_datagram_stream_send(out, &all, sent, &refused)) return fail(why, "send", refused);
  return true;
}

static bool udp_exchange(str host, uint16_t port, bytes data, uint64_t ms, bytes *ret, text *why) {
  udp of;
  code refused;
  uint64_t sent;
  wasi_sockets_udp_list_incoming_datagram_t got;
  if (!open_udp(host, port, true, &of, why) || !send_one(&of, data, false, &sent, why)) return false;
  wasi_sockets_udp_borrow_incoming_datagram_stream_t in = wasi_sockets_udp_borrow_incoming_datagram_stream(of.io.f0);
  if (!ready_within(wasi_sockets_udp_method_incoming_datagram_stream_subscribe(in), ms)) return fail_text(why, "receive: nothing came");
  if (!wasi_sockets_udp_method_incoming_datagram_stream_receive(in, 1, &got, &refused)) return fail(why, "receive", refused);
  if (got.len != 1) return fail_text(why, "receive: no datagram");
  *ret = got.ptr[0].data;
  free(got.ptr);
  drop_udp(&of);
  return true;
}

static bool udp_send_to(str host, uint16_t port, bytes data, uint64_t *ret, text *why) {
  udp of;
  if (!open_udp(host, port, false, &of, why) || !send_one(&of, data, true, ret, why)) return false;
  drop_udp(&of);
  return true;
}

/* --- options ---------------------------------------------------------------------------------------------------- */

static void add_option(names *to, const char *name, bool ok, code error, uint64_t value) {
  text said = {0};
  add(&said, name);
  add(&said, ok ? "=" : "!");
  if (ok) add_number(&said, value);
  else add(&said, CODES[error]);
  to->ptr = realloc(to->ptr, (to->len + 1) * sizeof *to->ptr);
  if (!to->ptr) abort();
  to->ptr[to->len++] = (str){said.ptr, said.len};
}

#define OPTION(type, name, set_to) \
  { \
    type value = set_to; \
    code error; \
    bool ok = TCP(set_##name)(of.socket, value, &error) && TCP(name)(of.socket, &value, &error); \
    add_option(to, #name, ok, error, value); \
  }

static bool options(names *to, text *why) {
  connection of;
  code refused;
  if (!create(WASI_SOCKETS_NETWORK_IP_ADDRESS_FAMILY_IPV4, &of, why)) return false;
  OPTION(bool, keep_alive_enabled, true)
  OPTION(uint64_t, keep_alive_idle_time, 60000 * NS_PER_MS)
  OPTION(uint64_t, keep_alive_interval, 5000 * NS_PER_MS)
  OPTION(uint32_t, keep_alive_count, 4)
  OPTION(uint8_t, hop_limit, 32)
  OPTION(uint64_t, receive_buffer_size, 65536)
  OPTION(uint64_t, send_buffer_size, 65536)
  bool ok = TCP(set_listen_backlog_size)(of.socket, 16, &refused);
  add_option(to, "listen_backlog_size", ok, refused, 16);
  add_option(to, "address_family", true, 0, TCP(address_family)(of.socket));
  wasi_sockets_tcp_tcp_socket_drop_own(of.owned);
  return true;
}

/* --- exports ---------------------------------------------------------------------------------------------------- */

static bool end(bool ok, text *why, str *err) {
  if (!ok) *err = (str){why->ptr, why->len};
  return ok;
}

bool exports_tcp_resolve(str *name, tcp_list_string_t *ret, str *err) {
  text why = {0};
  names found = {0};
  wasi_sockets_network_own_network_t net = wasi_sockets_instance_network_instance_network();
  bool ok = lookup(wasi_sockets_network_borrow_network(net), *name, &why, collect, &found);
  wasi_sockets_network_network_drop_own(net);
  tcp_string_free(name);
  *ret = (tcp_list_string_t){found.ptr, found.len};
  return end(ok, &why, err);
}

bool exports_tcp_exchange(str *host, uint16_t port, bytes *data, bytes *ret, str *err) {
  text why = {0}, got = {0};
  bool ok = exchange(*host, port, *data, &got, &why);
  *ret = (bytes){got.ptr, got.len};
  tcp_string_free(host);
  tcp_list_u8_free(data);
  return end(ok, &why, err);
}

bool exports_tcp_addresses(str *host, uint16_t port, str *ret, str *err) {
  text why = {0}, got = {0};
  bool ok = addresses(*host, port, &got, &why);
  *ret = (str){got.ptr, got.len};
  tcp_string_free(host);
  return end(ok, &why, err);
}

bool exports_tcp_knock(str *host, uint16_t port, str *err) {
  text why = {0};
  connection of;
  bool ok = connect(*host, port, &of, &why);
  if (ok) drop(&of);
  tcp_string_free(host);
  return end(ok, &why, err);
}

bool exports_tcp_listen(str *host, uint16_t port, uint16_t *ret, str *err) {
  text why = {0};
  bool ok = listen_port(*host, port, ret, &why);
  tcp_string_free(host);
  return end(ok, &why, err);
}

bool exports_tcp_serve_once(str *host, uint16_t port, uint64_t ms, uint64_t *ret, str *err) {
  text why = {0};
  bool ok = serve_once(*host, port, ms, ret, &why);
  tcp_string_free(host);
  return end(ok, &why, err);
}

bool exports_tcp_udp_exchange(str *host, uint16_t port, bytes *data, uint64_t ms, bytes *ret, str *err) {
  text why = {0};
  bool ok = udp_exchange(*host, port, *data, ms, ret, &why);
  tcp_string_free(host);
  tcp_list_u8_free(data);
  return end(ok, &why, err);
}

bool exports_tcp_udp_send_to(str *host, uint16_t port, bytes *data, uint64_t *ret, str *err) {
  text why = {0};
  bool ok = udp_send_to(*host, port, *data, ret, &why);
  tcp_string_free(host);
  tcp_list_u8_free(data);
  return end(ok, &why, err);
}

bool exports_tcp_options(tcp_list_string_t *ret, str *err) {
  text why = {0};
  names said = {0};
  bool ok = options(&said, &why);
  *ret = (tcp_list_string_t){said.ptr, said.len};
  return end(ok, &why, err);
}
