/** Code made from a plan, once per thread and lazily: what every instance of the plan shares. */
import type { LiftedCall, LowerFactory } from '../abi/codegen.js';
import type { GenTarget } from '../abi/gen-context.js';
import { makeLift, makeLower } from '../abi/make.js';
import type { FuncType, ResourceType } from '../wit/types.js';
import type { Program } from './program.js';
import type { PlanFunction } from './types.js';

export interface Prepared {
  readonly program: Program;
  /** @param later its core function answers promises */
  lift(index: number, target: GenTarget, later?: boolean): LiftedCall;
  /** @param later what it calls may answer promises */
  lower(trampoline: number, type: FuncType, target: GenTarget, context: number, later?: boolean): LowerFactory;
  /** Component instances that a call into `callee` enters when it comes from `caller`. Rule: `entering_set`. */
  entering(callee: number, caller: number | null): readonly number[];
  /** Methods of a resource by WIT name: index of the export. */
  methods(resource: number): ReadonlyMap<string, number>;
}

const cache = new WeakMap<Program, Prepared>();

/** What instances of `program` share. The same program gives the same answer. */
export function prepare(program: Program, exports: readonly PlanFunction[]): Prepared {
  let prepared = cache.get(program);
  if (prepared === undefined) {
    prepared = makePrepared(program, exports);
    cache.set(program, prepared);
  }
  return prepared;
}

function makePrepared(program: Program, exports: readonly PlanFunction[]): Prepared {
  const makeLists = (): Record<GenTarget, LiftedCall[]> => ({ go: [], js: [], rep: [] });
  const now = { lifts: makeLists(), lowers: [] as LowerFactory[] };
  const late: typeof now = { lifts: makeLists(), lowers: [] };
  const methodsOf = new Map<number, Map<string, number>>();
  const encodingOf = (context: number) => program.contexts[context]?.encoding ?? 'utf8';
  return {
    program,
    lift(index, target, later = false) {
      const { lifts } = later ? late : now;
      const def = program.lifts[index];
      if (def === undefined) throw new RangeError(`no lifted function ${index}`);
      lifts[target][index] ??= makeLift(def.type, { encoding: encodingOf(def.context), target, later });
      return lifts[target][index];
    },
    lower(trampoline, type, target, context, later = false) {
      const { lowers } = later ? late : now;
      lowers[trampoline] ??= makeLower(type, { encoding: encodingOf(context), target, later });
      return lowers[trampoline];
    },
    entering: (callee, caller) => enteringSet(program, callee, caller),
    methods(resource) {
      let methods = methodsOf.get(resource);
      if (methods === undefined) {
        methods = methodIndices(exports, resource);
        methodsOf.set(resource, methods);
      }
      return methods;
    },
  };
}

/** Rule: `entering_set`. */
function enteringSet(program: Program, callee: number, caller: number | null): number[] {
  const callers = caller === null ? [] : selfAndAncestors(program, caller);
  return selfAndAncestors(program, callee).filter((each) => !callers.includes(each));
}

/** Rule: `self_and_ancestors`. */
function selfAndAncestors(program: Program, inst: number): number[] {
  const found: number[] = [];
  for (let at: number | null = inst; at !== null; at = program.instances[at]?.parent ?? null) found.push(at);
  return found;
}

function methodIndices(exports: readonly PlanFunction[], resource: number): Map<string, number> {
  const methods = new Map<string, number>();
  for (const { index, function: fn } of exports) {
    const { role } = fn;
    if (role.kind === 'method' && (role.resource as ResourceType).id === resource) methods.set(fn.name, index);
  }
  return methods;
}
