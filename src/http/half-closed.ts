/**
 * Clients that send no more. One that still listens gets its answer; one that went away ends its call. Both send the same end of
 * their bytes: only what is sent to them tells, as a client that is gone refuses it.
 */
import type { Socket } from 'node:net';
import type { State } from './server-state.js';
import type { Exchange } from './types.js';

/** Who says so along with the request means it, and is asked only where the answer takes long; who says so later has mostly gone. */
const ALONG_MS = 25;
const AGAIN_MS = 1000;
/** A refusal shows at the next bytes. */
const SECOND_MS = 15;

/** Called when the client has sent its last byte. */
export function watchHalfClosed(state: State, socket: Socket): void {
  let written = -1;
  let timer: NodeJS.Timeout;
  const ask = () => {
    const exchange = current(state, socket);
    if (exchange === null || socket.destroyed) return;
    if (mayProbe(exchange)) probe(exchange);
    else if (socket.bytesWritten === written && socket.writableLength === 0) {
      // Nothing can be sent that is no part of its answer, and none of that comes.
      socket.destroy();
      return;
    }
    written = socket.bytesWritten;
    timer = setTimeout(ask, AGAIN_MS);
  };
  const last = state.sockets.get(socket) ?? null;
  const along = last !== null && state.now() - last.startedAt < ALONG_MS;
  timer = setTimeout(ask, along ? AGAIN_MS : 0);
  socket.once('close', () => clearTimeout(timer));
}

/** Every client of HTTP/1.1 reads over an interim response. */
function mayProbe({ request, response }: Exchange): boolean {
  return !response.headersSent && request.httpVersionMinor > 0;
}

function probe(exchange: Exchange): void {
  const { response } = exchange;
  response.writeProcessing();
  setTimeout(() => {
    if (mayProbe(exchange) && !response.destroyed) response.writeProcessing();
  }, SECOND_MS);
}

/** The request of a connection that is being answered; those behind it wait. */
function current({ sockets }: State, socket: Socket): Exchange | null {
  let each = sockets.get(socket) ?? null;
  while (each !== null && each.response.socket !== socket) each = each.before;
  return each;
}
