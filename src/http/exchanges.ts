/** Exchanges that code on other threads works on: by number, from the call that serves them to its end. */
import { onAbort } from '../abort.js';
import { HostBug, HostError } from '../errors.js';
import type { IoOperations } from '../io.js';
import type { Value } from '../values.js';
import { BodyTooLarge, checkAnnounced, readBody } from './body.js';
import { readMultipart } from './multipart.js';
import { beginReply, clientGone, hasHeader } from './reply.js';
import { checkStatus, isConnectionHeader, TEXT } from './results.js';
import type { BodyWriter, Exchange, HeaderLines } from './types.js';

export interface LiveExchange {
  readonly number: number;
  readonly exchange: Exchange;
  writer: BodyWriter | null;
  /** The body, for all who ask for the whole of it. */
  whole: Uint8Array | Promise<Uint8Array> | null;
  /** Bytes of the body that were read. */
  taken: number;
  /** It was answered with a whole body. */
  isWhole: boolean;
  /** A guest left its answer without an end. */
  isCut: boolean;
  /** Told of that, when it happens after its call. */
  onCut: (() => void) | null;
}

export interface Exchanges {
  open(exchange: Exchange): LiveExchange;
  close(live: LiveExchange): void;
  /** @throws HostError Canceled, when it is over */
  find(number: number): LiveExchange;
  /** - `http.read(n, max)` → bytes, null at the end
   * - `http.body(n, limit)` → all bytes that are left
   * - `http.multipart(n, limit)` → `{values, files}`
   * - `http.send(n, status, headers, bytes)` → null, once the client has taken enough */
  readonly operations: IoOperations;
}

export function makeExchanges(): Exchanges {
  const live = new Map<number, LiveExchange>();
  let last = 0;
  const find = (number: Value | undefined): LiveExchange => {
    const found = live.get(Number(number));
    if (found === undefined) throw clientGone();
    return found;
  };
  return {
    open(exchange) {
      last = last === Number.MAX_SAFE_INTEGER ? 1 : last + 1;
      const made: LiveExchange = {
        number: last,
        exchange,
        writer: null,
        whole: null,
        taken: 0,
        isWhole: false,
        isCut: false,
        onCut: null,
      };
      live.set(last, made);
      return made;
    },
    close: ({ number }) => void live.delete(number),
    find,
    operations: {
      'http.read': (_session, [number, max], signal) => readSome(find(number), Number(max), signal),
      'http.body': (_session, [number, limit]) => wholeBody(find(number), Number(limit)),
      'http.multipart': (_session, [number, limit]) => readMultipart(find(number).exchange, Number(limit)),
      'http.send': (_session, [number, status, headers, bytes]) =>
        sendMore(find(number), Number(status), headers as string[], bytes as Uint8Array),
    },
  };
}

/**
 * Who asks while it is being read, or later, gets the same bytes. Each has a limit of his own; a body whose length nobody announced
 * has come to its end for all where it exceeds the first one's.
 */
function wholeBody(live: LiveExchange, limit: number): Uint8Array | Promise<Uint8Array> {
  const { exchange } = live;
  const most = Math.min(limit, exchange.maxBody);
  checkAnnounced(exchange.request, most);
  live.whole ??= readBody(exchange, most);
  const bounded = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length > most) throw new BodyTooLarge(most);
    return bytes;
  };
  return live.whole instanceof Promise ? live.whole.then(bounded) : bounded(live.whole);
}

/** Sends the head, where that has not happened, and bytes; waits for a client that is slow. */
function sendMore(live: LiveExchange, status: number, headers: HeaderLines, bytes: Uint8Array): null | Promise<null> {
  if (live.writer === null) {
    const { response } = live.exchange;
    if (response.headersSent) throw new HostBug('an answer was begun twice');
    const sound = soundHeaders(headers);
    if (!hasHeader(sound, 'content-type')) sound.push('Content-Type', TEXT);
    live.writer = beginReply(live.exchange, checkStatus(status), sound);
    if (bytes.length === 0) response.flushHeaders();
  }
  const held = bytes.length === 0 ? undefined : live.writer.write(bytes);
  live.writer.flush();
  return held instanceof Promise ? held.then(() => null) : null;
}

/** What a handler may say about its answer. */
export function soundHeaders(headers: HeaderLines): HeaderLines {
  const sound: HeaderLines = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (!isConnectionHeader(headers[index]!)) sound.push(headers[index]!, headers[index + 1]!);
  }
  return sound;
}

/** The next bytes of the body, as many as there are up to `max`. */
function readSome(
  live: LiveExchange,
  max: number,
  signal: AbortSignal,
): Uint8Array | null | Promise<Uint8Array | null> {
  const { request, maxBody } = live.exchange;
  const take = (): Uint8Array | null | undefined => {
    const chunk = request.read() as Buffer | null;
    if (chunk === null) return request.readableEnded || request.complete ? null : undefined;
    if (chunk.length > max) request.unshift(chunk.subarray(max));
    const bytes = chunk.subarray(0, max);
    live.taken += bytes.length;
    if (live.taken > maxBody) throw new BodyTooLarge(maxBody);
    return bytes;
  };
  if (request.destroyed && !request.readableEnded && !request.complete) throw clientGone();
  const now = take();
  if (now !== undefined) return now;
  return new Promise((resolve, reject) => {
    const stop = () => {
      request.off('readable', look);
      request.off('end', look);
      request.off('close', gone);
      unlisten();
    };
    const look = () => {
      try {
        const bytes = take();
        if (bytes === undefined) return;
        stop();
        resolve(bytes);
      } catch (error) {
        stop();
        reject(error);
      }
    };
    const gone = () => {
      stop();
      reject(request.complete ? new HostError('Canceled', 'nobody waits for the body any more') : clientGone());
    };
    request.on('readable', look);
    request.on('end', look);
    request.on('close', gone);
    const unlisten = onAbort(signal, gone);
  });
}
