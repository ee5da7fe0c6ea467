/**
 * The other half of HTTP: an exchange of this host's server that a guest answers (`wasi:http/incoming-handler`). Its bodies are
 * streams of the guest's session like any other, so that one question waits for them and for what the guest fetches meanwhile.
 */
import type { IncomingMessage } from 'node:http';
import { Writable } from 'node:stream';
import { HostError } from '../errors.js';
import type { IoOperations, IoSession } from '../io.js';
import type { Value } from '../values.js';
import { closedError } from './denied.js';
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
  /** Answers with a whole body. @param headers names and values in turn */
  answer(status: number, headers: string[], body: Uint8Array): void;
  /** The answer cannot be sent as it is: another one says so, or the connection is cut. */
  failed(thrown: unknown): void;
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
    /** (exchange, status, headers, body, trailers): the whole answer. */
    'http.guest-answer': answerNothing((session, [exchange, status, headers, body, trailers]) => {
      const served = find(session, Number(exchange));
      telling(served, () => {
        const last = trailers as unknown as HeaderList;
        if (last.length === 0) {
          served.answer(Number(status), flat(headers), body as Uint8Array);
          return;
        }
        const sink = replySink(served.respond(Number(status), flat(headers)));
        thingsOf(session).add(sink);
        sink.write(body as Uint8Array);
        sink.end(last);
      });
    }),
    /** (exchange, status, headers, bytes): the answer begins with these. */
    'http.guest-respond': answerNothing((session, [exchange, status, headers, bytes]) => {
      const served = find(session, Number(exchange));
      telling(served, () => {
        const sink = replySink(served.respond(Number(status), flat(headers)));
        repliesOf(session).set(Number(exchange), { sink, id: thingsOf(session).add(sink) });
        const first = bytes as Uint8Array;
        if (first.length === 0) return;
        sink.write(first);
        sink.onFlush();
      });
    }),
    /** (exchange, bytes): no more than there was room for. */
    'http.guest-write': answerNothing((session, [exchange, bytes]) => {
      replyOf(session, exchange).sink.write(bytes as Uint8Array);
    }),
    /** (exchange) */
    'http.guest-flush': answerNothing((session, [exchange]) => replyOf(session, exchange).sink.onFlush()),
    /** (exchange, trailers): the answer is complete. */
    'http.guest-finish': answerNothing((session, [exchange, trailers]) => {
      replyOf(session, exchange).sink.end(trailers as unknown as HeaderList);
    }),
    /** (exchange): it never will be. */
    'http.guest-cut': answerNothing((session, [exchange]) => thingsOf(session).close(replyOf(session, exchange).id)),
    /** (exchange) → the id of the answer's body, for questions that wait. */
    'http.guest-sink': (session, [exchange]) => replyOf(session, exchange).id,
    /** (exchange, status, headers) */
    'http.guest-inform': answerNothing((session, [exchange, status, headers]) => {
      find(session, Number(exchange)).inform(Number(status), flat(headers));
    }),
  };
}

interface Reply {
  readonly sink: ByteSink;
  readonly id: number;
}

/** By exchange: a session serves one request after another. */
function repliesOf(session: IoSession): Map<number, Reply> {
  return session.keep('http.replies', () => ({ value: new Map<number, Reply>(), close: () => {} }));
}

function replyOf(session: IoSession, exchange: Value | undefined): Reply {
  const found = repliesOf(session).get(Number(exchange));
  if (found === undefined) throw closedError('the answer');
  return found;
}

/** Nobody waits for what these operations answer, so the client is told what went wrong. */
function telling(served: ServedExchange, run: () => void): void {
  try {
    run();
  } catch (thrown) {
    served.failed(thrown);
  }
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
