/** Resource types of one instance: those that guests implement, with their destructors, and those of the host. */
import type { CoreFunction } from '../abi/codegen.js';
import { Trap } from '../abi/errors.js';
import type { ComponentInstance, RuntimeResource } from '../abi/handles.js';
import { HostBug } from '../errors.js';
import { resourceClass } from './host-imports.js';
import { disposeHostObject, type HostObjects } from './host-objects.js';
import type { TrampolineSide } from './trampolines.js';

/** What destructors need of the instance that they run in; its resources are what is being made. */
interface Side extends Omit<TrampolineSide, 'resources'> {
  readonly instances: readonly ComponentInstance[];
  /** The same function, for a call that has frames of the host's below it. */
  plain(core: CoreFunction): CoreFunction;
}

/** @param objects what the host gave for its own resources */
export function makeResource(side: Side, index: number, objects: HostObjects): RuntimeResource {
  const def = side.program.resources[index];
  if (def === undefined) throw new HostBug(`the program has no resource ${index}`);
  if (def.impl === null) {
    const given = def.import === null ? undefined : side.imports.given(def.import);
    const hostClass = given === undefined ? null : resourceClass(given, def.name);
    const dtor = (rep: number): void => disposeHostObject(objects.remove(rep));
    return { name: def.name, impl: null, dtor, hostClass };
  }
  const impl = def.impl;
  const dtor = (rep: number, caller: ComponentInstance | null): void => runDestructor(side, index, impl, rep, caller);
  return { name: def.name, impl: side.instance(impl), dtor, hostClass: null };
}

/** Rule: `canon_resource_drop`: the destructor is called like any lifted function of the implementing instance. */
function runDestructor(side: Side, index: number, impl: number, rep: number, caller: ComponentInstance | null): void {
  const callerIndex = caller === null ? null : side.instances.indexOf(caller);
  const entering = side.entering(impl, callerIndex);
  for (const inst of entering) {
    if (inst.mayEnter) continue;
    throw new Trap('cannot-enter', {
      instance: inst.path,
      detail: 'a destructor must run in it, and it is in a call',
    });
  }
  for (const inst of entering) inst.mayEnter = false;
  const outer = side.active;
  side.active = side.instance(impl);
  const item = side.program.resources[index]?.dtor ?? null;
  if (item !== null) side.plain(side.coreItem(item) as CoreFunction)(rep);
  side.active = outer;
  for (const inst of entering) inst.mayEnter = true;
}
