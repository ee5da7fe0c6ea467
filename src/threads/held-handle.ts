/** A handle of a call thread's instance as the host's books have it. */
import type { Seat } from '../functions/elsewhere.js';
import type { HostThread } from './host-thread.js';

/** What the host knows of a handle that somebody holds, or forgot. */
export interface HeldHandle {
  readonly thread: HostThread;
  readonly number: number;
  readonly resource: string;
  /** Whose instance it keeps. */
  readonly seat: Seat;
  /** The function that gave it. */
  readonly id: string;
  /** Its methods can be stopped without their thread. */
  readonly guarded: boolean;
  /** - 'lost': with its thread. */
  state: 'live' | 'gone' | 'lost';
}

export function letGo({ thread, number, seat }: HeldHandle): void {
  if (thread.held.delete(number)) seat.held--;
}

/** With their thread. */
export function loseHandles(thread: HostThread): void {
  for (const held of thread.held.values()) {
    if (held.state === 'live') held.state = 'lost';
    held.seat.spent = true;
    held.seat.held = 0;
  }
  thread.held.clear();
}

/** Calls have taken them. */
export function handlesMoved(thread: HostThread, numbers: readonly number[]): void {
  for (const number of numbers) {
    const held = thread.held.get(number);
    if (held === undefined) continue;
    held.state = 'gone';
    letGo(held);
  }
}
