/** Values of `wasi:http/types` as the engine lowers and lifts them. */
import { HostError } from '../errors.js';
import { systemCode } from './remote.js';

/** Names and values in the order they came; values hold a byte in each character. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** A variant: `{get: true}`, `{other: "PURGE"}`; given to a guest also as the bare name. */
export type Variant = string | { readonly [name: string]: unknown };

/** The variant `error-code`. */
export type ErrorCode = Variant;
export type HttpResult<T> = { readonly ok: T } | { readonly err: ErrorCode };

/** `result` without payloads. */
export const DONE = { ok: true } as const;
export const REFUSED = { err: true } as const;
export type Done = typeof DONE | typeof REFUSED;
export type Taken<T> = { readonly ok: T } | typeof REFUSED;

const METHODS = ['get', 'head', 'post', 'put', 'delete', 'connect', 'options', 'trace', 'patch'];

export function caseOf(variant: Variant): readonly [name: string, payload: unknown] {
  return typeof variant === 'string' ? [variant, undefined] : Object.entries(variant)[0]!;
}

/** `GET`, or null for what is no token. */
export function methodName(method: Variant): string | null {
  const [name, payload] = caseOf(method);
  if (name !== 'other') return name.toUpperCase();
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(String(payload)) ? String(payload) : null;
}

export function methodVariant(name: string): Variant {
  const lower = name.toLowerCase();
  return METHODS.includes(lower) && name === name.toUpperCase() ? lower : { other: name };
}

export function schemeVariant(name: string): Variant {
  const upper = name.toUpperCase();
  return upper === 'HTTP' || upper === 'HTTPS' ? upper : { other: name };
}

const WITH_PAYLOAD: { readonly [name: string]: (error: HostError) => unknown } = {
  'DNS-error': ({ details }) => ({ rcode: text(details?.code), 'info-code': undefined }),
  'HTTP-request-body-size': ({ details }) => (typeof details?.size === 'number' ? BigInt(details.size) : undefined),
  'HTTP-response-body-size': ({ details }) => (typeof details?.size === 'number' ? BigInt(details.size) : undefined),
  'HTTP-response-header-section-size': () => undefined,
  'internal-error': ({ message }) => message,
};

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The `error-code` for what an operation threw, or null where HTTP has nothing to do with it. */
export function errorCodeOf(thrown: unknown): ErrorCode | null {
  if (!(thrown instanceof HostError)) return null;
  const name = text(thrown.details?.http);
  if (name === undefined) {
    if (thrown.kind === 'PermissionDenied') return 'HTTP-request-denied';
    return systemCode(thrown) === 'EBADF' ? 'connection-terminated' : null;
  }
  const payload = WITH_PAYLOAD[name];
  return payload === undefined ? name : { [name]: payload(thrown) };
}

/** A body whose length is not what its header said. */
export function bodySizeError(side: 'request' | 'response', size: number, expected: number): HostError {
  const message = `the ${side} body has ${size} bytes, its content-length says ${expected}`;
  return new HostError('Invalid', message, { retryable: false, details: { http: `HTTP-${side}-body-size`, size } });
}

/**
 * Of a header that says one number: null without such a header, undefined where it says anything else. What is sent by two
 * lengths, or by none that is a number, is read differently by different servers.
 */
export function contentLength(fields: { get(name: string): readonly Uint8Array[] }): number | null | undefined {
  const values = fields.get('content-length').map((value) => Buffer.from(value).toString('latin1'));
  const [first] = values;
  if (first === undefined) return null;
  return values.length === 1 && /^\d{1,15}$/.test(first) ? Number(first) : undefined;
}
