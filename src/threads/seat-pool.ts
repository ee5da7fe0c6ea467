/**
 * A function's pool as one thread sees it: instances of seats whose bounds the host keeps. A seat comes with a call that the host
 * sent, or is borrowed from the host for calls that are made here.
 */
import { MAX_PINNED } from '../pool/pool.js';
import { type Admission, AdmissionEnded, type InstanceSource, type Pool, type PoolStats } from '../pool/types.js';

/** A seat that a call from the host brought along. */
export interface GivenSeat {
  /** -1: its instance is gone after the call. */
  readonly seat: number;
  spent: boolean;
}

export interface SeatPool<T> extends Pool<T> {
  /** The next {@link Pool.run} uses this seat; null: none, where there was no next one after all. */
  give(seat: GivenSeat | null): void;
  /** Makes the instance of a seat before it is needed. */
  prepare(seat: number): void;
  forget(seat: number): void;
  /** Borrows a seat for the next call, unless one is here. @returns whether one is here now */
  borrow(): boolean;
  /** Gives back every borrowed seat that is not in use. */
  returnAll(): void;
}

export interface SeatSource {
  /** Answers at once; -1 where none is free. */
  leaseNow(): number;
  leaseLater(admission: Admission): Promise<number>;
  returnSeat(seat: number, spent: boolean): void;
}

const NO_SEAT = -1;

/** The books of a pool whose bounds are kept elsewhere. */
interface SeatBooks<T> {
  readonly source: InstanceSource<T>;
  readonly seats: SeatSource;
  readonly reuse: boolean;
  /** By seat. */
  readonly instances: Map<number, T>;
  /** Seats that are not in use. */
  readonly borrowed: number[];
  readonly pinned: T[];
  /** Of the next call. */
  given: GivenSeat | null;
  /** The host wanted its seats back while so many calls ran. */
  recalled: number;
  running: number;
  /** Seats whose instances serve a call. */
  readonly inUse: Set<number>;
  /** Of these, those whose instances shall go when they have answered. */
  readonly forgotten: Set<number>;
}

export function seatPool<T>(source: InstanceSource<T>, seats: SeatSource, reuse: boolean): SeatPool<T> {
  const books: SeatBooks<T> = {
    source,
    seats,
    reuse,
    instances: new Map(),
    borrowed: [],
    pinned: [],
    given: null,
    recalled: 0,
    running: 0,
    inUse: new Set(),
    forgotten: new Set(),
  };
  return {
    run: (job, admission) => run(books, job, admission),
    give(seat) {
      books.given = seat;
    },
    prepare: (seat) => prepare(books, seat),
    forget: (seat) => forget(books, seat),
    borrow: () => borrow(books),
    returnAll: () => returnAll(books),
    warm() {},
    hasRoom: () => books.borrowed.length > 0,
    stats: () => statsOf(books),
    close() {
      for (const [seat, instance] of [...books.instances]) drop(books, seat, instance);
    },
  };
}

function run<T, R>(books: SeatBooks<T>, job: (instance: T) => R | Promise<R>, admission: Admission): R | Promise<R> {
  const { given, seats, reuse } = books;
  if (given !== null) {
    books.given = null;
    freePinned(books);
    const after = (spent: boolean) => {
      given.spent = spent;
    };
    return perform(books, given.seat, job, after, true);
  }
  freePinned(books);
  if (books.pinned.length >= MAX_PINNED) throw new AdmissionEnded('pinned', 0);
  if (!reuse || admission.reentrant) return perform(books, NO_SEAT, job, () => {});
  const seat = books.borrowed.pop() ?? seats.leaseNow();
  if (seat !== NO_SEAT) return perform(books, seat, job, (spent) => giveBack(books, seat, spent));
  return seats
    .leaseLater(admission)
    .then((later) => perform(books, later, job, (spent) => giveBack(books, later, spent)));
}

