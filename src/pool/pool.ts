/**
 * Who runs a call: hands out instances of one function, makes them as its policy allows, queues what must wait, and
 * lets go of what is idle. Answers at once where an instance is free and the work does not wait, so that a call that
 * needs nobody costs no promise. Knows nothing of guests: what an instance is, its source says.
 */
import { onAbort } from '../abort.js';
import type { Books, Waiter } from './books.js';
import { boundFor } from './bound.js';
import type { Clock } from './clock.js';
import type { PoolPolicy } from './policy.js';
import { type Admission, AdmissionEnded, type InstanceSource, type Pool, type PoolStats } from './types.js';

/** More pinned instances than this in one pool is a leak of handles. */
export const MAX_PINNED = 1000;

/**
 * @example
 * const pool = createPool(poolPolicy({ type: 'lazy', max_size: 4 }, 2), source, systemClock);
 * const answer = pool.run((instance) => instance.call(0, [6, 7], 'js'), { reentrant: false, signal: null, deadline: null });
 */
export function createPool<T>(policy: PoolPolicy, source: InstanceSource<T>, clock: Clock): Pool<T> {
  const queue: Waiter<T>[] = [];
  const bound = boundFor(policy, { clock, isWaiting: () => queue.length > 0, onGrown: () => startNext(books) });
  const books: Books<T> = {
    policy,
    source,
    clock,
    idle: [],
    pinned: [],
    queue,
    bound,
    running: 0,
    created: 0,
    destroyed: 0,
    closed: false,
    cancelSweep: null,
  };
  return {
    run: (job, admission) => admit(books, job, admission),
    warm: () => warm(books),
    hasRoom: () => hasRoom(books),
    stats: () => statsOf(books),
    close: () => close(books),
  };
}

function admit<T, R>(books: Books<T>, job: (instance: T) => R | Promise<R>, admission: Admission): R | Promise<R> {
  if (books.closed && !admission.reentrant) throw new AdmissionEnded('closed', 0);
  if (books.pinned.length > 0) releasePinned(books);
  if (books.pinned.length >= MAX_PINNED) throw new AdmissionEnded('pinned', 0);
  if (admission.reentrant || hasRoom(books)) return runNow(books, job);
  if (admission.signal?.aborted === true) throw new AdmissionEnded('aborted', 0);
  return wait(books, admission).then((instance) => perform(books, instance, job));
}

function hasRoom<T>({ queue, running, bound }: Books<T>): boolean {
  return queue.length === 0 && running < bound.now();
}

function runNow<T, R>(books: Books<T>, job: (instance: T) => R | Promise<R>): R | Promise<R> {
  books.running++;
  let instance: T | Promise<T>;
  try {
    instance = take(books);
  } catch (error) {
    noInstance(books);
    throw error;
  }
  if (!(instance instanceof Promise)) return perform(books, instance, job);
  return instance.then(
    (made) => perform(books, made, job),
    (error: unknown) => {
      noInstance(books);
      throw error;
    },
  );
}

function noInstance<T>(books: Books<T>): void {
  books.running--;
  startNext(books);
}

/** An idle instance, or a new one. The caller has counted it as running. */
function take<T>(books: Books<T>): T | Promise<T> {
  // The sweep stays set: it finds out by itself what has been idle long enough, and calls touch no timer.
  const free = books.idle.pop();
  return free === undefined ? create(books) : free.instance;
}

function create<T>(books: Books<T>, ahead = false): T | Promise<T> {
  books.created++;
  return books.source.create(ahead);
}

function destroy<T>(books: Books<T>, instance: T): void {
  books.destroyed++;
  books.source.destroy(instance);
}

function perform<T, R>(books: Books<T>, instance: T, job: (instance: T) => R | Promise<R>): R | Promise<R> {
  let answer: R | Promise<R>;
  try {
    answer = job(instance);
  } catch (error) {
    giveBack(books, instance);
    throw error;
  }
  if (answer instanceof Promise) return answer.finally(() => giveBack(books, instance));
  giveBack(books, instance);
  return answer;
}

function giveBack<T>(books: Books<T>, instance: T): void {
  books.running--;
  books.bound.ended();
  const condition = books.source.condition(instance);
  if (condition === 'pinned') {
    books.pinned.push(instance);
  } else if (condition === 'spent' || !books.policy.reuse || books.closed) {
    destroy(books, instance);
  } else if (books.queue.length > 0 && books.running < books.bound.now()) {
    books.running++;
    books.queue.shift()!.start(instance);
    return;
  } else {
    park(books, instance);
  }
  startNext(books);
}

