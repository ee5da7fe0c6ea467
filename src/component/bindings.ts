/** Exports made callable: their lifted functions with the core functions, the context and the checks that belong to them. */
import type { CoreFunction, LiftedCall } from '../abi/codegen.js';
import type { HostHandles, LiftLowerContext } from '../abi/context.js';
import type { ComponentInstance } from '../abi/handles.js';
import { HostBug } from '../errors.js';
import type { TextCodec } from '../text.js';
import type { FuncType } from '../wit/types.js';
import { reexport } from './reexport.js';
import type { ComponentPlan, LiftTarget, PlanFunction } from './types.js';
import type { Wiring } from './wiring.js';

/** A lifted export, ready to be called. */
export interface Binding {
  readonly lifted: LiftedCall;
  readonly cx: LiftLowerContext;
  readonly core: CoreFunction;
  readonly postReturn: CoreFunction | null;
  /** Component instances that the call enters. */
  readonly entering: readonly ComponentInstance[];
  readonly type: FuncType;
  readonly path: string;
}

interface BindingSide {
  readonly plan: ComponentPlan;
  readonly wiring: Wiring;
  readonly text: TextCodec;
  readonly hostHandles: () => HostHandles;
}

/** @param later its calls answer promises, and its guest suspends where it waits */
export function bindExport(side: BindingSide, index: number, target: LiftTarget, later: boolean): Binding {
  const item = side.wiring.program.exports[index];
  const entry = side.plan.exports[index];
  if (item === undefined || entry === undefined) throw new HostBug(`the plan has no export ${index}`);
  return item.kind === 'lift'
    ? bindLift(side, item.index, target, entry, later)
    : bindHost(side, item.index, target, entry, later);
}

function bindLift(
  { wiring }: BindingSide,
  index: number,
  target: LiftTarget,
  { path, function: { type } }: PlanFunction,
  later: boolean,
): Binding {
  const def = wiring.program.lifts[index];
  if (def === undefined) throw new HostBug(`the program has no lifted function ${index}`);
  const inst = wiring.program.contexts[def.context]?.inst ?? 0;
  const core = wiring.coreItem(def.core) as CoreFunction;
  return {
    lifted: wiring.prepared.lift(index, target, later),
    cx: wiring.context(def.context),
    core: later ? (wiring.suspender?.promise(core as (...args: never[]) => unknown) ?? core) : core,
    postReturn: def.postReturn === null ? null : wiring.plain(wiring.coreItem(def.postReturn) as CoreFunction),
    entering: wiring.entering(inst, null),
    type,
    path,
  };
}

function bindHost(
  { wiring, text, hostHandles }: BindingSide,
  index: number,
  target: LiftTarget,
  { path, function: { type } }: PlanFunction,
  later: boolean,
): Binding {
  const { cx, core, lifted } = reexport({
    type,
    target,
    call: wiring.imports.hostFunction(index),
    label: wiring.imports.hostLabel(index),
    fail: (thrown) => wiring.fail(thrown),
    text,
    hostHandles: hostHandles(),
    resources: wiring.resources,
    wait: later ? wiring.wait : null,
  });
  return { lifted, cx, core, postReturn: null, entering: [], type, path };
}
