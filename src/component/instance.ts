/**
 * Instances: a plan's core modules instantiated and wired, and the one way to call into them. Everything that is decided by
 * types or by the plan is prepared elsewhere (`prepare.ts`); here remains what an instance owns: memory, handles, state.
 */
import type { HostHandles } from '../abi/context.js';
import { ArgumentMismatch, type MismatchFacts, Trap, trapFromCore } from '../abi/errors.js';
import { explainArguments } from '../abi/explain.js';
import type { ComponentInstance, RuntimeResource } from '../abi/handles.js';
import { needsMemory } from '../abi/layout.js';
import { MISMATCH } from '../abi/numbers.js';
import type { Guards, GuardTerms, StopReason } from '../instrument/guard.js';
import { portableText, type TextCodec } from '../text.js';
import type { Value } from '../values.js';
import { type Binding, bindExport } from './bindings.js';
import { traceOf } from './frames.js';
import type { HolderTime } from './handle-calls.js';
import { type GuestHandle, type HandleOwner, handleCheck, makeHostHandles } from './host-handles.js';
import { HostObjects } from './host-objects.js';
import { type Beginning, beginningOf, isRenewable } from './renewal.js';
import type { AroundImports } from './suspension-types.js';
import type { ComponentPlan, Instance, InstantiateOptions, LiftTarget } from './types.js';
import { Wiring } from './wiring.js';

export interface RuntimeOptions extends InstantiateOptions {
  /** Defaults to the portable codec. */
  readonly text?: TextCodec;
  /** Puts guards beside core instances that have checks; default: guards of its own. */
  readonly guards?: Guards;
  /** On what terms its guests run until {@link Instance.arm} says otherwise. */
  readonly terms?: GuardTerms;
}

/**
 * Makes an instance of `plan`. Start functions run before this returns.
 *
 * @throws Trap when a start function traps or memory cannot be had, WebAssembly.LinkError when host imports do not fit
 * @example
 * const instance = instantiate(plan, { resolveImport: () => undefined, missingImport: (name, fn) => new Error(`${name}#${fn}`) });
 * instance.call(0, [6, 7], 'js'); // 42
 */
export function instantiate(plan: ComponentPlan, options: RuntimeOptions): Instance {
  const runtime = new Runtime(plan, options);
  runtime.start();
  return runtime;
}

const DEFAULT_TEXT = portableText();

/** A value fitted when it was looked at again: getters or proxies that answer differently each time. */
const UNSTABLE: MismatchFacts = {
  argument: -1,
  argumentName: '',
  path: [],
  expected: 'values that stay the same while they are read',
  got: 'values that changed',
  suggestion: null,
};

/** A class, because its methods share the state of one instance on every call. */
export class Runtime implements Instance, HandleOwner {
  poisoned = false;
  liveHandles = 0;
  readonly companion: unknown;
  readonly plan: ComponentPlan;
  aroundHolders: Instance['aroundHolders'] = null;
  private readonly text: TextCodec;
  private readonly wiring: Wiring;
  private readonly objects = new HostObjects();
  private readonly borrows: GuestHandle[] = [];
  /** Handles that the call under way has taken from the caller. */
  private readonly moved: GuestHandle[] = [];
  private readonly bindings: Record<LiftTarget, Binding[]> = { go: [], js: [] };
  /** The same exports, answering promises; made where the instance suspends. */
  private readonly laterBindings: Record<LiftTarget, Binding[]> = { go: [], js: [] };
  private beginning: Beginning | null = null;
  /** Handles dropped while a guest was suspended: their destructors run when it has ended. */
  private readonly dropped: (() => void)[] = [];

  constructor(plan: ComponentPlan, options: RuntimeOptions) {
    this.plan = plan;
    this.companion = options.companion ?? null;
    this.text = options.text ?? DEFAULT_TEXT;
    const { objects, text } = this;
    this.wiring = new Wiring(plan, { ...options, text, objects, hostHandles: () => this.hostHandles() });
  }

