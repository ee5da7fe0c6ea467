/**
 * Channels as data with their verbs: a buffer, and two queues of tasks that wait. The Lua side is modules/channel.ts;
 * timers and calls feed channels from outside ({@link feedChannel}).
 *
 * Within one VM everything happens one step after the other, so a value is handed over in one step, too: who waits gets it,
 * or it is buffered, or the sender waits.
 */

import type { Core, Run, Wait } from './core.js';
import { TValue } from './internals.js';
import { settle } from './waits.js';

/** What a waiting task is told. */
export interface Delivery {
  /** Of the case in its select, from 0; 0 without one. */
  readonly index: number;
  /** The received value; null for a send, and for a receive from a closed channel. */
  readonly value: TValue | null;
  /** False when the channel was closed instead. */
  readonly ok: boolean;
}

/** One place of a waiting task in a channel's queue. A select stands in several. */
interface Waiter {
  readonly wait: Wait;
  readonly channel: Channel;
  readonly index: number;
  /** What it sends; null when it receives. */
  readonly sending: TValue | null;
  /** All places of the same wait: the first that is served ends the others. */
  readonly places: readonly Waiter[];
  previous: Waiter | null;
  next: Waiter | null;
  queued: boolean;
}

export class Channel {
  /** Values that it holds without a receiver. */
  readonly capacity: number;
  /** The run that made it, null for none. Another run may be fed by this one, and the other way round. */
  readonly home: Run | null;
  readonly buffer = new Fifo<TValue>();
  readonly receivers = new WaiterQueue();
  readonly senders = new WaiterQueue();
  closed = false;
  /** A timer or a call will send to it or close it. */
  fed = false;

  constructor(capacity: number, home: Run | null) {
    this.capacity = capacity;
    this.home = home;
  }
}

/** Whether something other than the run's own tasks may end a wait at this channel. */
export function isServedFromOutside(channel: Channel, run: Run): boolean {
  return channel.fed || channel.home !== run;
}

/** Hands over or buffers. @returns false when the sender must wait. The channel must be open. */
export function trySend(core: Core, channel: Channel, value: TValue): boolean {
  const receiver = channel.receivers.takeLive();
  if (receiver !== null) {
    serve(core, receiver, value, true);
    return true;
  }
  if (channel.buffer.size >= channel.capacity) return false;
  channel.buffer.push(value);
  return true;
}

/** What {@link tryReceive} gives for a channel that is closed and drained. */
export const CLOSED = Symbol('closed');

/** The next value; null when the receiver must wait. */
export function tryReceive(core: Core, channel: Channel): TValue | typeof CLOSED | null {
  const { buffer, senders } = channel;
  if (buffer.size > 0) {
    const value = buffer.shift()!;
    const sender = senders.takeLive();
    if (sender !== null) {
      buffer.push(sender.sending!);
      serve(core, sender, null, true);
    }
    return value;
  }
  const sender = senders.takeLive();
  if (sender !== null) {
    serve(core, sender, null, true);
    return sender.sending!;
  }
  return channel.closed ? CLOSED : null;
}

/** Closing again does nothing. Buffered values stay readable; waiting tasks are told. */
export function closeChannel(core: Core, channel: Channel): void {
  if (channel.closed) return;
  channel.closed = true;
  channel.fed = false;
  tellAll(core, channel);
}

function tellAll(core: Core, channel: Channel): void {
  for (let waiter = channel.receivers.takeLive(); waiter !== null; waiter = channel.receivers.takeLive()) {
    serve(core, waiter, null, false);
  }
  for (let waiter = channel.senders.takeLive(); waiter !== null; waiter = channel.senders.takeLive()) {
    serve(core, waiter, null, false);
  }
}

/** From outside Lua: never waits. @returns false where the channel is closed or already holds `bound` values */
export function feedChannel(core: Core, channel: Channel, value: TValue, bound: number): boolean {
  if (channel.closed) return false;
  const receiver = channel.receivers.takeLive();
  if (receiver !== null) serve(core, receiver, value, true);
  else if (channel.buffer.size < bound) channel.buffer.push(value);
  else return false;
  return true;
}

/**
 * As {@link feedChannel} and then {@link closeChannel}, as one step: whoever gets the value finds the channel closed. The
 * value has its place whatever scripts have sent themselves.
 */
export function feedLast(core: Core, channel: Channel, value: TValue): void {
  if (channel.closed) return;
  channel.closed = true;
  channel.fed = false;
  const receiver = channel.receivers.takeLive();
  if (receiver === null) channel.buffer.push(value);
  else serve(core, receiver, value, true);
  tellAll(core, channel);
}

/** A place to wait at. The places of one wait are made together, and then queued together. */
export interface Place {
  readonly channel: Channel;
  readonly sending: TValue | null;
}

/** Queues a wait at all of these places. A send to a closed channel can never happen, so nobody waits there. */
export function queueWait(wait: Wait, places: readonly Place[]): void {
  const waiters: Waiter[] = [];
  for (const [index, { channel, sending }] of places.entries()) {
    waiters.push({ wait, channel, index, sending, places: waiters, previous: null, next: null, queued: false });
  }
  for (const waiter of waiters) {
    if (waiter.sending === null || !waiter.channel.closed) queueOf(waiter).push(waiter);
  }
}

function queueOf({ channel, sending }: Waiter): WaiterQueue {
  return sending === null ? channel.receivers : channel.senders;
}

function serve(core: Core, waiter: Waiter, value: TValue | null, ok: boolean): void {
  for (const each of waiter.places) if (each.queued) queueOf(each).remove(each);
  settle(core, waiter.wait, { index: waiter.index, value, ok } satisfies Delivery, undefined);
}

/** Waiters in order of arrival; any of them may leave. */
class WaiterQueue {
  private first: Waiter | null = null;
  private last: Waiter | null = null;

  push(waiter: Waiter): void {
    waiter.previous = this.last;
    if (this.last === null) this.first = waiter;
    else this.last.next = waiter;
    this.last = waiter;
    waiter.queued = true;
  }

  remove(waiter: Waiter): void {
    const { previous, next } = waiter;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
    waiter.previous = null;
    waiter.next = null;
    waiter.queued = false;
  }

  /** Takes the first whose task is still there: a run may have ended while its tasks waited. */
  takeLive(): Waiter | null {
    for (;;) {
      const waiter = this.first;
      if (waiter === null) return null;
      this.remove(waiter);
      if (waiter.wait.task.state !== 'done') return waiter;
    }
  }
}

const COMPACT_FROM = 32;

/** A queue that shifts in constant time. */
class Fifo<T> {
  private items: T[] = [];
  private head = 0;

  get size(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.items[this.head];
    this.head++;
    if (this.head >= COMPACT_FROM && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }

  clear(): void {
    this.items = [];
    this.head = 0;
  }
}

export function copyOf(slot: TValue | undefined): TValue {
  return slot === undefined ? new TValue(0, null) : new TValue(slot.type, slot.value);
}
