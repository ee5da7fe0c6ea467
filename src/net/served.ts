/**
 * The other half of HTTP: an exchange of this host's server that a guest answers (`wasi:http/incoming-handler`). Its bodies are
 * streams of the guest's session like any other, so that one question waits for them and for what the guest fetches meanwhile.
 */
import type { IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { HostError } from '../errors.js';
import type { IoOperations, IoSession } from '../io.js';
import type { Value } from '../values.js';
import { HttpBody } from './http-body.js';
import { answerNothing } from './operation.js';
import { BUFFER_BYTES, ByteSink, type HeaderList } from './streams.js';
import { thingsOf } from './things.js';

/** How a server takes the body of an answer. */
interface ReplyWriter {
  /** Resolves when more may come. */
  write(bytes: Uint8Array): void | Promise<void>;
  flush(): void;
  /** @param trailers names and values in turn */
  end(trailers?: string[]): void;
  /** Cuts the connection: the answer cannot be completed. */
  cut(): void;
}

interface ServedExchange {
  readonly request: IncomingMessage;
  /** Bytes that the request's body may have. */
  readonly maxBody: number;
  /** Milliseconds between two parts of the request's body. */
  readonly betweenBytesMs: number;
  /** Sends the head. @param headers names and values in turn @throws HostError, when one was sent before */
  respond(status: number, headers: string[]): ReplyWriter;
  /** Sends an informational head. */
  inform(status: number, headers: string[]): void;
}

/** @param find the exchange of this number @throws HostError Canceled, when it is over */
export function servedOperations(find: (session: IoSession, exchange: number) => ServedExchange): IoOperations {
  return {
    /** (exchange) → the id of the request's body; once. */
    'http.guest-body': (session, [exchange]) => {
      const { request, betweenBytesMs, maxBody } = find(session, Number(exchange));
      const body = new HttpBody(request, 'request body', betweenBytesMs, maxBody);
      // The connection is the answer's, too.
      body.onClose = () => {};
      return thingsOf(session).add(body);
    },
    /** (exchange, status, headers, hasBody) → the id of the answer's body; null where there is none. */
    'http.guest-respond': (session, [exchange, status, headers, hasBody]) => {
      const writer = find(session, Number(exchange)).respond(Number(status), flat(headers));
      if (hasBody !== false) return thingsOf(session).add(replySink(writer));
      writer.end();
      return null;
    },
    /** (exchange, status, headers) */
    'http.guest-inform': answerNothing((session, [exchange, status, headers]) => {
      find(session, Number(exchange)).inform(Number(status), flat(headers));
    }),
  };
}

function flat(headers: Value): string[] {
  return (headers as unknown as HeaderList).flat();
}

function replySink(writer: ReplyWriter): ByteSink {
  let trailers: HeaderList = [];
  const stream = new Writable({
    highWaterMark: BUFFER_BYTES,
    write: (chunk: Uint8Array, _encoding, done) => {
      attempt(() => writer.write(chunk), done);
    },
    final: (done) =>
      attempt(() => writer.end(trailers.length === 0 ? undefined : flat(trailers as unknown as Value)), done),
    destroy: (error, done) => {
      if (!stream.writableFinished) writer.cut();
      done(error);
    },
  });
  const sink = new ByteSink(stream, 'response body');
  sink.beforeEnd = (list) => {
    trailers = list;
  };
  sink.onFlush = () => writer.flush();
  return sink;
}

function attempt(run: () => void | Promise<void>, done: (error?: Error | null) => void): void {
  const failed = (thrown: unknown) =>
    done(thrown instanceof Error ? thrown : new HostError('Internal', String(thrown)));
  try {
    const wait = run();
    if (wait instanceof Promise) wait.then(() => done(), failed);
    else done();
  } catch (thrown) {
    failed(thrown);
  }
}