  start(): void {
    const { wiring } = this;
    try {
      wiring.start();
    } catch (thrown) {
      throw this.trapped(wiring.failure ?? thrown, 'instantiation');
    }
    if (wiring.failure !== null) throw this.trapped(wiring.failure, 'instantiation');
    wiring.active = null;
  }

  keepBeginning(): boolean {
    if (this.poisoned || this.wiring.imports.askedHost || !isRenewable(this.plan) || !this.renewHandles()) return false;
    this.beginning ??= beginningOf(this.plan, this.wiring.coreExports);
    return true;
  }

  renew(): boolean {
    if (this.beginning === null || this.poisoned || this.wiring.failure !== null || this.stopped !== null) return false;
    if (this.liveHandles > 0 || this.wiring.suspender?.waiting === true) return false;
    return this.renewHandles() && this.beginning.restore();
  }

  private renewHandles(): boolean {
    return this.wiring.instances.every(({ handles }) => handles.renew()) && this.objects.renew();
  }

  get hostObjects(): number {
    return this.objects.count;
  }

  arm(terms: GuardTerms): void {
    for (const guard of this.wiring.guards) guard.arm(terms);
    if (this.wiring.suspender !== null) this.wiring.suspender.now = terms.now;
  }

  aroundImports(around: AroundImports | null): void {
    if (this.wiring.suspender !== null) this.wiring.suspender.around = around;
  }

  interrupt(error: unknown): void {
    this.wiring.suspender?.interrupt(error);
  }

  get maySuspend(): boolean {
    return this.wiring.suspender?.may ?? false;
  }

  get waitedMs(): number {
    return this.wiring.suspender?.waitedMs ?? 0;
  }

  get stopped(): StopReason | null {
    for (const { stopped } of this.wiring.guards) if (stopped !== null) return stopped;
    return null;
  }

  work(): number {
    let sum = 0;
    for (const guard of this.wiring.guards) sum += guard.sum();
    return sum;
  }

  callLater(index: number, args: readonly Value[], target: LiftTarget): Value | Promise<Value> {
    const { suspender } = this.wiring;
    if (suspender === null) return this.call(index, args, target);
    const binding = this.laterBindings[target][index] ?? this.bind(index, target, true);
    this.enter(binding);
    suspender.waitedMs = 0;
    suspender.may = true;
    const failed = (thrown: unknown): never => {
      suspender.may = false;
      throw this.failed(thrown, binding, args);
    };
    const done = (result: unknown): Value => {
      if (this.wiring.failure !== null) failed(this.wiring.failure);
      suspender.may = false;
      this.leave(binding);
      return result as Value;
    };
    try {
      const result = binding.lifted(binding.cx, binding.core, binding.postReturn, args, null);
      return result instanceof Promise ? result.then(done, failed) : done(result);
    } catch (thrown) {
      return failed(thrown);
    }
  }

  call(index: number, args: readonly Value[], target: LiftTarget): Value {
    const binding = this.bindings[target][index] ?? this.bind(index, target);
    this.enter(binding);
    let result: unknown;
    try {
      result = binding.lifted(binding.cx, binding.core, binding.postReturn, args, null);
    } catch (thrown) {
      throw this.failed(thrown, binding, args);
    }
    if (this.wiring.failure !== null) throw this.failed(this.wiring.failure, binding, args);
    this.leave(binding);
    return result as Value;
  }

  private enter(binding: Binding): void {
    const { entering } = binding;
    for (let i = 0; i < entering.length; i++) {
      const inst = entering[i] as ComponentInstance;
      if (!inst.mayEnter) throw this.refused(binding, inst);
      inst.mayEnter = false;
    }
    if (binding.cx.given.length > 0) binding.cx.given.length = 0; // what imports gave stays given
    this.wiring.active = binding.cx.inst;
  }

