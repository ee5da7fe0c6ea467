/** What is said of an entry before it is one: its meta, and what is wrong with it. */
import type { FieldPath } from './nodes.js';

export type MetaValue = null | boolean | number | string | readonly MetaValue[] | MetaMap;
export interface MetaMap {
  readonly [key: string]: MetaValue;
}

/** Why an entry is wrong, without its place. Every field is printed under the message. */
export interface ProblemFacts {
  /** Stable; programs may rely on it. The registry's own are in docs/registry.md. */
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  /** The nearest name or value that would be right. */
  readonly suggestion?: string;
  /** A place inside the field's text (WAT, WIT, Lua), both from 1. */
  readonly within?: { readonly line: number; readonly column: number; readonly length?: number };
}

/** {@link ProblemFacts} about one field: `['pool', 'size']`; `[]` is the entry itself. */
export interface FieldProblem extends ProblemFacts {
  readonly path: FieldPath;
  /** The entry whose problem this is told with: it has the same code. */
  readonly sameAs?: string;
}