/** Gives the place that became free to the first who waits. */
function startNext<T>(books: Books<T>): void {
  while (books.queue.length > 0 && books.running < books.bound.now()) {
    const waiter = books.queue.shift()!;
    const fail = (error: unknown) => {
      books.running--;
      waiter.fail(error);
    };
    books.running++;
    try {
      const instance = take(books);
      if (instance instanceof Promise) {
        instance.then(waiter.start, (error: unknown) => {
          fail(error);
          startNext(books);
        });
      } else {
        waiter.start(instance);
      }
    } catch (error) {
      fail(error);
    }
  }
}

function wait<T>(books: Books<T>, admission: Admission): Promise<T> {
  const { clock, queue } = books;
  const since = clock.now();
  return new Promise<T>((resolve, reject) => {
    const leave = (reason: AdmissionEnded['reason']) => {
      const place = queue.indexOf(waiter);
      if (place < 0) return; // its instance is being made: the job sees the same signal and deadline
      queue.splice(place, 1);
      waiter.fail(new AdmissionEnded(reason, clock.now() - since));
    };
    const { deadline, signal } = admission;
    const stopTimer = deadline === null ? null : clock.after(deadline - since, () => leave('deadline'));
    const unlisten = signal === null ? null : onAbort(signal, () => leave('aborted'));
    const settle = () => {
      stopTimer?.();
      unlisten?.();
    };
    const waiter: Waiter<T> = {
      start(instance) {
        settle();
        resolve(instance);
      },
      fail(error) {
        settle();
        reject(error);
      },
    };
    queue.push(waiter);
    books.bound.waits();
  });
}

function releasePinned<T>(books: Books<T>): void {
  for (let index = books.pinned.length - 1; index >= 0; index--) {
    const instance = books.pinned[index]!;
    const condition = books.source.condition(instance);
    if (condition === 'pinned') continue;
    books.pinned.splice(index, 1);
    if (condition === 'reusable' && books.policy.reuse) park(books, instance);
    else destroy(books, instance);
  }
}

function park<T>(books: Books<T>, instance: T): void {
  const { idle, policy } = books;
  if (idle.length + books.running >= Math.max(policy.maxRunning, policy.initialInstances)) {
    destroy(books, instance); // made above the bound, for a call from inside the pool
    return;
  }
  idle.push({ instance, since: books.clock.now() });
  scheduleSweep(books);
}

function scheduleSweep<T>(books: Books<T>): void {
  const { idle, policy, clock } = books;
  if (policy.idleMs === null || books.cancelSweep !== null || idle.length <= policy.minInstances) return;
  books.cancelSweep = clock.afterIdle(idle[0]!.since + policy.idleMs - clock.now(), () => sweep(books, policy.idleMs!));
}

function stopSweep<T>(books: Books<T>): void {
  books.cancelSweep?.();
  books.cancelSweep = null;
}

/** Lets go of what has been idle for its time; a pool that shrinks by steps gives the rest its time anew. */
function sweep<T>(books: Books<T>, idleMs: number): void {
  const { idle, policy } = books;
  const now = books.clock.now();
  let quota = policy.shrinkBy;
  books.cancelSweep = null;
  while (quota > 0 && idle.length > policy.minInstances && now - idle[0]!.since >= idleMs) {
    destroy(books, idle.shift()!.instance);
    quota--;
  }
  books.bound.shrinkTo(Math.max(idle.length + books.running, policy.minInstances));
  if (quota === 0) for (const [place, { instance }] of idle.entries()) idle[place] = { instance, since: now };
  scheduleSweep(books);
}

function warm<T>(books: Books<T>): void {
  for (let count = books.idle.length + books.running; count < books.policy.initialInstances; count++) {
    books.running++;
    try {
      const made = create(books, true);
      if (made instanceof Promise) {
        made.then(
          (instance) => giveBack(books, instance),
          () => noInstance(books),
        );
      } else {
        giveBack(books, made);
      }
    } catch {
      books.running--;
      return; // the first call meets the same error and reports it
    }
  }
}

function statsOf<T>(books: Books<T>): PoolStats {
  const queued = Math.min(books.queue.length, books.policy.buffer);
  return {
    running: books.running,
    idle: books.idle.length,
    queued,
    heldBack: books.queue.length - queued,
    pinned: books.pinned.length,
    created: books.created,
    destroyed: books.destroyed,
  };
}

function close<T>(books: Books<T>): void {
  books.closed = true;
  stopSweep(books);
  books.bound.close();
  for (const waiter of books.queue.splice(0)) waiter.fail(new AdmissionEnded('closed', 0));
  for (const { instance } of books.idle.splice(0)) destroy(books, instance);
  for (const instance of books.pinned.splice(0)) destroy(books, instance);
}