  private refused(binding: Binding, inst: ComponentInstance): Error {
    const detail = this.poisoned ? 'it has trapped before' : 'it is in a call already';
    const trap = new Trap('cannot-enter', { instance: inst.path, detail });
    trap.witFunction = binding.path;
    // Who finds it suspended is somebody else: the call under way knows nothing of it.
    if (!this.poisoned && this.wiring.suspender?.waiting !== true) this.wiring.failure ??= trap;
    return trap;
  }

  private leave(binding: Binding): void {
    const { entering } = binding;
    for (let i = 0; i < entering.length; i++) (entering[i] as ComponentInstance).mayEnter = true;
    this.wiring.active = null;
    if (this.borrows.length > 0) this.endBorrows();
    if (this.moved.length > 0) this.moved.length = 0;
    this.objects.endCall();
    for (let drop = this.dropped.shift(); drop !== undefined; drop = this.dropped.shift()) drop();
  }

  private endBorrows(): void {
    for (const handle of this.borrows) handle.release();
    this.borrows.length = 0;
  }

  /** What a failed call throws. An instance that any guest code left halfway is poisoned. */
  private failed(thrown: unknown, binding: Binding, args: readonly Value[]): unknown {
    if (thrown !== MISMATCH || this.wiring.failure !== null)
      return this.trapped(this.wiring.failure ?? thrown, binding.path);
    binding.cx.takeBack();
    for (const handle of this.moved) handle.restore();
    // Arguments before the wrong one lie in its memory for ever: it is given up, unless callers hold its resources.
    const touched = binding.type.params.some((param) => needsMemory(param.type));
    if (touched && this.liveHandles === 0) this.poison();
    else this.leave(binding);
    return new ArgumentMismatch(explainArguments(binding.type, args, handleCheck(this.wiring.resources)) ?? UNSTABLE);
  }

  private poison(): void {
    this.poisoned = true;
    for (const inst of this.wiring.instances) inst.mayEnter = false;
    this.endBorrows();
  }

  private trapped(thrown: unknown, path: string): unknown {
    this.poison();
    const trap = trapFromCore(thrown);
    if (trap === null) return thrown;
    trap.frames = traceOf(trap.frames, this.wiring);
    if (trap.witFunction === '') {
      trap.witFunction = path;
      trap.componentPath = this.wiring.active?.path ?? '';
    }
    return trap;
  }

  private bind(index: number, target: LiftTarget, later = false): Binding {
    const { plan, wiring, text } = this;
    const binding = bindExport({ plan, wiring, text, hostHandles: () => this.hostHandles() }, index, target, later);
    (later ? this.laterBindings : this.bindings)[target][index] = binding;
    return binding;
  }

  private hostHandles(): HostHandles {
    return makeHostHandles(this, this.objects, this.borrows, this.moved);
  }

  methodsOf(resource: RuntimeResource): ReadonlyMap<string, number> {
    return this.wiring.prepared.methods(this.wiring.resources.indexOf(resource));
  }

  destroy(resource: RuntimeResource, rep: number): void {
    if (this.wiring.suspender?.waiting === true) {
      this.dropped.push(() => this.destroyLate(resource, rep));
      return;
    }
    try {
      resource.dtor?.(rep, null);
    } catch (thrown) {
      this.wiring.fail(thrown); // the call under way, if there is one, is over too
      throw this.trapped(this.wiring.failure, `[resource-drop]${resource.name}`);
    }
    if (this.wiring.failure !== null) throw this.trapped(this.wiring.failure, `[resource-drop]${resource.name}`);
  }

  /** Nobody is there to be told of a trap; the instance is not entered again. */
  private destroyLate(resource: RuntimeResource, rep: number): void {
    if (this.poisoned) return;
    try {
      this.destroy(resource, rep);
    } catch (thrown) {
      if (!this.poisoned) throw thrown;
    }
  }

  /** Inside a call of this instance its terms hold. */
  forHolder<T>(run: () => T, time?: HolderTime): T {
    if (this.aroundHolders === null || this.wiring.active !== null) return run();
    return this.aroundHolders(run, time) as T;
  }

  count(change: 1 | -1): void {
    this.liveHandles += change;
  }
}
