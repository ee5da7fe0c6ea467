/** One call thread as the host sees it: its worker, its link, and what it is busy with. */
import { SHARE_ENV, Worker } from 'node:worker_threads';
import type { ComponentPlan } from '../component/types.js';
import type { Seat } from '../functions/elsewhere.js';
import { DIRECT, STARTED } from './control.js';
import type { DefinitionMessage, FunctionDefinition, ThreadData } from './definitions.js';
import type { HeldHandle } from './held-handle.js';
import type { IoDesk } from './io-desk.js';
import type { Lane } from './lane.js';
import { hostEnd, type Link, type LinkMemory, newLinkMemory } from './link.js';
import type { HostMessage, ThreadMessage, WireOutcome } from './wire.js';

/** A call that a thread runs or will run. */
export interface ThreadCall {
  readonly number: number;
  /** What it calls, for messages. */
  readonly key: string;
  /** Guests have their thread alone until they answer; Lua and guests that suspend share one. */
  readonly kind: 'guest' | 'suspends' | 'lua';
  /** Answered, with what the thread says of the instance and the time. */
  end(outcome: WireOutcome, spent: boolean, ranMs: number): void;
  /** The thread is gone. */
  lost(started: boolean, reason: string): void;
}

/** A seat that a thread uses for calls of its own. */
export interface Lease {
  readonly seat: number;
  readonly id: string;
  release(spent: boolean): void;
}

/** The lane by which a thread calls others, and whom it leads to. */
export interface CallerLane {
  /** Another one whenever it leads elsewhere. */
  readonly number: number;
  readonly memory: SharedArrayBuffer;
  readonly lane: Lane;
  readonly server: number;
}

export interface HostThread {
  readonly number: number;
  readonly worker: Worker;
  readonly link: Link<HostMessage, ThreadMessage>;
  readonly calls: Map<number, ThreadCall>;
  guests: number;
  /** Guests of it wait in an import. */
  blocked: number;
  /** What it has asked for, and how to give that up. */
  readonly requests: Map<number, AbortController>;
  /** Imports that its guests wait for, by request: which call waits. */
  readonly imports: Map<number, { readonly call: number; readonly giveUp: (error: unknown) => void }>;
  readonly leases: Map<number, Lease>;
  lane: CallerLane | null;
  /** The lane that it was told to serve last. */
  attached: number;
  /** What was opened for those who ask on it, by their numbers. */
  readonly desks: Map<number, IoDesk>;
  /** Handles of its instances that TypeScript holds, by the thread's numbers for them. */
  readonly held: Map<number, HeldHandle>;
  readonly known: Set<string>;
  readonly plans: Set<number>;
  /** Why it was ended, where the host did that. */
  endedFor: string | null;
  dead: boolean;
  /** Calls that it was sent. */
  sent: number;
  idleSince: number;
}

interface StartOptions {
  readonly entry: URL;
  readonly data: Omit<ThreadData, 'memory'>;
  /** The number of the last call that any thread was sent. */
  readonly lastCall: number;
  /** A message may be there. */
  readonly onDing: () => void;
  readonly onExit: (thread: HostThread, reason: string) => void;
  readonly now: number;
}

export function startThread(number: number, options: StartOptions): HostThread {
  const memory: LinkMemory = newLinkMemory();
  const workerData: ThreadData = { ...options.data, memory };
  const worker = new Worker(options.entry, {
    workerData,
    name: `moonwit call thread ${number}`,
    env: SHARE_ENV,
    trackUnmanagedFds: false,
  });
  const thread: HostThread = {
    number,
    worker,
    link: hostEnd(memory, worker),
    calls: new Map(),
    guests: 0,
    blocked: 0,
    requests: new Map(),
    imports: new Map(),
    leases: new Map(),
    lane: null,
    attached: 0,
    desks: new Map(),
    held: new Map(),
    known: new Set(),
    plans: new Set(),
    endedFor: null,
    dead: false,
    sent: 0,
    idleSince: options.now,
  };
  Atomics.store(thread.link.control, STARTED, options.lastCall);
  let reason: string | null = null;
  worker.on('message', options.onDing);
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? error.message : String(error);
  });
  worker.on('exit', (code) => options.onExit(thread, thread.endedFor ?? reason ?? `it exited with code ${code}`));
  worker.unref();
  return thread;
}

/** Tells a thread what a function is, once. */
export function define(
  thread: HostThread,
  definition: FunctionDefinition,
  planOf: (number: number) => ComponentPlan,
): void {
  if (thread.known.has(definition.id)) return;
  const isNew = definition.kind === 'wasm' && !thread.plans.has(definition.plan);
  const message: DefinitionMessage = { definition, plan: isNew ? planOf(definition.plan) : null };
  thread.worker.postMessage(message);
  if (isNew) thread.plans.add(definition.plan);
  // What nobody knows is asked for again with every call.
  if (definition.kind !== 'unknown') thread.known.add(definition.id);
}

/** Whether it has begun that call of those it was sent. Numbers are compared as the word has them, which starts again after 2^32 calls. */
export function hasBegun({ link: { control } }: HostThread, call: number): boolean {
  return ((Atomics.load(control, STARTED) - call) | 0) >= 0;
}

/** Calls that it has begun for other threads. */
export function directCalls({ link: { control } }: HostThread): number {
  return Atomics.load(control, DIRECT) >>> 0;
}

/** A seat that the thread has until it gives it back, or it is taken back; after that, nothing happens. */
export function keepLease(thread: HostThread, id: string, seat: Seat, release: () => void): Lease {
  let isHeld = true;
  const lease: Lease = {
    seat: seat.number,
    id,
    release(spent) {
      if (!isHeld) return;
      isHeld = false;
      thread.leases.delete(seat.number);
      if (spent) seat.spent = true;
      release();
    },
  };
  thread.leases.set(seat.number, lease);
  return lease;
}

/** Counts a call in or out; a thread with calls keeps the process. */
export function addCall(thread: HostThread, call: ThreadCall): void {
  if (thread.calls.size === 0) thread.worker.ref();
  thread.calls.set(call.number, call);
  if (call.kind === 'guest') thread.guests++;
}

export function removeCall(thread: HostThread, number: number, now: number): ThreadCall | undefined {
  const call = thread.calls.get(number);
  if (call === undefined) return undefined;
  thread.calls.delete(number);
  if (call.kind === 'guest') thread.guests--;
  if (thread.calls.size === 0) {
    thread.idleSince = now;
    if (!thread.dead) thread.worker.unref();
  }
  return call;
}

/** Its calls are over: what it asked for, borrowed and opened is given up. */
export function giveBackAll(thread: HostThread): void {
  for (const controller of thread.requests.values()) controller.abort();
  for (const lease of [...thread.leases.values()]) lease.release(true);
  for (const desk of thread.desks.values()) desk.end();
}
