/** What a plan's instances need to suspend, as others hand it on. */
import type { CoreItem } from './program.js';
import type { jspi } from './thunks.js';

/** A function behind a thunk: the trampoline of a lowered import, or what a core module imports by its bare names. */
export type LateItem = Extract<CoreItem, { kind: 'trampoline' | 'host' }>;

/** What instances of one plan need to suspend, made once for all that are granted the same. */
export interface Suspension {
  readonly api: NonNullable<ReturnType<typeof jspi>>;
  readonly items: readonly LateItem[];
  /** Where an item is among {@link items}, by its key. */
  readonly places: ReadonlyMap<string, number>;
  readonly module: WebAssembly.Module;
}

/** Runs a call of an import, and answers what it answers. `maySuspend`: the answer may be a promise. */
export type AroundImports = (run: () => unknown, maySuspend: boolean) => unknown;
