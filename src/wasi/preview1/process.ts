/** Functions of preview 1 about the program itself: arguments, environment, clocks, randomness, its end. */
import { ExitStatus } from '../../component/guest-end.js';
import { checkCallGoesOn } from '../ending.js';
import type { World } from '../types.js';
import { refuse } from './errno.js';
import type { Guest } from './guest.js';
import type { Memory } from './memory.js';

const POINTER_BYTES = 4;
const RANDOM_BYTES_AT_ONCE = 65536;

/** Each with the NUL that ends it. */
function encoded(texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => new TextEncoder().encode(`${text}\0`));
}

function sizes(memory: Memory, texts: readonly string[], countPointer: number, bytesPointer: number): void {
  const all = encoded(texts);
  memory.check(bytesPointer, POINTER_BYTES);
  memory.setU32(countPointer, all.length);
  memory.setU32(
    bytesPointer,
    all.reduce((sum, each) => sum + each.length, 0),
  );
}

/** An array of pointers, and what they point to. */
function write(memory: Memory, texts: readonly string[], pointers: number, bytesPointer: number): void {
  const all = encoded(texts);
  let at = memory.check(
    bytesPointer,
    all.reduce((sum, each) => sum + each.length, 0),
  );
  const table = memory.check(pointers, all.length * POINTER_BYTES);
  for (const [index, each] of all.entries()) {
    memory.setU32(table + index * POINTER_BYTES, at);
    memory.set(at, each);
    at += each.length;
  }
}

export const CLOCK = { realtime: 0, monotonic: 1, processCpu: 2, threadCpu: 3 } as const;
/** Of `Date.now()` and `performance.now()`. */
const RESOLUTION_NS: readonly bigint[] = [1_000_000n, 1_000n];

/** @throws Refusal `notsup` for the processor's time, `inval` for what is no clock */
export function checkClock(id: number): void {
  if (id === CLOCK.processCpu || id === CLOCK.threadCpu) refuse('notsup');
  if (id !== CLOCK.realtime && id !== CLOCK.monotonic) refuse('inval');
}

function fillRandom(world: World, target: Uint8Array): void {
  for (let at = 0; at < target.length; at += RANDOM_BYTES_AT_ONCE) {
    if (at > 0) checkCallGoesOn(world);
    const count = Math.min(RANDOM_BYTES_AT_ONCE, target.length - at);
    target.set(world.randomBytes(count), at);
  }
}

/** By number: what most systems do with a signal that nobody handles. */
const IGNORED_SIGNALS = new Set([0, 16, 17, 22, 27]);
const STOPPING_SIGNALS = new Set([18, 19, 20, 21]);
const LAST_SIGNAL = 30;
const SIGNALLED = 128;

function raise(signal: number): void {
  if (IGNORED_SIGNALS.has(signal)) return;
  if (STOPPING_SIGNALS.has(signal)) refuse('notsup');
  if (signal > LAST_SIGNAL) refuse('inval');
  throw new ExitStatus(SIGNALLED + signal);
}

function environmentOf({ world }: Guest): readonly string[] {
  return world.spec.env.map(([name, value]) => `${name}=${value}`);
}

export const PROCESS_FUNCTIONS = {
  args_get: (of: Guest, pointers: number, bytes: number) => write(of.memory, of.world.spec.args, pointers, bytes),
  args_sizes_get: (of: Guest, count: number, bytes: number) => sizes(of.memory, of.world.spec.args, count, bytes),
  environ_get: (of: Guest, pointers: number, bytes: number) => write(of.memory, environmentOf(of), pointers, bytes),
  environ_sizes_get: (of: Guest, count: number, bytes: number) => sizes(of.memory, environmentOf(of), count, bytes),
  clock_res_get(of: Guest, id: number, result: number) {
    checkClock(id);
    of.memory.setU64(result, RESOLUTION_NS[id] ?? 0n);
  },
  clock_time_get(of: Guest, id: number, _precision: bigint, result: number) {
    checkClock(id);
    of.memory.setU64(result, id === CLOCK.realtime ? of.world.wallNs() : of.world.monotonicNs());
  },
  random_get: (of: Guest, pointer: number, length: number) => fillRandom(of.world, of.memory.bytes(pointer, length)),
  proc_exit(_of: Guest, code: number): never {
    throw new ExitStatus(code >>> 0);
  },
  proc_raise: (_of: Guest, signal: number) => raise(signal & 0xff),
  sched_yield() {},
};
