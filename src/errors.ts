/** The one error that users see, in Lua and in TypeScript. Made where the facts are; turned into text at the edge. */

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

/** "" is UNKNOWN. */
export type ErrorKind = (typeof ERROR_KINDS)[number];

export interface HostErrorOptions {
  retryable?: boolean | null;
  /** Plain data only (it crosses threads and becomes a Lua table). */
  details?: Record<string, unknown> | null;
  cause?: unknown;
  /** Where it happened in Lua, one line a frame. */
  luaStack?: string;
}

/** An error as data: what crosses threads and the JSON edge. */
export interface HostErrorData {
  kind: ErrorKind;
  message: string;
  retryable: boolean | null;
  details: Record<string, unknown> | null;
  stack: string | null;
  cause: HostErrorData | null;
}

/**
 * @example
 * throw new HostError('NotFound', 'no handler registered for target myns:nope', { details: { id: 'myns:nope' } });
 */
export class HostError extends Error {
  readonly opaqueKind = 'error';
  readonly kind: ErrorKind;
  readonly retryable: boolean | null;
  readonly details: Record<string, unknown> | null;
  luaStack: string | null;

  constructor(kind: ErrorKind, message: string, options: HostErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'HostError';
    this.kind = kind;
    this.retryable = options.retryable ?? null;
    this.details = options.details ?? null;
    this.luaStack = options.luaStack ?? null;
  }

  toData(): HostErrorData {
    const cause = this.cause;
    return {
      kind: this.kind,
      message: this.message,
      retryable: this.retryable,
      details: this.details,
      stack: this.luaStack,
      cause: cause instanceof HostError ? cause.toData() : null,
    };
  }

  static fromData(data: HostErrorData): HostError {
    return new HostError(data.kind, data.message, {
      retryable: data.retryable,
      details: data.details,
      ...(data.stack === null ? {} : { luaStack: data.stack }),
      ...(data.cause === null ? {} : { cause: HostError.fromData(data.cause) }),
    });
  }
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
