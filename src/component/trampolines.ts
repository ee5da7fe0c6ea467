/** The core functions that this engine gives to guests: lowered imports, calls between components, resource built-ins. */
import type { Callee, CoreFunction } from '../abi/codegen.js';
import type { LiftLowerContext } from '../abi/context.js';
import { Trap } from '../abi/errors.js';
import {
  type ComponentInstance,
  type RuntimeResource,
  resourceDrop,
  resourceNew,
  resourceRep,
} from '../abi/handles.js';
import { HostBug } from '../errors.js';
import { hostCallee, type Wait } from './host-imports.js';
import type { Imports } from './imports.js';
import type { Prepared } from './prepare.js';
import type { CoreItem, Program, TrampolineDef } from './program.js';

/** What trampolines need of the instance that they belong to. */
export interface TrampolineSide {
  readonly program: Program;
  readonly prepared: Prepared;
  readonly resources: readonly RuntimeResource[];
  active: ComponentInstance | null;
  instance(index: number): ComponentInstance;
  /** Component instances entered on the way from `caller` into `callee`. */
  entering(callee: number, caller: number | null): readonly ComponentInstance[];
  context(index: number): LiftLowerContext;
  coreItem(item: CoreItem): unknown;
  readonly imports: Imports;
  /** Waits for what an import answered, while the guest is suspended. */
  readonly wait: Wait | null;
  fail(thrown: unknown): void;
}

/** @param later what it calls may answer with a promise */
export function makeTrampoline(side: TrampolineSide, index: number, later = false): CoreFunction {
  const def = side.program.trampolines[index];
  if (def === undefined) throw new HostBug(`the program has no trampoline ${index}`);
  return def.kind === 'lower' ? lowerTrampoline(side, index, def, later) : resourceTrampoline(side, def);
}

type LowerDef = Extract<TrampolineDef, { kind: 'lower' }>;

function lowerTrampoline(side: TrampolineSide, index: number, def: LowerDef, later: boolean): CoreFunction {
  const target = def.func.kind === 'lift' ? 'rep' : 'js';
  const callee = def.func.kind === 'lift' ? guestCallee(side, def.func.index, def.inst) : hostSide(side, def, later);
  if (callee === null) return missing(side, def);
  return side.prepared.lower(index, def.type, target, def.context, later)(side.context(def.context), callee);
}

/** null: the host has nothing for it. */
function hostSide(side: TrampolineSide, def: LowerDef, later: boolean): Callee | null {
  const hostDef = side.program.hostFuncs[def.func.index];
  if (hostDef === undefined || side.imports.given(hostDef.import) === undefined) return null;
  const call = side.imports.hostFunction(def.func.index);
  return hostCallee({
    call,
    label: side.imports.hostLabel(def.func.index),
    type: def.type,
    fail: (thrown) => side.fail(thrown),
    resources: side.resources,
    wait: later ? side.wait : null,
  });
}

/** An import that was not granted: no code is made for it, and it fails when it is called. */
function missing(side: TrampolineSide, def: LowerDef): CoreFunction {
  return () => {
    try {
      side.imports.hostFunction(def.func.index)([]);
    } catch (thrown) {
      side.fail(thrown);
      throw thrown;
    }
  };
}

/** A call into another component instance of the same program. */
function guestCallee(side: TrampolineSide, lift: number, caller: number): Callee {
  const def = side.program.lifts[lift];
  if (def === undefined) throw new HostBug(`the program has no lifted function ${lift}`);
  const inst = side.program.contexts[def.context]?.inst ?? 0;
  const entering = side.entering(inst, caller);
  const callerInstance = side.instance(caller);
  const lifted = side.prepared.lift(lift, 'rep');
  let core: CoreFunction | null = null;
  let postReturn: CoreFunction | null = null;
  return {
    enter() {
      for (const each of entering) if (!each.mayEnter) refuse(each);
      for (const each of entering) each.mayEnter = false;
      side.active = side.instance(inst);
    },
    call(args, resolve) {
      core ??= side.coreItem(def.core) as CoreFunction;
      if (def.postReturn !== null) postReturn ??= side.coreItem(def.postReturn) as CoreFunction;
      return lifted(side.context(def.context), core, postReturn, args, resolve);
    },
    leave() {
      for (const each of entering) each.mayEnter = true;
      side.active = callerInstance;
    },
    fail: (thrown) => side.fail(thrown),
  };
}

function refuse(inst: ComponentInstance): never {
  throw new Trap('cannot-enter', { instance: inst.path, detail: 'it is in a call already' });
}

function resourceTrampoline(side: TrampolineSide, def: Exclude<TrampolineDef, { kind: 'lower' }>): CoreFunction {
  const inst = side.instance(def.inst);
  const resource = side.resources[def.resource];
  if (resource === undefined) throw new HostBug(`the program has no resource ${def.resource}`);
  const operations = {
    'resource.new': (rep: number) => resourceNew(inst, resource, rep),
    'resource.drop': (index: number) => resourceDrop(inst, resource, index),
    'resource.rep': (index: number) => resourceRep(inst, resource, index),
  };
  const operation = operations[def.kind];
  return (value: number) => {
    try {
      return operation(value);
    } catch (thrown) {
      side.fail(thrown);
      throw thrown;
    }
  };
}
