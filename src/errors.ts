/** The one error that users see, in Lua and in TypeScript. Made where the facts are; turned into text at the edge. */

/** Everything that `kind` of an error can be. Names are API: programs compare with them. */
export const ERROR_KINDS = [
  'NotFound',
  'AlreadyExists',
  'Invalid',
  'PermissionDenied',
  'Unavailable',
  'Internal',
  'Canceled',
  'Conflict',
  'Timeout',
  'RateLimited',
  '',
] as const;

/** What went wrong, for programs; `''` is UNKNOWN. */
export type ErrorKind = (typeof ERROR_KINDS)[number];

/** What a {@link HostError} says beside its kind and its message. */
export interface HostErrorOptions {
  /** Whether the same call may succeed later; default null: nobody knows. */
  retryable?: boolean | null;
  /** Plain data only (it crosses threads and becomes a Lua table). */
  details?: Record<string, unknown> | null;
  /** What it was made of; a HostError goes along to Lua. */
  cause?: unknown;
  /** Where it happened in Lua, one line a frame. */
  luaStack?: string;
}

/** An error as data: what crosses threads and the JSON edge. */
export interface HostErrorData {
  /** What went wrong, for programs. */
  kind: ErrorKind;
  /** The same for people, without the kind. */
  message: string;
  /** Whether the same call may succeed later; null: nobody knows. */
  retryable: boolean | null;
  /** The facts: plain data, or null where there are none. */
  details: Record<string, unknown> | null;
  /** Where it happened in Lua, one line a frame; null outside Lua. */
  stack: string | null;
  /** The error that it was made of, where that is one of these. */
  cause: HostErrorData | null;
}

/**
 * The error of every call: what a function fails with, and what the host says of a call that cannot be made.
 * @example
 * throw new HostError('NotFound', 'no handler registered for target myns:nope', { details: { id: 'myns:nope' } });
 */
export class HostError extends Error {
  /** Tells error objects from handles and other objects that Lua sees as they are. */
  readonly opaqueKind = 'error';
  /** What went wrong, for programs. */
  readonly kind: ErrorKind;
  /** Whether the same call may succeed later; null: nobody knows. */
  readonly retryable: boolean | null;
  /** The facts: plain data, or null where there are none. */
  readonly details: Record<string, unknown> | null;
  /** Where it happened in Lua, one line a frame; null outside Lua. */
  luaStack: string | null;

  constructor(kind: ErrorKind, message: string, options: HostErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HostError';
    this.kind = kind;
    this.retryable = options.retryable ?? null;
    this.details = options.details ?? null;
    this.luaStack = options.luaStack ?? null;
  }

  /** For JSON and other threads. */
  toData(): HostErrorData {
    const cause = this.cause;
    return {
      kind: this.kind,
      message: this.message,
      retryable: this.retryable,
      details: this.details,
      stack: this.luaStack,
      cause: isHostError(cause) ? cause.toData() : null,
    };
  }

  /** The error again that {@link toData} made data of. */
  static fromData(data: HostErrorData): HostError {
    return hostErrorOf(data);
  }
}

// Outside: a class that names itself is called _HostError once it is bundled, and Node prints that.
function isHostError(value: unknown): value is HostError {
  return value instanceof HostError;
}

function hostErrorOf(data: HostErrorData): HostError {
  return new HostError(data.kind, data.message, {
    retryable: data.retryable,
    details: data.details,
    ...(data.stack === null ? {} : { luaStack: data.stack }),
    ...(data.cause === null ? {} : { cause: hostErrorOf(data.cause) }),
  });
}

/** Our own mistake: an invariant of the host is broken. Never a guest's or a caller's fault. */
export class HostBug extends Error {
  constructor(message: string) {
    super(`bug in moonwit: ${message}`);
    this.name = 'HostBug';
  }
}

/** Wraps whatever was thrown into a HostError, so that the edge sees one class. */
export function toHostError(thrown: unknown): HostError {
  if (thrown instanceof HostError) return thrown;
  if (thrown instanceof Error) return new HostError('Internal', thrown.message, { cause: thrown });
  return new HostError('Internal', String(thrown));
}
