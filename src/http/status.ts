/** Errors as responses: a status by the error's kind, and a body that tells the client its part of the story. */
import type { ErrorKind, HostError } from '../errors.js';

const STATUS: Partial<Record<ErrorKind, number>> = {
  Invalid: 400,
  PermissionDenied: 403,
  NotFound: 404,
  RateLimited: 429,
  Unavailable: 503,
  Timeout: 504,
};

export function statusOf(kind: ErrorKind): number {
  return STATUS[kind] ?? 500;
}

/** Said where the error's own text is about the host's insides. */
const GENERAL: Record<ErrorKind, string> = {
  Invalid: 'invalid request',
  PermissionDenied: 'permission denied',
  NotFound: 'not found',
  RateLimited: 'too many requests',
  Unavailable: 'service unavailable, try again later',
  Timeout: 'the request took too long',
  Internal: 'internal error',
  AlreadyExists: 'already exists',
  Conflict: 'conflict',
  Canceled: 'canceled',
  '': 'internal error',
};

interface ErrorBody {
  readonly error: string;
  readonly kind: string;
  readonly path?: string;
}

/**
 * What the client is told. An error's text goes out where it is about the request, or where the function's own code made the
 * error; what the host says about itself (imports, limits, files) stays in the log.
 */
export function errorBody(error: HostError, functionId: string): ErrorBody {
  const { kind, details } = error;
  const path = kind === 'Invalid' ? placeOf(details) : null;
  const text = isForClient(error) ? firstLine(error.message, functionId) + hintOf(error) : GENERAL[kind];
  const named = kind === '' ? 'Unknown' : kind;
  return path === null ? { error: text, kind: named } : { error: text, kind: named, path };
}

/** What is wrong: the parameter (`user`), what is in it (`user.tags[1]`), or a part of the request (`body`). */
function placeOf(details: HostError['details']): string | null {
  if (typeof details?.path !== 'string') return null;
  const { path, argument, name } = details;
  if (typeof argument !== 'number' || typeof name !== 'string') return path === '' ? null : path;
  return path === '' || path.startsWith('[') ? name + path : `${name}.${path}`;
}

/** Keys of details that only the host's own errors have. */
const HOST_FACTS = [
  ...['function', 'id', 'import', 'limit', 'fs', 'file', 'filesystem', 'host', 'variable', 'nearest'],
];

function isForClient({ kind, details }: HostError): boolean {
  if (kind === 'Internal' || kind === 'Timeout' || kind === 'Canceled') return false;
  if (kind === 'Invalid' || details === null) return true;
  return !HOST_FACTS.some((key) => Object.hasOwn(details, key));
}

/** What of its own was misspelt. */
function hintOf({ message, details }: HostError): string {
  if (typeof details?.suggestion !== 'string') return '';
  const hint = /\n\s+(.*did you mean .*\?)$/.exec(message);
  return hint === null ? '' : `: ${hint[1]}`;
}

function firstLine(message: string, functionId: string): string {
  const line = message.split('\n', 1)[0]!;
  const own = `${functionId}: `;
  return line.startsWith(own) ? line.slice(own.length) : line;
}
