/** What an HTTP exchange ran into, with the code of `wasi:http` beside the system's: `details.http`, `details.code`. */
import { HostError } from '../errors.js';
import { netError } from './denied.js';

/** Names of `wasi:http/types#error-code`. */
export type HttpErrorCode =
  | 'DNS-timeout'
  | 'DNS-error'
  | 'destination-unavailable'
  | 'destination-IP-unroutable'
  | 'connection-refused'
  | 'connection-terminated'
  | 'connection-timeout'
  | 'connection-read-timeout'
  | 'connection-limit-reached'
  | 'TLS-protocol-error'
  | 'TLS-certificate-error'
  | 'HTTP-request-denied'
  | 'HTTP-request-body-size'
  | 'HTTP-request-method-invalid'
  | 'HTTP-request-URI-invalid'
  | 'HTTP-response-incomplete'
  | 'HTTP-response-header-section-size'
  | 'HTTP-response-body-size'
  | 'HTTP-response-timeout'
  | 'HTTP-upgrade-failed'
  | 'HTTP-protocol-error'
  | 'configuration-error'
  | 'internal-error';

const CODES: { readonly [code: string]: HttpErrorCode } = {
  ENOTFOUND: 'DNS-error',
  EAI_AGAIN: 'DNS-timeout',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-terminated',
  ECONNABORTED: 'connection-terminated',
  EPIPE: 'connection-terminated',
  ETIMEDOUT: 'connection-timeout',
  EHOSTUNREACH: 'destination-IP-unroutable',
  ENETUNREACH: 'destination-IP-unroutable',
  EADDRNOTAVAIL: 'destination-unavailable',
  EMFILE: 'connection-limit-reached',
  EMSGSIZE: 'HTTP-response-body-size',
  HPE_HEADER_OVERFLOW: 'HTTP-response-header-section-size',
  ERR_UNESCAPED_CHARACTERS: 'HTTP-request-URI-invalid',
  ERR_INVALID_URL: 'HTTP-request-URI-invalid',
  ERR_INVALID_HTTP_TOKEN: 'HTTP-request-method-invalid',
  ERR_INVALID_CHAR: 'configuration-error',
  ERR_HTTP_CONTENT_LENGTH_MISMATCH: 'HTTP-request-body-size',
};

/** The code of what an exchange threw. */
function httpCodeOf(thrown: unknown): HttpErrorCode {
  const { details, kind } = thrown instanceof HostError ? thrown : { details: null, kind: null };
  if (typeof details?.http === 'string') return details.http as HttpErrorCode;
  if (kind === 'PermissionDenied') return 'HTTP-request-denied';
  const code = String(details?.code ?? (thrown as NodeJS.ErrnoException).code ?? '');
  const known = CODES[code];
  if (known !== undefined) return known;
  if (code.startsWith('HPE_')) return 'HTTP-protocol-error';
  if (/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code)) return 'TLS-certificate-error';
  if (/^ERR_(?:SSL|TLS)|^EPROTO/.test(code)) return 'TLS-protocol-error';
  return 'internal-error';
}

/** @param what `GET http://example.com/` */
export function httpError(thrown: unknown, what: string): HostError {
  if (thrown instanceof HostError && thrown.details?.http !== undefined) return thrown;
  const http = httpCodeOf(thrown);
  if (thrown instanceof HostError) {
    const { kind, message, retryable, details } = thrown;
    return new HostError(kind, message, { retryable, details: { ...details, http } });
  }
  const first = thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : thrown;
  const { code, message } = first as NodeJS.ErrnoException;
  return netError(code ?? 'UNKNOWN', `${what} failed: ${message}`, { http });
}

export function timeoutError(http: HttpErrorCode, what: string, ms: number): HostError {
  return netError('ETIMEDOUT', `${what}: ${TIMEOUTS[http] ?? 'nothing came'} within ${ms} ms`, {
    http,
    timeout_ms: ms,
  });
}

const TIMEOUTS: { readonly [http: string]: string } = {
  'connection-timeout': 'no connection was made',
  'HTTP-response-timeout': 'no response came',
  'connection-read-timeout': 'no more of the body came',
};
