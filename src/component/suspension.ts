/** Guests that suspend: which of a plan's imports may answer later, and what one instance keeps while it waits for such an answer. */
import { coreSignature } from '../abi/layout.js';
import type { CoreSignature, Program } from './program.js';
import type { AroundImports, LateItem, Suspension } from './suspension-types.js';
import { canPass, jspi, makeThunks, type Thunks, thunkModule } from './thunks.js';
import type { ComponentPlan } from './types.js';

/**
 * @param late names of functions that may answer later, by their import's name
 * @returns null where this Node cannot suspend guests, nothing can be waited for, or components of the plan call each other:
 *   V8 does not suspend stacks with frames of ours on them
 */
export function suspensionOf(plan: ComponentPlan, late: ReadonlyMap<string, ReadonlySet<string>>): Suspension | null {
  const api = jspi();
  if (api === null || late.size === 0 || hasInnerCalls(plan.program as Program)) return null;
  const found = [...lateItems(plan, late)].filter(({ signature }) => canPass(signature));
  if (found.length === 0) return null;
  const module = thunkModule(found.map(({ signature }) => signature));
  const items = found.map(({ item }) => item);
  return { api, items, places: new Map(items.map((item, index) => [keyOf(item), index])), module };
}

function* lateItems(
  plan: ComponentPlan,
  late: ReadonlyMap<string, ReadonlySet<string>>,
): Generator<{ readonly item: LateItem; readonly signature: CoreSignature }> {
  const program = plan.program as Program;
  const isLate = (importIndex: number, name: string): boolean => {
    const { name: importName } = plan.imports[importIndex]!;
    return late.get(importName)?.has(name === '' ? importName : name) ?? false;
  };
  for (const [index, def] of program.trampolines.entries()) {
    if (def.kind !== 'lower' || def.func.kind !== 'host') continue;
    const host = program.hostFuncs[def.func.index]!;
    if (!isLate(host.import, host.name)) continue;
    yield { item: { kind: 'trampoline', index }, signature: coreSignature(def.type, 'lower') };
  }
  for (const { imports } of program.coreInstances) {
    for (const { item } of imports.flatMap((group) => group.items)) {
      if (item.kind === 'host' && isLate(item.import, item.name)) yield { item, signature: item.type };
    }
  }
}

function hasInnerCalls({ trampolines }: Program): boolean {
  return trampolines.some((def) => def.kind === 'lower' && def.func.kind === 'lift');
}

/** A class: one instance's flag and its wait, shared by all that run its guests. */
export class Suspender {
  /** While its guest is suspended: ends the wait. */
  private giveUp: ((error: unknown) => void) | null = null;
  private readonly thunks: Thunks;
  private readonly places: ReadonlyMap<string, number>;
  private readonly promising: Suspension['api']['promising'];
  /** Whether the guest could suspend now. */
  may = false;
  /** What its waits took, by the clock that {@link now} is. */
  waitedMs = 0;
  now: () => number = () => 0;
  /** Stands around every call of an import; several suspended guests take turns on one thread. */
  around: AroundImports | null = null;
  /** After every wait, before anything of the guest runs. */
  private readonly resumed: () => void;

  constructor(
    { api, items, places, module }: Suspension,
    sideOf: (item: LateItem) => (...args: never[]) => unknown,
    resumed: () => void,
  ) {
    this.promising = api.promising;
    this.resumed = resumed;
    this.places = places;
    this.thunks = makeThunks(module, api, items.map(sideOf), () => this.may);
  }

  /** The thunk in front of an item; undefined for what never answers later. */
  thunkOf(item: LateItem): unknown {
    const place = this.places.get(keyOf(item));
    return place === undefined ? undefined : this.thunks(place);
  }

  /** A core export that answers promises and whose stack can be suspended. */
  promise(core: (...args: never[]) => unknown): (...args: never[]) => Promise<unknown> {
    return this.promising(core);
  }

  /** Its guest is suspended. */
  get waiting(): boolean {
    return this.giveUp !== null;
  }

  /** Runs what may not suspend: code with frames of ours below it. */
  without<T>(run: () => T): T {
    const before = this.may;
    this.may = false;
    try {
      return run();
    } finally {
      this.may = before;
    }
  }

  /** `answer`, for which the guest is suspended now. */
  wait<T>(answer: PromiseLike<T>): Promise<T> {
    const start = this.now();
    return new Promise((resolve, reject) => {
      const once = (settle: () => void): void => {
        if (this.giveUp !== end) return; // the wait was ended before
        this.giveUp = null;
        this.waitedMs += this.now() - start;
        this.resumed();
        settle();
      };
      const end = (error: unknown): void => once(() => reject(error));
      this.giveUp = end;
      answer.then(
        (value) => once(() => resolve(value)),
        (error: unknown) => once(() => reject(error)),
      );
    });
  }

  /** Ends the wait of a suspended guest with an error; does nothing where it is not suspended. */
  interrupt(error: unknown): void {
    this.giveUp?.(error);
  }
}

function keyOf(item: LateItem): string {
  return item.kind === 'trampoline' ? `${item.index}` : `${item.import} ${item.name}`;
}
