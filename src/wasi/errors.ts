/** How WASI tells failures: the resource `wasi:io/error`, and what is no failure of an operation at all. */
import { GuestEnd } from '../component/guest-end.js';
import type { HostImportInterface } from '../component/types.js';
import { HostBug } from '../errors.js';

/** The resource `error`. Other interfaces find what they know of it in `reason` (`filesystem-error-code`). */
export class IoError {
  /** What the operation threw. */
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }

  toDebugString(): string {
    return this.reason instanceof Error ? this.reason.message : String(this.reason);
  }
}

/** Throws on what ends the call, so that only an operation's own failures become values for the guest. */
export function rethrowEnd(thrown: unknown): void {
  if (thrown instanceof GuestEnd || thrown instanceof HostBug) throw thrown;
}

export function errorInterface(): HostImportInterface {
  return { Error: IoError };
}
