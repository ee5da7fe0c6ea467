/** What servers write to the log: a line for each request, and what went wrong behind it. */
import { pino } from 'pino';
import type { HostError } from '../errors.js';
import type { LogLevel, LogRecord } from '../lua/platform.js';
import type { HttpServiceConfig } from '../registry/http/services.js';
import { clientAddress, type Exchange } from './types.js';

export interface HttpLogs {
  /** For services whose access log is on; null where none is. */
  readonly onAnswered: (now: () => number) => ((exchange: Exchange, service: HttpServiceConfig) => void) | null;
  readonly onError: (exchange: Exchange, error: HostError, func: string | null) => void;
  readonly onCut: (service: string, requests: number, graceMs: number) => void;
  /** What is told before the first request. */
  readonly onStart: (told: {
    readonly level: LogRecord['level'];
    readonly message: string;
    readonly fields: Record<string, unknown>;
  }) => void;
  /** Writes what is held back. */
  close(): void;
}

type Write = (level: LogRecord['level'], message: string, fields: Record<string, unknown>) => void;

/**
 * @param take the host's own log; null: lines of JSON on the error stream
 * @param lowest what is below it is not written there
 */
export function makeLogs(
  take: ((record: LogRecord) => void) | null,
  accessLog: boolean,
  lowest: LogLevel = 'debug',
): HttpLogs {
  const { write, close } = take === null ? toErrorStream(lowest) : toHost(take);
  return {
    onAnswered: (now) =>
      accessLog
        ? (exchange, service) => {
            const level = exchange.wasCut ? 'warn' : 'info';
            if (service.accessLog) write(level, 'request', accessFields(exchange, service, now()));
          }
        : null,
    onError(exchange, error, func) {
      const level =
        error.kind === 'Invalid' || error.kind === 'NotFound' || error.kind === 'Canceled' ? 'debug' : 'error';
      if (level === 'debug' && !accessLog) return;
      write(level, error.message.split('\n', 1)[0]!, errorFields(exchange, error, func));
    },
    onCut(service, requests, graceMs) {
      const text = `the stop ended ${requests === 1 ? 'a request' : `${requests} requests`} that took longer than its ${graceMs / 1000} s`;
      write('warn', text, { service, requests, grace_ms: graceMs });
    },
    onStart: ({ level, message, fields }) => write(level, message, fields),
    close,
  };
}

function accessFields(exchange: Exchange, service: HttpServiceConfig, now: number): Record<string, unknown> {
  const { response, request, requestId, entryId, target, method, startedAt, wasCut } = exchange;
  return {
    service: service.id,
    ...(entryId === null ? {} : { entry: entryId }),
    method,
    path: target.path,
    ...(response.headersSent || !wasCut ? { status: response.headersSent ? response.statusCode : 0 } : {}),
    ms: Math.round((now - startedAt) * 1000) / 1000,
    address: clientAddress(exchange),
    ...(requestId === null ? {} : { request_id: requestId }),
    ...(response.writableFinished ? {} : { [wasCut ? 'cut' : 'aborted']: true }),
    ...(request.headers['user-agent'] === undefined ? {} : { agent: request.headers['user-agent'] }),
  };
}

function errorFields(
  { method, target, entryId, requestId }: Exchange,
  error: HostError,
  func: string | null,
): Record<string, unknown> {
  const { kind, details, luaStack, message } = error;
  return {
    ...(entryId === null ? {} : { entry: entryId }),
    ...(func === null ? {} : { function: func }),
    method,
    path: target.path,
    kind,
    ...(requestId === null ? {} : { request_id: requestId }),
    ...(message.includes('\n') ? { text: message } : {}),
    ...(details === null ? {} : { details }),
    ...(luaStack === null ? {} : { stack: luaStack }),
  };
}

function toHost(take: (record: LogRecord) => void): { write: Write; close: () => void } {
  return {
    write: (level, message, fields) => take({ level, message, logger: 'http', pid: '', location: '', fields }),
    close: () => {},
  };
}

/** Lines are written in batches: one system call for each request would cost as much as answering it. */
const BATCH_BYTES = 8 * 1024;
const FLUSH_MS = 200;

function toErrorStream(lowest: LogLevel): { write: Write; close: () => void } {
  const destination = pino.destination({ fd: 2, sync: false, minLength: BATCH_BYTES });
  const logger = pino(
    {
      base: null,
      level: lowest,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
    },
    destination,
  );
  const timer = setInterval(() => destination.flush(), FLUSH_MS);
  timer.unref();
  return {
    write: (level, message, fields) => logger[level]({ logger: 'http', ...fields }, message),
    close() {
      clearInterval(timer);
      try {
        destination.flushSync();
      } catch {
        // The stream is not open yet, or closed already: nothing is left to write.
      }
    },
  };
}
