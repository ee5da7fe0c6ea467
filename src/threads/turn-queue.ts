/** A queue in which keys take turns: first come, first served within a key, one of each key before the next of any. */

export interface TurnQueue<T> {
  add(key: string, item: T): void;
  /** @returns whether it was there */
  remove(key: string, item: T): boolean;
  /**
   * Takes the next item that `placeFor` finds a place for, asking for the first of each key in turn; null when there is none. One
   * of the few behind it that `fitsBetter` goes first, but nobody is passed by more than a few. Taken with the place that was
   * found: a second look could see another world.
   */
  next<P>(placeFor: (item: T) => P | null, fitsBetter?: (item: T) => boolean): Taken<T, P> | null;
  size(): number;
  clear(): T[];
}

interface Taken<T, P> {
  readonly item: T;
  readonly place: P;
}

/** So many behind the first are asked, and may pass it. */
const NEAR = 8;

interface Line<T> extends Array<T> {
  /** How many have passed the first. */
  passed?: number;
}

export function turnQueue<T>(): TurnQueue<T> {
  /** In the order of turns: the key that was served goes to the end. */
  const lines = new Map<string, Line<T>>();
  let size = 0;
  const dropEmpty = (key: string, line: readonly T[]) => {
    if (line.length === 0) lines.delete(key);
  };
  return {
    add(key, item) {
      const line = lines.get(key);
      if (line === undefined) lines.set(key, [item]);
      else line.push(item);
      size++;
    },
    remove(key, item) {
      const line = lines.get(key);
      const place = line?.indexOf(item) ?? -1;
      if (line === undefined || place < 0) return false;
      line.splice(place, 1);
      size--;
      dropEmpty(key, line);
      return true;
    },
    next(placeFor, fitsBetter = () => false) {
      for (const [key, line] of lines) {
        const first = placeFor(line[0] as T);
        if (first === null) continue;
        const passed = line.passed ?? 0;
        const better = passed < NEAR ? line.slice(0, NEAR).findIndex(fitsBetter) : 0;
        const its = better > 0 ? placeFor(line[better] as T) : null;
        const item = line.splice(its === null ? 0 : better, 1)[0] as T;
        line.passed = its === null ? 0 : passed + 1;
        size--;
        lines.delete(key);
        if (line.length > 0) lines.set(key, line);
        return { item, place: its ?? first };
      }
      return null;
    },
    size: () => size,
    clear() {
      const all = [...lines.values()].flat();
      lines.clear();
      size = 0;
      return all;
    },
  };
}
