/** What a plain function returned, as a response: decided by its result's WIT type once, done for every call. */
import type { RecordType, ValType } from '../wit/types.js';
import { hasHeader, reply } from './reply.js';
import { isBytes } from './request-values.js';
import type { Body, Exchange, HeaderLines } from './types.js';

/** Answers with a function's result, in the form that TypeScript callers get. */
type ResultWriter = (exchange: Exchange, result: unknown) => void | Promise<void>;

export const TEXT = 'text/plain; charset=utf-8';
const BYTES = 'application/octet-stream';
const JSON_TYPE = 'application/json';

/** @param type null: the function has no result */
export function resultWriter(type: ValType | null): ResultWriter {
  if (type === null) return (exchange) => reply(exchange, 204, [], null);
  switch (type.kind) {
    case 'string':
      return (exchange, result) => reply(exchange, 200, ['Content-Type', TEXT], result as string);
    case 'option': {
      const inner = resultWriter(type.type);
      if (type.type.kind === 'option') return jsonWriter(type);
      return (exchange, result) =>
        result === undefined || result === null ? reply(exchange, 204, [], null) : inner(exchange, result);
    }
    case 'record':
      return isResponseRecord(type) ? responseWriter(type) : jsonWriter(type);
    default:
      if (!isBytes(type)) return jsonWriter(type);
      return (exchange, result) => reply(exchange, 200, ['Content-Type', BYTES], result as Uint8Array);
  }
}

const RESPONSE_FIELDS = ['status', 'headers', 'body'];
const STATUS_KINDS = ['u8', 'u16', 'u32', 's16', 's32'];

/** A record of `status` and, where it has them, `headers` and `body`. */
export function isResponseRecord(type: ValType): type is RecordType {
  if (type.kind !== 'record' || !type.fields.every((field) => RESPONSE_FIELDS.includes(field.name))) return false;
  const status = type.fields.find((field) => field.name === 'status');
  return status !== undefined && STATUS_KINDS.includes(status.type.kind);
}

function jsonWriter(type: ValType): ResultWriter {
  const encode = jsonEncoder(type);
  return (exchange, result) => reply(exchange, 200, ['Content-Type', JSON_TYPE], encode(result));
}

function responseWriter(type: RecordType): ResultWriter {
  const bodyType = type.fields.find((field) => field.name === 'body')?.type ?? null;
  const body = bodyType === null ? () => ({ bytes: null, type: null }) : bodyEncoder(bodyType);
  return (exchange, result) => {
    const record = result as { status: number; headers?: unknown; body?: unknown };
    const headers = headerLines(record.headers);
    const { bytes, type: contentType } = body(record.body);
    if (contentType !== null && !hasHeader(headers, 'content-type')) headers.push('Content-Type', contentType);
    return reply(exchange, checkStatus(record.status), headers, bytes);
  };
}

/** @throws RangeError for what is no status of a final response */
export function checkStatus(status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 999) return status;
  throw new RangeError(`the function returned the status ${status}: expected 200 to 999`);
}

type Encoded = { readonly bytes: Body; readonly type: string | null };

function bodyEncoder(type: ValType): (value: unknown) => Encoded {
  if (type.kind === 'string') return (value) => ({ bytes: value as string, type: TEXT });
  if (isBytes(type)) return (value) => ({ bytes: value as Uint8Array, type: BYTES });
  if (type.kind === 'option') {
    const inner = bodyEncoder(type.type);
    return (value) => (value === undefined || value === null ? { bytes: null, type: null } : inner(value));
  }
  const encode = jsonEncoder(type);
  return (value) => ({ bytes: encode(value), type: JSON_TYPE });
}

/** Headers from a list of pairs, or a record by name. Connection headers are the server's own. */
function headerLines(headers: unknown): HeaderLines {
  const lines: HeaderLines = [];
  if (headers === undefined || headers === null) return lines;
  const pairs = Array.isArray(headers) ? headers.map(pairOf) : Object.entries(headers as object);
  for (const [name, value] of pairs) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each === undefined || each === null || isConnectionHeader(name)) continue;
      const bytes = each instanceof Uint8Array ? Buffer.from(each) : Buffer.from(String(each));
      lines.push(name, bytes.toString('latin1'));
    }
  }
  return lines;
}

function pairOf(pair: unknown): [string, unknown] {
  if (Array.isArray(pair)) return [String(pair[0]), pair[1]];
  const [name, value] = Object.values(pair as object) as [unknown, unknown];
  return [String(name), value];
}

const CONNECTION_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'trailer',
  'content-length',
  'date',
]);

/** Set by the server, by what it sends; a handler's word would contradict the bytes. */
export function isConnectionHeader(name: string): boolean {
  return CONNECTION_HEADERS.has(name.toLowerCase());
}

/** JSON as `moonwit call --json` prints it: none is null, bytes are numbers, 64-bit integers are written in full. */
function jsonEncoder(type: ValType): (value: unknown) => string {
  return isPlain(type) ? (value) => JSON.stringify(value) : jsonText;
}

/** Whether JSON.stringify says everything about values of the type. */
function isPlain(type: ValType): boolean {
  switch (type.kind) {
    case 's64':
    case 'u64':
    case 'f32':
    case 'f64':
    case 'option':
    case 'own':
    case 'borrow':
      return false;
    case 'list':
      return type.element.kind !== 'u8' && isPlain(type.element);
    case 'tuple':
      return type.types.every(isPlain);
    case 'record':
      return type.fields.every((field) => isPlain(field.type));
    case 'variant':
      return type.cases.every((each) => each.type === null || isPlain(each.type));
    case 'result':
      return [type.ok, type.err].every((each) => each === null || isPlain(each));
    default:
      return true;
  }
}

/** Any plain value as JSON. */
export function jsonText(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : 'null';
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return 'null';
  }
}

function objectText(value: object): string {
  if (value instanceof Uint8Array) return `[${value.join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof (value as { opaqueKind?: unknown }).opaqueKind === 'string') return 'null';
  const entries =
    value instanceof Map ? [...value].map(([key, each]) => [String(key), each] as const) : Object.entries(value);
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${jsonText(each)}`).join(',')}}`;
}
