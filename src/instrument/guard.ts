/**
 * The host's side of checks: a guard stands beside an instance, answers its checks, and knows afterwards whether it was stopped
 * and how much work it did. The clock and the cancel flag are handed in; nothing here waits.
 */
import { HostBug } from '../errors.js';
import type { AddedExports } from './write-module.js';

/** On what terms a guest may run. */
export interface GuardTerms {
  /** On the clock of `now`; Infinity for no deadline. */
  readonly deadlineMs: number;
  readonly now: () => number;
  /** Asked at every check that reaches the host: reads a flag, no more. */
  readonly isCancelled: () => boolean;
}

/**
 * `stack`: the guest left too little stack to look at the clock, which is a stack overflow of its own.
 * `fault`: the clock or the flag threw, which is the host's mistake; see `Guard.fault`.
 */
export type StopReason = 'deadline' | 'cancelled' | 'stack' | 'fault';

export interface Guard {
  /** The terms of the next call. Must come before it; the terms of the last call hold until then. */
  readonly arm: (terms: GuardTerms) => void;
  /** Why the guest was told to trap, since it was armed; null: a trap was its own. A stopped instance must not be entered again. */
  readonly stopped: StopReason | null;
  /** What the clock or the flag threw. */
  readonly fault: unknown;
  /** Runs the module's start function, once; does nothing when there is none. Must come before any other call. */
  readonly start: () => void;
  /** Gives a full grant without looking at the clock: the next look is that many units away. */
  readonly refill: () => void;
  /** Takes what is left, so that the guest's next check looks at the clock: for a host function that took long. */
  readonly expire: () => void;
  /** Units of work since the instance was made: about one for each instruction, the same for the same calls. */
  readonly sum: () => number;
}

/** Units between two looks at the clock: 10 µs to 1 ms of guest code, which costs 2 % at most. */
export const GRANT = 2 ** 17;

/** Answers the checks of instances; one for each thread. */
export interface Guards {
  /**
   * Puts a guard beside an instance that was made from an instrumented module.
   *
   * @throws HostBug when `exports` are not those of the module that `added` is about
   */
  readonly attach: (exports: Readonly<Record<string, unknown>>, added: AddedExports, terms: GuardTerms) => Guard;
}

/** What a guest's guard answers with. */
interface Asked {
  /** Units that the guest gets; 0 stops it. Never throws: a guest could catch that. */
  readonly ask: () => number;
}

/**
 * A table takes functions of WebAssembly only, so the host's function goes through a module:
 * (module (import "" "a" (func (param externref) (result i32))) (export "a" (func 0)))
 */
const PASS_THROUGH = [
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  ...[0x01, 0x06, 0x01, 0x60, 0x01, 0x6f, 0x01, 0x7f], // type
  ...[0x02, 0x06, 0x01, 0x00, 0x01, 0x61, 0x00, 0x00], // import
  ...[0x07, 0x05, 0x01, 0x01, 0x61, 0x00, 0x00], // export
];

/** Guards for the instances of one thread. */
export function makeGuards(): Guards {
  const answer = (asked: Asked | null): number => (asked === null ? 0 : asked.ask());
  const module = new WebAssembly.Module(Uint8Array.from(PASS_THROUGH));
  const ask = new WebAssembly.Instance(module, { '': { a: answer } }).exports.a;
  return { attach: (exports, added, terms) => attach(ask, exports, added, terms) };
}

function attach(
  ask: unknown,
  exports: Readonly<Record<string, unknown>>,
  added: AddedExports,
  terms: GuardTerms,
): Guard {
  const counter = exports[added.counter] as WebAssembly.Global | undefined;
  const slot = exports[added.guard] as WebAssembly.Global | undefined;
  const table = exports[added.table] as WebAssembly.Table | undefined;
  const start = added.start === null ? null : (exports[added.start] as (() => void) | undefined);
  if (counter === undefined || slot === undefined || table === undefined || start === undefined) {
    throw new HostBug(`an instance without the export \`${added.counter}\` cannot have a guard`);
  }
  const guard = new CounterGuard(counter, start, terms);
  slot.value = guard;
  table.set(0, ask);
  return guard;
}

/** A class, because the guest hands it back at every question: state and answer in one object. */
class CounterGuard implements Guard, Asked {
  stopped: StopReason | null = null;
  fault: unknown = null;
  private terms: GuardTerms;
  /** Units granted in all. */
  private granted = 0;
  private started = false;
  private readonly counter: WebAssembly.Global;
  private readonly startFunction: (() => void) | null;

  constructor(counter: WebAssembly.Global, startFunction: (() => void) | null, terms: GuardTerms) {
    this.counter = counter;
    this.startFunction = startFunction;
    this.terms = terms;
  }

  arm(terms: GuardTerms): void {
    this.terms = terms;
    this.stopped = null;
    this.fault = null;
  }

  start(): void {
    if (this.started) throw new HostBug('a start function can run only once');
    this.started = true;
    this.startFunction?.();
  }

  refill(): void {
    const left = this.counter.value as number;
    this.granted += GRANT - left;
    this.counter.value = GRANT;
  }

  expire(): void {
    const left = this.counter.value as number;
    if (left <= 0) return;
    this.granted -= left;
    this.counter.value = 0;
  }

  sum(): number {
    return this.granted - (this.counter.value as number);
  }

  ask(): number {
    this.stopped ??= this.reasonToStop();
    if (this.stopped !== null) return 0;
    this.granted += GRANT;
    return GRANT;
  }

  private reasonToStop(): StopReason | null {
    const { deadlineMs, now, isCancelled } = this.terms;
    try {
      if (isCancelled()) return 'cancelled';
      return deadlineMs !== Number.POSITIVE_INFINITY && now() >= deadlineMs ? 'deadline' : null;
    } catch (thrown) {
      if (thrown instanceof RangeError) return 'stack';
      this.fault = thrown;
      return 'fault';
    }
  }
}
