/** On what terms TypeScript calls the methods of a resource. */
import { describeValue } from '../abi/describe.js';
import { HostError } from '../errors.js';
import type { Opaque, Value } from '../values.js';

/** Of a method's call, as of a function's. */
export interface HandleCallTerms {
  /** Cancels the call. */
  readonly signal?: AbortSignal;
  /** Milliseconds, above 0; waiting included. */
  readonly timeout?: number;
}

/** What is left of a caller's time. */
export interface HolderTime {
  /** What it calls, for messages. */
  readonly name: string;
  readonly leftMs: number;
  /** In all, with what it has waited. */
  readonly timeoutMs: number;
}

export interface HandleCalls {
  call(method: string, ...args: unknown[]): Promise<unknown>;
}

/** What a handle is besides its calls, wherever its instance is. */
export abstract class HeldResource implements Opaque {
  readonly opaqueKind: `resource ${string}`;

  constructor(resource: string) {
    this.opaqueKind = `resource ${resource}`;
  }

  abstract drop(): Promise<void>;

  [Symbol.dispose](): void {
    void this.drop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drop();
  }

  /** What `console.log` in Node shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `[${this.opaqueKind}]`;
  }
}

const CHECKS: { readonly [name: string]: readonly [is: (value: unknown) => boolean, expected: string] } = {
  signal: [(value) => value instanceof AbortSignal, 'an AbortSignal'],
  timeout: [(value) => typeof value === 'number' && value > 0, 'milliseconds above 0'],
};

/** @throws HostError Invalid, with the option's name */
export function checkTerms(terms: HandleCallTerms): void {
  if (typeof terms !== 'object' || terms === null) throw wrong('options', 'an object', terms);
  for (const [name, value] of Object.entries(terms)) {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name] : undefined;
    if (check === undefined) throw wrong(name.slice(0, 60), 'no such option (it has signal, timeout)', value);
    const [is, expected] = check;
    if (value !== undefined && !is(value)) throw wrong(name, expected, value);
  }
}

function wrong(option: string, expected: string, value: unknown): HostError {
  const got = describeValue(value as Value);
  return new HostError('Invalid', `handle.with: ${option}: expected ${expected}, got ${got}`, {
    retryable: false,
    details: { option, expected, got },
  });
}

export function goneError(name: string): HostError {
  return new HostError('Invalid', `resource ${name} was dropped or moved before`);
}

export function canceledError(name: string, { reason }: AbortSignal): HostError {
  return new HostError('Canceled', `${name} was canceled`, { retryable: false, details: { id: name }, cause: reason });
}
