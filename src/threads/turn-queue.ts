/** A queue in which keys take turns: first come, first served within a key, one of each key before the next of any. */

export interface TurnQueue<T> {
  add(key: string, item: T): void;
  /** @returns whether it was there */
  remove(key: string, item: T): boolean;
  /** Takes the next item that `fits`, asking the first of each key in turn; null when none does. */
  next(fits: (item: T) => boolean): T | null;
  size(): number;
  clear(): T[];
}

export function turnQueue<T>(): TurnQueue<T> {
  /** In the order of turns: the key that was served goes to the end. */
  const lines = new Map<string, T[]>();
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
    next(fits) {
      for (const [key, line] of lines) {
        const first = line[0] as T;
        if (!fits(first)) continue;
        line.shift();
        size--;
        lines.delete(key);
        if (line.length > 0) lines.set(key, line);
        return first;
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
