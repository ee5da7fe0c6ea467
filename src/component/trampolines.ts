/** The core functions that this engine gives to guests: lowered imports, calls between components, resource built-ins. */
import type { Callee, CoreFunction } from '../abi/codegen.js';
import { Trap } from '../abi/errors.js';
import { type ComponentInstance, resourceDrop, resourceNew, resourceRep } from '../abi/handles.js';
import { HostBug } from '../errors.js';
import { hostCallee } from './host-imports.js';
import type { Runtime } from './instance.js';
import type { TrampolineDef } from './program.js';

export function makeTrampoline(runtime: Runtime, index: number): CoreFunction {
  const def = runtime.program.trampolines[index];
  if (def === undefined) throw new HostBug(`the program has no trampoline ${index}`);
  return def.kind === 'lower' ? lowerTrampoline(runtime, index, def) : resourceTrampoline(runtime, def);
}

type LowerDef = Extract<TrampolineDef, { kind: 'lower' }>;

function lowerTrampoline(runtime: Runtime, index: number, def: LowerDef): CoreFunction {
  const target = def.func.kind === 'lift' ? 'rep' : 'js';
  const callee = def.func.kind === 'lift' ? guestCallee(runtime, def.func.index, def.inst) : hostSide(runtime, def);
  if (callee === null) return missing(runtime, def);
  return runtime.prepared.lower(index, def.type, target, def.context)(runtime.context(def.context), callee);
}

/** null: the host has nothing for it. */
function hostSide(runtime: Runtime, def: LowerDef): Callee | null {
  const hostDef = runtime.program.hostFuncs[def.func.index];
  if (hostDef === undefined || runtime.givenFor(hostDef.import) === undefined) return null;
  const call = runtime.hostFunction(def.func.index);
  return hostCallee(call, runtime.hostLabel(def.func.index), def.type, (thrown) => runtime.fail(thrown));
}

/** An import that was not granted: no code is made for it, and it fails when it is called. */
function missing(runtime: Runtime, def: LowerDef): CoreFunction {
  return () => {
    try {
      runtime.hostFunction(def.func.index)([]);
    } catch (thrown) {
      runtime.fail(thrown);
      throw thrown;
    }
  };
}

/** A call into another component instance of the same program. */
function guestCallee(runtime: Runtime, lift: number, caller: number): Callee {
  const def = runtime.program.lifts[lift];
  if (def === undefined) throw new HostBug(`the program has no lifted function ${lift}`);
  const inst = runtime.program.contexts[def.context]?.inst ?? 0;
  const entering = runtime.entering(inst, caller);
  const callerInstance = runtime.instance(caller);
  const lifted = runtime.prepared.lift(lift, 'rep');
  let core: CoreFunction | null = null;
  let postReturn: CoreFunction | null = null;
  return {
    enter() {
      for (const each of entering) if (!each.mayEnter) refuse(each);
      for (const each of entering) each.mayEnter = false;
      runtime.active = runtime.instance(inst);
    },
    call(args, resolve) {
      core ??= runtime.coreItem(def.core) as CoreFunction;
      if (def.postReturn !== null) postReturn ??= runtime.coreItem(def.postReturn) as CoreFunction;
      return lifted(runtime.context(def.context), core, postReturn, args, resolve);
    },
    leave() {
      for (const each of entering) each.mayEnter = true;
      runtime.active = callerInstance;
    },
    fail: (thrown) => runtime.fail(thrown),
  };
}

function refuse(inst: ComponentInstance): never {
  throw new Trap('cannot-enter', { instance: inst.path, detail: 'it is in a call already' });
}

function resourceTrampoline(runtime: Runtime, def: Exclude<TrampolineDef, { kind: 'lower' }>): CoreFunction {
  const inst = runtime.instance(def.inst);
  const resource = runtime.resources[def.resource];
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
      runtime.fail(thrown);
      throw thrown;
    }
  };
}
