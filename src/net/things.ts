/** What one asker has open, by number, and how it waits for many of them with one question. */

import { onAbort } from '../abort.js';
import type { IoSession } from '../io.js';
import { MAX_TIMER_MS } from '../timers.js';
import { closedError } from './denied.js';

/** Something that becomes ready. */
export interface Thing {
  /** Whether asking it now gives an answer, an error included. */
  ready(): boolean;
  /** Somebody waits for it. */
  awaited?(): void;
  /** Calls back whenever `ready` may have changed. */
  readonly watchers: Set<() => void>;
  close(): void;
}

/** Everything of one session together: more is refused. */
const MAX_THINGS = 10_000;

export interface Things {
  add(thing: Thing): number;
  /** @throws HostError Invalid, for a number that is closed or of another class */
  get<T extends Thing>(type: abstract new (...args: never[]) => T, id: number): T;
  find(id: number): Thing | undefined;
  /** A second time does nothing. */
  close(id: number): void;
  readonly count: number;
  /** Whatever else operations remember for this session. */
  readonly notes: Map<string, unknown>;
}

export function thingsOf(session: IoSession): Things {
  return session.keep('net', () => {
    const things = makeThings();
    return { value: things, close: () => things.closeAll() };
  });
}

function makeThings(): Things & { closeAll(): void } {
  const open = new Map<number, Thing>();
  let last = 0;
  const close = (id: number): void => {
    const thing = open.get(id);
    if (thing === undefined) return;
    open.delete(id);
    thing.close();
    notify(thing);
  };
  return {
    notes: new Map(),
    get count() {
      return open.size;
    },
    add(thing) {
      if (open.size >= MAX_THINGS) {
        thing.close();
        throw closedError(`no more than ${MAX_THINGS} connections and streams can be open at once; this one`);
      }
      last += 1;
      open.set(last, thing);
      return last;
    },
    get(type, id) {
      const thing = open.get(id);
      if (thing instanceof type) return thing;
      throw closedError(`connection or stream ${id}`);
    },
    find: (id) => open.get(id),
    close,
    closeAll() {
      for (const id of [...open.keys()].reverse()) close(id);
    },
  };
}

export function notify(thing: Thing): void {
  for (const watcher of [...thing.watchers]) watcher();
}

/**
 * Which of `ids` are ready, as soon as one is; none when `timeoutMs` has passed. What is closed is ready: who asks it learns so.
 */
export function pollThings(
  things: Things,
  ids: readonly number[],
  timeoutMs: number | null,
  signal: AbortSignal,
): number[] | Promise<number[]> {
  const isReady = (id: number): boolean => things.find(id)?.ready() ?? true;
  const ready = (): number[] => ids.filter(isReady);
  for (const id of ids) things.find(id)?.awaited?.();
  const now = ready();
  if (now.length > 0 || timeoutMs === 0) return now;
  return new Promise((resolve, reject) => {
    const watched: (() => void)[] = [];
    const stop = () => {
      for (const unwatch of watched) unwatch();
      clearTimeout(timer);
      unlisten();
    };
    const aborted = () => {
      stop();
      reject(signal.reason);
    };
    const finish = () => {
      stop();
      resolve(ready());
    };
    for (const id of ids) {
      const thing = things.find(id);
      if (thing === undefined) continue;
      const watcher = () => {
        if (isReady(id)) finish();
      };
      thing.watchers.add(watcher);
      watched.push(() => thing.watchers.delete(watcher));
    }
    const timer = timeoutMs === null ? undefined : setTimeout(finish, Math.min(timeoutMs, MAX_TIMER_MS));
    const unlisten = onAbort(signal, aborted);
    if (signal.aborted) aborted();
  });
}

/** Waits until a thing is ready. @throws the signal's reason */
export async function untilReady(thing: Thing, signal: AbortSignal): Promise<void> {
  thing.awaited?.();
  while (!thing.ready()) {
    await new Promise<void>((resolve, reject) => {
      const done = () => {
        thing.watchers.delete(done);
        unlisten();
        if (signal.aborted) reject(signal.reason);
        else resolve();
      };
      thing.watchers.add(done);
      const unlisten = onAbort(signal, done);
      if (signal.aborted) done();
    });
  }
}