function perform<T, R>(
  books: SeatBooks<T>,
  seat: number,
  job: (instance: T) => R | Promise<R>,
  after: (spent: boolean) => void,
  given = false,
): R | Promise<R> {
  books.running++;
  if (seat !== NO_SEAT) books.inUse.add(seat);
  const settled = (instance: T) => {
    books.running--;
    books.inUse.delete(seat);
    after(settle(books, seat, instance, given));
  };
  const withInstance = (instance: T): R | Promise<R> => {
    let answer: R | Promise<R>;
    try {
      answer = job(instance);
    } catch (error) {
      settled(instance);
      throw error;
    }
    if (answer instanceof Promise) return answer.finally(() => settled(instance));
    settled(instance);
    return answer;
  };
  const failed = (error: unknown): never => {
    books.running--;
    books.inUse.delete(seat);
    books.forgotten.delete(seat);
    after(true);
    throw error;
  };
  let instance: T | Promise<T>;
  try {
    instance = instanceOf(books, seat);
  } catch (error) {
    return failed(error);
  }
  return instance instanceof Promise ? instance.then(withInstance, failed) : withInstance(instance);
}

function instanceOf<T>({ source, instances }: SeatBooks<T>, seat: number, ahead = false): T | Promise<T> {
  const kept = instances.get(seat);
  if (kept !== undefined) return kept;
  const made = source.create(ahead);
  if (seat !== NO_SEAT && !(made instanceof Promise)) instances.set(seat, made);
  return made;
}

/**
 * After a call: the instance stays with its seat, or goes. One that callers hold handles of leaves its seat to others and stays
 * for the handles alone; of a given seat the host knows what is held, and keeps it.
 * @returns whether the seat is spent
 */
function settle<T>(books: SeatBooks<T>, seat: number, instance: T, given: boolean): boolean {
  const { source, instances } = books;
  const condition = source.condition(instance);
  const isForgotten = books.forgotten.delete(seat);
  if (condition === 'pinned' && given && seat !== NO_SEAT && !isForgotten) {
    instances.set(seat, instance);
    return false;
  }
  if (condition === 'pinned') {
    books.pinned.push(instance);
    if (instances.get(seat) === instance) instances.delete(seat);
    return true;
  }
  if (seat === NO_SEAT) {
    source.destroy(instance);
    return false;
  }
  if (condition === 'spent' || isForgotten) {
    drop(books, seat, instance);
    return condition === 'spent';
  }
  instances.set(seat, instance);
  return false;
}

function drop<T>({ source, instances }: SeatBooks<T>, seat: number, instance: T): void {
  if (instances.get(seat) === instance) instances.delete(seat);
  source.destroy(instance);
}

/**
 * The host's answer to who borrows a seat, standing still for it, passes what was said before: that the instance which it had here
 * the last time is to go. And who was given up with its call may still run in one that goes. Nobody closes what a guest is in.
 */
function forget<T>(books: SeatBooks<T>, seat: number): void {
  if (books.inUse.has(seat)) {
    books.forgotten.add(seat);
    return;
  }
  const instance = books.instances.get(seat);
  if (instance !== undefined) drop(books, seat, instance);
}

function freePinned<T>({ source, pinned }: SeatBooks<T>): void {
  for (let at = pinned.length - 1; at >= 0; at--) {
    if (source.condition(pinned[at] as T) !== 'pinned') source.destroy(pinned.splice(at, 1)[0] as T);
  }
}

function giveBack<T>(books: SeatBooks<T>, seat: number, spent: boolean): void {
  const isRecalled = books.recalled > 0;
  if (isRecalled) books.recalled--;
  if (spent || isRecalled) {
    books.seats.returnSeat(seat, spent);
  } else {
    books.borrowed.push(seat);
  }
}

function prepare<T>(books: SeatBooks<T>, seat: number): void {
  try {
    const made = instanceOf(books, seat, true);
    if (made instanceof Promise) made.then((instance) => books.instances.set(seat, instance)).catch(() => {});
  } catch {
    // The first call meets the same error and reports it.
  }
}

function borrow<T>({ reuse, borrowed, seats }: SeatBooks<T>): boolean {
  if (!reuse || borrowed.length > 0) return true;
  const seat = seats.leaseNow();
  if (seat !== NO_SEAT) borrowed.push(seat);
  return seat !== NO_SEAT;
}

function returnAll<T>(books: SeatBooks<T>): void {
  books.recalled = books.running;
  for (const seat of books.borrowed.splice(0)) books.seats.returnSeat(seat, false);
}

/** Of its queue and its instances' numbers the host keeps account. */
function statsOf<T>({ running, borrowed, pinned }: SeatBooks<T>): PoolStats {
  return {
    running,
    idle: borrowed.length,
    queued: 0,
    heldBack: 0,
    pinned: pinned.length,
    created: 0,
    destroyed: 0,
  };
}
