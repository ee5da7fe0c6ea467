/** What a function's calls were like, in shared memory: every thread that runs some counts here. */
import { ERROR_KINDS, type ErrorKind } from '../errors.js';

/** Times by powers of the fourth root of two, from 1 µs: a quantile is at most 19 % above what it stands for. */
const STEPS_PER_OCTAVE = 4;
const BUCKETS = 128;

const CALLS = 0;
const ERRORS = 1;
const DURATIONS = ERRORS + ERROR_KINDS.length;
const WAITS = DURATIONS + BUCKETS;
const COUNTERS = WAITS + BUCKETS;
/** Bytes in and out, and work, as 64-bit integers behind the counters. */
const BYTES_AT = Math.ceil((COUNTERS * Int32Array.BYTES_PER_ELEMENT) / 8) * 8;

/** What so many of a hundred calls took at most, in ms; a figure is up to 19 % above what it stands for. */
export interface Quantiles {
  /** The median. */
  readonly p50: number;
  /** All but one in twenty. */
  readonly p95: number;
  /** All but one in a hundred. */
  readonly p99: number;
}

/** What the calls of one function were like. */
export interface CallStats {
  /** That ended, failed ones included. */
  readonly calls: number;
  /** Failed calls by the kind of their error; `""` is UNKNOWN. Kinds that did not occur are absent. */
  readonly errors: { readonly [K in ErrorKind]?: number };
  /** From the caller's call to its answer, in ms; null before the first call. */
  readonly durationMs: Quantiles | null;
  /** What calls that threads ran had waited before, for their pool and their thread, in ms; null before the first. */
  readonly waitMs: Quantiles | null;
  /** Of its guest: about one unit for each instruction, the same for the same calls, whatever else runs. 0 where no code has checks. */
  readonly work: number;
  /** Bytes of arguments that went to other threads. */
  readonly bytesIn: number;
  /** Bytes of answers that came back. */
  readonly bytesOut: number;
}

export interface CallMeter {
  /** Shared by all meters of one function. */
  readonly memory: SharedArrayBuffer;
  /** @param failed the error's kind, or null */
  ended(durationMs: number, failed: ErrorKind | null): void;
  waited(waitMs: number): void;
  worked(units: number): void;
  crossed(bytesIn: number, bytesOut: number): void;
  read(): CallStats;
}

export function callMeter(memory = new SharedArrayBuffer(BYTES_AT + 24)): CallMeter {
  const counters = new Int32Array(memory, 0, COUNTERS);
  const bytes = new BigInt64Array(memory, BYTES_AT, 3);
  return {
    memory,
    ended(durationMs, failed) {
      Atomics.add(counters, CALLS, 1);
      Atomics.add(counters, DURATIONS + bucketOf(durationMs), 1);
      if (failed !== null) Atomics.add(counters, ERRORS + ERROR_KINDS.indexOf(failed), 1);
    },
    waited: (waitMs) => {
      Atomics.add(counters, WAITS + bucketOf(waitMs), 1);
    },
    worked(units) {
      if (units > 0) Atomics.add(bytes, 2, BigInt(units));
    },
    crossed(bytesIn, bytesOut) {
      if (bytesIn > 0) Atomics.add(bytes, 0, BigInt(bytesIn));
      if (bytesOut > 0) Atomics.add(bytes, 1, BigInt(bytesOut));
    },
    read: () => ({
      calls: Atomics.load(counters, CALLS),
      errors: errorsOf(counters),
      durationMs: quantiles(counters.slice(DURATIONS, WAITS)),
      waitMs: quantiles(counters.slice(WAITS, COUNTERS)),
      work: Number(Atomics.load(bytes, 2)),
      bytesIn: Number(Atomics.load(bytes, 0)),
      bytesOut: Number(Atomics.load(bytes, 1)),
    }),
  };
}

function bucketOf(ms: number): number {
  const bucket = Math.ceil(Math.log2(Math.max(ms * 1000, 1)) * STEPS_PER_OCTAVE);
  return Math.min(bucket, BUCKETS - 1);
}

function errorsOf(counters: Int32Array): { [K in ErrorKind]?: number } {
  const errors: { [K in ErrorKind]?: number } = {};
  for (const [index, kind] of ERROR_KINDS.entries()) {
    const count = Atomics.load(counters, ERRORS + index);
    if (count > 0) errors[kind] = count;
  }
  return errors;
}

function quantiles(buckets: Int32Array): Quantiles | null {
  const total = buckets.reduce((sum, each) => sum + each, 0);
  if (total === 0) return null;
  const at = (share: number): number => {
    let left = Math.max(1, Math.ceil(total * share));
    const bucket = buckets.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return 2 ** (bucket / STEPS_PER_OCTAVE) / 1000;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
