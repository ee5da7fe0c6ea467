/** How a resource handle crosses: the number that it has on the thread of its instance, and whether that thread may find it. */
import type { Value } from '../values.js';

/** Dropped or moved before, or lent for a call that is over. */
export const GONE = 0;
export const LIVE = 1;
/** Its instance is on another thread than the one that is told of it. */
export const FOREIGN = 2;

export interface HandleMark {
  /** From 1, never used twice on one thread; 0 where nobody is to find it. */
  readonly number: number;
  readonly state: number;
  /** Of its resource. */
  readonly name: string;
}

/** null: no handle, or none of this side. */
export type HandleOut = (value: object) => HandleMark | null;

export type HandleIn = (mark: HandleMark) => Value;
