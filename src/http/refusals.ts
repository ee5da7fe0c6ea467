/** Clients that are slow or wrong: what Node's parser refuses, and connections on which nothing moves. */
import type { Socket } from 'node:net';
import type { State } from './server-state.js';

export const MAX_HEADER_BYTES = 16 * 1024;

/** What Node's parser refuses, and requests that take too long to arrive. */
export function refuseConnection(state: State, error: NodeJS.ErrnoException, socket: Socket): void {
  const exchange = state.sockets.get(socket) ?? null;
  const begun = exchange?.response.headersSent === true;
  if (error.code === 'ECONNRESET' || !socket.writable || begun) {
    socket.destroy();
    return;
  }
  const [status, text] = refusalOf(error.code);
  const body = JSON.stringify({ error: text, kind: status === 408 ? 'Timeout' : 'Invalid' });
  const head = `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  socket.end(head + body);
  // What is still on its way is read and dropped, so that the answer arrives.
  socket.resume();
  setTimeout(() => socket.destroy(), 500).unref();
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  413: 'Content Too Large',
  431: 'Request Header Fields Too Large',
};

function refusalOf(code: string | undefined): readonly [status: number, text: string] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, `request headers too large: at most ${MAX_HEADER_BYTES} bytes`];
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'the request took too long to arrive'];
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return [413, 'chunk extensions too large'];
    default:
      return [400, 'malformed HTTP request'];
  }
}

/** Nothing moved on a connection for the write timeout: it ends if its client owes us that, or if nothing goes on. */
export function onSilence(state: State, socket: Socket): void {
  const exchange = state.sockets.get(socket) ?? null;
  if (exchange === null || socket.writableLength > 0) socket.destroy();
  else socket.setTimeout(state.server.timeout);
}
