/** Clients that are slow or wrong: what Node's parser refuses, and connections on which nothing moves. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { State } from './server-state.js';

export const MAX_HEADER_BYTES = 16 * 1024;

/** What Node's parser refuses, and requests that take too long to arrive. */
export function refuseConnection(state: State, error: NodeJS.ErrnoException, socket: Socket): void {
  const exchange = state.sockets.get(socket) ?? null;
  if (LOST.test(error.code ?? '') || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, text] = refusalOf(error.code);
  const refuse = () => endWith(socket, status, text, status === 408 ? 'Timeout' : 'Invalid');
  if (exchange === null || exchange.response.writableFinished) refuse();
  // What is wrong came behind a whole request, which is answered first.
  else if (exchange.request.complete) {
    if (error.code !== 'HPE_CLOSED_CONNECTION') exchange.response.once('finish', refuse);
  } else if (exchange.response.headersSent) socket.destroy();
  else refuse();
}

/** Errors of the connection itself: nobody is there to read an answer, or nobody could. */
const LOST = /^(?:ECONNRESET|EPIPE|ECONNABORTED|ETIMEDOUT|ERR_(?:SSL|TLS)_.*)$/;

/** Tunnels are for proxies. */
export function refuseConnect(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  endWith(socket, 501, 'CONNECT is for proxies', 'Invalid');
}

function endWith(socket: Socket, status: number, error: string, kind: string): void {
  const body = JSON.stringify({ error, kind });
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body);
  // What is still on its way is read and dropped, so that the answer arrives.
  socket.resume();
  setTimeout(() => socket.destroy(), 500).unref();
}

function refusalOf(code: string | undefined): readonly [status: number, text: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, `request headers too large: at most ${MAX_HEADER_BYTES} bytes`];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'the request took too long to arrive'];
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return [413, 'chunk extensions too large'];
    case 'HPE_INVALID_VERSION':
    case 'HPE_PAUSED_H2_UPGRADE':
      return [505, 'HTTP/1.1 is spoken here'];
    default:
      return [400, 'malformed HTTP request'];
  }
}

/**
 * Watches a connection on which nothing may stand still for the write timeout. Node would do so for every request, by a timer for each;
 * what is answered at once and sent needs none.
 */
export function watchSilence({ app }: State, socket: Socket): void {
  if (app.timeouts.write !== null) socket.setTimeout(app.timeouts.write);
}

/** Nothing moved on a connection for the write timeout: it ends if its client owes us that, or if nothing goes on. */
export function onSilence(state: State, socket: Socket): void {
  const exchange = state.sockets.get(socket) ?? null;
  if (exchange === null || socket.writableLength > 0) socket.destroy();
  else watchSilence(state, socket);
}
