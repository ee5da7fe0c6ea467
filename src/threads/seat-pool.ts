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
  /** The next {@link Pool.run} uses this seat. */
  give(seat: GivenSeat): void;
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

export function seatPool<T>(source: InstanceSource<T>, seats: SeatSource, reuse: boolean): SeatPool<T> {
  const instances = new Map<number, T>();
  const borrowed: number[] = [];
  const pinned: T[] = [];
  let given: GivenSeat | null = null;
  let recalled = false;
  let running = 0;

  const instanceOf = (seat: number): T | Promise<T> => {
    const kept = instances.get(seat);
    if (kept !== undefined) return kept;
    const made = source.create();
    if (seat !== NO_SEAT && !(made instanceof Promise)) instances.set(seat, made);
    return made;
  };
  const drop = (seat: number, instance: T) => {
    if (instances.get(seat) === instance) instances.delete(seat);
    source.destroy(instance);
  };
  /**
   * After a call: the instance stays with its seat, or goes. One that callers hold handles of leaves its seat to others and stays
   * for the handles alone.
   * @returns whether the seat is spent
   */
  const settle = (seat: number, instance: T): boolean => {
    const condition = source.condition(instance);
    if (condition === 'pinned') {
      pinned.push(instance);
      if (instances.get(seat) === instance) instances.delete(seat);
      return true;
    }
    if (seat === NO_SEAT) {
      source.destroy(instance);
      return false;
    }
    if (condition === 'spent') {
      drop(seat, instance);
      return true;
    }
    instances.set(seat, instance);
    return false;
  };
  const freePinned = () => {
    for (let at = pinned.length - 1; at >= 0; at--) {
      if (source.condition(pinned[at] as T) !== 'pinned') source.destroy(pinned.splice(at, 1)[0] as T);
    }
    if (pinned.length >= MAX_PINNED) throw new AdmissionEnded('pinned', 0);
  };
  const giveBack = (seat: number, spent: boolean) => {
    if (spent || recalled) {
      recalled = false;
      seats.returnSeat(seat, spent);
    } else {
      borrowed.push(seat);
    }
  };

  function perform<R>(
    seat: number,
    job: (instance: T) => R | Promise<R>,
    after: (spent: boolean) => void,
  ): R | Promise<R> {
    running++;
    const settled = (instance: T) => {
      running--;
      after(settle(seat, instance));
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
      running--;
      after(true);
      throw error;
    };
    let instance: T | Promise<T>;
    try {
      instance = instanceOf(seat);
    } catch (error) {
      return failed(error);
    }
    return instance instanceof Promise ? instance.then(withInstance, failed) : withInstance(instance);
  }

  function run<R>(job: (instance: T) => R | Promise<R>, admission: Admission): R | Promise<R> {
    if (given !== null) {
      const own = given;
      given = null;
      return perform(own.seat, job, (spent) => {
        own.spent = spent;
      });
    }
    if (pinned.length > 0) freePinned();
    if (!reuse || admission.reentrant) return perform(NO_SEAT, job, () => {});
    const seat = borrowed.pop() ?? seats.leaseNow();
    if (seat !== NO_SEAT) return perform(seat, job, (spent) => giveBack(seat, spent));
    return seats.leaseLater(admission).then((later) => perform(later, job, (spent) => giveBack(later, spent)));
  }

  return {
    run,
    give(seat) {
      given = seat;
    },
    prepare(seat) {
      try {
        const made = instanceOf(seat);
        if (made instanceof Promise) made.then((instance) => instances.set(seat, instance)).catch(() => {});
      } catch {
        // The first call meets the same error and reports it.
      }
    },
    forget(seat) {
      const instance = instances.get(seat);
      if (instance !== undefined) drop(seat, instance);
    },
    borrow() {
      if (!reuse || borrowed.length > 0) return true;
      const seat = seats.leaseNow();
      if (seat !== NO_SEAT) borrowed.push(seat);
      return seat !== NO_SEAT;
    },
    returnAll() {
      if (running > 0) recalled = true;
      for (const seat of borrowed.splice(0)) seats.returnSeat(seat, false);
    },
    warm() {},
    hasRoom: () => borrowed.length > 0,
    stats: (): PoolStats => ({
      running,
      idle: borrowed.length,
      queued: 0,
      heldBack: 0,
      pinned: pinned.length,
      created: 0,
      destroyed: 0,
    }),
    close() {
      for (const [seat, instance] of [...instances]) drop(seat, instance);
    },
  };
}
