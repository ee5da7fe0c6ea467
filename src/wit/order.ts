/** What is declared in any order, put into an order in which each comes after what it needs. Never recurses. */
import type { Span } from './error.js';

export interface Need<T> {
  readonly on: T;
  /** Where the text says so. */
  readonly span: Span;
}

type Order<T> =
  | { readonly order: readonly T[]; readonly cycle: null }
  /** `cycle`: each needs the next, the last needs the first; `span`: where that last need stands. */
  | { readonly order: null; readonly cycle: readonly T[]; readonly span: Span };

/** Depth first, in the order given: what needs nothing keeps its place. */
export function orderByNeeds<T>(nodes: Iterable<T>, needsOf: (node: T) => readonly Need<T>[]): Order<T> {
  const order: T[] = [];
  const done = new Set<T>();
  const open = new Set<T>();
  for (const root of nodes) {
    if (done.has(root)) continue;
    const stack = [{ node: root, needs: needsOf(root), next: 0 }];
    open.add(root);
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const need = frame.needs[frame.next++];
      if (need === undefined) {
        stack.pop();
        open.delete(frame.node);
        done.add(frame.node);
        order.push(frame.node);
      } else if (open.has(need.on)) {
        const path = stack.map((entry) => entry.node);
        return { order: null, cycle: path.slice(path.indexOf(need.on)), span: need.span };
      } else if (!done.has(need.on)) {
        open.add(need.on);
        stack.push({ node: need.on, needs: needsOf(need.on), next: 0 });
      }
    }
  }
  return { order, cycle: null };
}
