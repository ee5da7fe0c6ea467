/**
 * Instances: a plan's core modules instantiated and wired, and the one way to call into them. Everything that is decided by
 * types or by the plan is prepared elsewhere (`prepare.ts`); here remains what an instance owns: memory, handles, state.
 */
import type { CoreFunction, LiftedCall } from '../abi/codegen.js';
import { type HostHandles, LiftLowerContext, type Realloc } from '../abi/context.js';
import { ArgumentMismatch, type MismatchFacts, Trap, trapFromCore } from '../abi/errors.js';
import { explainArguments } from '../abi/explain.js';
import { type ComponentInstance, HandleTable, type RuntimeResource } from '../abi/handles.js';
import { needsMemory } from '../abi/layout.js';
import { MISMATCH } from '../abi/numbers.js';
import { HostBug } from '../errors.js';
import { type Guard, type Guards, type GuardTerms, makeGuards, type StopReason } from '../instrument/guard.js';
import { portableText, type TextCodec } from '../text.js';
import type { Value } from '../values.js';
import type { FuncType } from '../wit/types.js';
import { framesOfOriginal } from './checked-frames.js';
import {
  disposeHostObject,
  type GuestHandle,
  type HandleOwner,
  HostObjects,
  handleCheck,
  makeHostHandles,
} from './host-handles.js';
import { coreMember, findHostFunction, importLabel, resourceClass } from './host-imports.js';
import { type Prepared, prepare } from './prepare.js';
import type { CoreItem, Program } from './program.js';
import { reexport } from './reexport.js';
import { makeTrampoline } from './trampolines.js';
import type {
  ComponentPlan,
  HostImportFunction,
  HostImportInterface,
  Instance,
  InstantiateOptions,
  LiftTarget,
  PlanFunction,
  PlanImport,
} from './types.js';

/** A lifted export, ready to be called. */
interface Binding {
  readonly lifted: LiftedCall;
  readonly cx: LiftLowerContext;
  readonly core: CoreFunction;
  readonly postReturn: CoreFunction | null;
  /** Component instances that the call enters. */
  readonly entering: readonly ComponentInstance[];
  readonly type: FuncType;
  readonly path: string;
}

export interface RuntimeOptions extends InstantiateOptions {
  /** Defaults to the portable codec. */
  readonly text?: TextCodec;
  /** Puts guards beside core instances that have checks; without it they run as far as a first grant takes them. */
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
const UNLIMITED = makeGuards();
const NO_TERMS: GuardTerms = { deadlineMs: Number.POSITIVE_INFINITY, now: () => 0, isCancelled: () => false };

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
  readonly plan: ComponentPlan;
  readonly program: Program;
  readonly prepared: Prepared;
  readonly options: RuntimeOptions;
  readonly instances: readonly ComponentInstance[];
  readonly resources: readonly RuntimeResource[];
  readonly objects = new HostObjects();
  poisoned = false;
  liveHandles = 0;
  /** What was thrown through guest frames in the call under way: a guest that catches it does not undo it. */
  failure: unknown = null;
  /** The component instance whose code runs, for traps; set by calls between components. */
  active: ComponentInstance | null = null;
  private readonly text: TextCodec;
  private readonly borrows: GuestHandle[] = [];
  /** Handles that the call under way has taken from the caller. */
  private readonly moved: GuestHandle[] = [];
  private readonly coreExports: Record<string, unknown>[] = [];
  private readonly contexts: LiftLowerContext[] = [];
  private readonly trampolines: CoreFunction[] = [];
  private readonly given = new Map<number, HostImportInterface | HostImportFunction | undefined>();
  private readonly guards: Guard[] = [];
  private readonly bindings: Record<LiftTarget, Binding[]> = { go: [], js: [] };

  constructor(plan: ComponentPlan, options: RuntimeOptions) {
    this.plan = plan;
    this.program = plan.program as Program;
    this.options = options;
    this.prepared = prepare(this.program, plan.exports);
    this.text = options.text ?? DEFAULT_TEXT;
    const instances: ComponentInstance[] = [];
    for (const { parent, path } of this.program.instances) {
      const parentInstance = parent === null ? null : (instances[parent] ?? null);
      instances.push({ path, parent: parentInstance, handles: new HandleTable(), mayEnter: true, mayLeave: true });
    }
    this.instances = instances;
    this.resources = this.program.resources.map((_, index) => this.makeResource(index));
  }

  /** Instantiates the core modules in order. */
  start(): void {
    const { modules, coreInstances, initialize } = this.program;
    try {
      for (const def of coreInstances) {
        this.active = this.instance(def.inst);
        const module = modules[def.module] as WebAssembly.Module;
        const instance =
          def.imports.length === 0 ? new WebAssembly.Instance(module) : this.coreInstance(module, def.imports);
        this.coreExports.push(instance.exports);
        this.guard(def.module, instance.exports);
      }
      if (initialize !== null) (this.coreItem(initialize) as CoreFunction)();
    } catch (thrown) {
      throw this.trapped(this.failure ?? thrown, 'instantiation');
    }
    if (this.failure !== null) throw this.trapped(this.failure, 'instantiation');
    this.active = null;
  }

  /** Start functions of modules with checks run under their guard. */
  private guard(module: number, exports: WebAssembly.Instance['exports']): void {
    const checked = this.program.checked[module] ?? null;
    if (checked === null) return;
    const { guards, terms } = this.options;
    const guard = (guards ?? UNLIMITED).attach(exports, checked.added, terms ?? NO_TERMS);
    this.guards.push(guard);
    guard.start();
  }

  arm(terms: GuardTerms): void {
    for (const guard of this.guards) guard.arm(terms);
  }

  get stopped(): StopReason | null {
    for (const { stopped } of this.guards) if (stopped !== null) return stopped;
    return null;
  }

  work(): number {
    let sum = 0;
    for (const guard of this.guards) sum += guard.sum();
    return sum;
  }

  private coreInstance(
    module: WebAssembly.Module,
    groups: Program['coreInstances'][number]['imports'],
  ): WebAssembly.Instance {
    const imports: Record<string, Record<string, unknown>> = {};
    for (const group of groups) {
      const items: Record<string, unknown> = {};
      for (const { name, item } of group.items) items[name] = this.coreItem(item);
      imports[group.module] = items;
    }
    return new WebAssembly.Instance(module, imports);
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
    if (this.failure !== null) throw this.failed(this.failure, binding, args);
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
    this.active = binding.cx.inst;
  }

  private refused(binding: Binding, inst: ComponentInstance): Error {
    const detail = this.poisoned ? 'it has trapped before' : 'it is in a call already';
    const trap = new Trap('cannot-enter', { instance: inst.path, detail });
    trap.witFunction = binding.path;
    if (!this.poisoned) this.failure ??= trap;
    return trap;
  }

  private leave(binding: Binding): void {
    const { entering } = binding;
    for (let i = 0; i < entering.length; i++) (entering[i] as ComponentInstance).mayEnter = true;
    this.active = null;
    if (this.borrows.length > 0) this.endBorrows();
    if (this.moved.length > 0) this.moved.length = 0;
    if (binding.cx.given.length > 0) binding.cx.given.length = 0;
    this.objects.endCall();
  }

  private endBorrows(): void {
    for (const handle of this.borrows) handle.release();
    this.borrows.length = 0;
  }

  /** What a failed call throws. An instance that any guest code left halfway is poisoned. */
  private failed(thrown: unknown, binding: Binding, args: readonly Value[]): unknown {
    if (thrown !== MISMATCH || this.failure !== null) return this.trapped(this.failure ?? thrown, binding.path);
    binding.cx.takeBack();
    for (const handle of this.moved) handle.restore();
    // Arguments before the wrong one lie in its memory for ever: it is given up, unless callers hold its resources.
    const touched = binding.type.params.some((param) => needsMemory(param.type));
    if (touched && this.liveHandles === 0) this.poison();
    else this.leave(binding);
    return new ArgumentMismatch(explainArguments(binding.type, args, handleCheck(this.resources)) ?? UNSTABLE);
  }

  private poison(): void {
    this.poisoned = true;
    for (const inst of this.instances) inst.mayEnter = false;
    this.endBorrows();
  }

  private trapped(thrown: unknown, path: string): unknown {
    this.poison();
    const trap = trapFromCore(thrown);
    if (trap === null) return thrown;
    if (this.guards.length > 0) trap.frames = framesOfOriginal(trap.frames, this.program.checked);
    if (trap.witFunction === '') {
      trap.witFunction = path;
      trap.componentPath = this.active?.path ?? '';
    }
    return trap;
  }

  private bind(index: number, target: LiftTarget): Binding {
    const item = this.program.exports[index];
    const entry = this.plan.exports[index];
    if (item === undefined || entry === undefined) throw new HostBug(`the plan has no export ${index}`);
    const binding =
      item.kind === 'lift' ? this.bindLift(item.index, target, entry) : this.bindHost(item.index, target, entry);
    this.bindings[target][index] = binding;
    return binding;
  }

  private bindLift(index: number, target: LiftTarget, { path, function: { type } }: PlanFunction): Binding {
    const def = this.program.lifts[index];
    if (def === undefined) throw new HostBug(`the program has no lifted function ${index}`);
    const inst = this.program.contexts[def.context]?.inst ?? 0;
    return {
      lifted: this.prepared.lift(index, target),
      cx: this.context(def.context),
      core: this.coreItem(def.core) as CoreFunction,
      postReturn: def.postReturn === null ? null : (this.coreItem(def.postReturn) as CoreFunction),
      entering: this.entering(inst, null),
      type,
      path,
    };
  }

  private bindHost(index: number, target: LiftTarget, { path, function: { type } }: PlanFunction): Binding {
    const { cx, core, lifted } = reexport({
      type,
      target,
      call: this.hostFunction(index),
      label: this.hostLabel(index),
      fail: (thrown) => this.fail(thrown),
      text: this.text,
      hostHandles: this.hostHandles(),
      resources: this.resources,
    });
    return { lifted, cx, core, postReturn: null, entering: [], type, path };
  }

  /** Component instances entered on the way from `caller` into `callee`. */
  entering(callee: number, caller: number | null): ComponentInstance[] {
    return this.prepared.entering(callee, caller).map((index) => this.instance(index));
  }

  instance(index: number): ComponentInstance {
    return this.instances[index] as ComponentInstance;
  }

  context(index: number): LiftLowerContext {
    let cx = this.contexts[index];
    if (cx === undefined) {
      const def = this.program.contexts[index];
      if (def === undefined) throw new HostBug(`the program has no context ${index}`);
      const memory = def.memory === null ? null : (this.coreItem(def.memory) as WebAssembly.Memory);
      const realloc = def.realloc === null ? null : (this.coreItem(def.realloc) as Realloc);
      cx = new LiftLowerContext(this.contextOptions(this.instance(def.inst), memory, realloc));
      this.contexts[index] = cx;
    }
    return cx;
  }

  private contextOptions(inst: ComponentInstance, memory: WebAssembly.Memory | null, realloc: Realloc | null) {
    return { inst, memory, realloc, text: this.text, hostHandles: this.hostHandles(), resources: this.resources };
  }

  private hostHandles(): HostHandles {
    return makeHostHandles(this, this.objects, this.borrows, this.moved);
  }

  coreItem(item: CoreItem): unknown {
    switch (item.kind) {
      case 'export':
        return this.coreExports[item.instance]?.[item.name];
      case 'trampoline':
        this.trampolines[item.index] ??= makeTrampoline(this, item.index);
        return this.trampolines[item.index];
      case 'host':
        return this.coreImport(item.import, item.name);
    }
  }

  // --- the host's side of imports -----------------------------------------------------------------------------------

  private importEntry(index: number): PlanImport {
    return this.plan.imports[index] as PlanImport;
  }

  /** What the host gave for an import; asked once per instance. */
  givenFor(index: number): HostImportInterface | HostImportFunction | undefined {
    if (!this.given.has(index)) this.given.set(index, this.options.resolveImport(this.importEntry(index)));
    return this.given.get(index);
  }

  /** The host's function behind `program.hostFuncs[index]`; one that throws when it was not granted. */
  hostFunction(index: number): (args: readonly unknown[]) => unknown {
    const def = this.program.hostFuncs[index];
    if (def === undefined) throw new HostBug(`the program has no host function ${index}`);
    const given = this.givenFor(def.import);
    const found = given === undefined ? null : findHostFunction(given, def.name);
    return found ?? (() => this.denied(def.import, def.name));
  }

  private denied(importIndex: number, name: string): never {
    throw this.options.missingImport(this.importEntry(importIndex).name, name);
  }

  hostLabel(index: number): string {
    const def = this.program.hostFuncs[index];
    return def === undefined ? '' : importLabel(this.importEntry(def.import), def.name);
  }

  /** A function that a core module imports by its bare core names. */
  private coreImport(importIndex: number, name: string): unknown {
    const given = this.givenFor(importIndex);
    const found = given === undefined ? null : coreMember(given, name);
    if (found === null) return () => this.remember(() => this.denied(importIndex, name));
    return (...args: unknown[]) => this.remember(() => found.apply(given, args));
  }

  private remember<T>(run: () => T): T {
    try {
      return run();
    } catch (thrown) {
      this.fail(thrown);
      throw thrown;
    }
  }

  fail(thrown: unknown): void {
    this.failure ??= trapFromCore(thrown) ?? thrown;
  }

  // --- resources ----------------------------------------------------------------------------------------------------

  private makeResource(index: number): RuntimeResource {
    const def = this.program.resources[index];
    if (def === undefined) throw new HostBug(`the program has no resource ${index}`);
    if (def.impl === null) {
      const given = def.import === null ? undefined : this.givenFor(def.import);
      const hostClass = given === undefined ? null : resourceClass(given, def.name);
      const dtor = (rep: number): void => disposeHostObject(this.objects.remove(rep));
      return { name: def.name, impl: null, dtor, hostClass };
    }
    const impl = def.impl;
    const dtor = (rep: number, caller: ComponentInstance | null): void => this.runDestructor(index, impl, rep, caller);
    return { name: def.name, impl: this.instance(impl), dtor, hostClass: null };
  }

  /** Rule: `canon_resource_drop`: the destructor is called like any lifted function of the implementing instance. */
  private runDestructor(index: number, impl: number, rep: number, caller: ComponentInstance | null): void {
    const callerIndex = caller === null ? null : this.instances.indexOf(caller);
    const entering = this.entering(impl, callerIndex);
    for (const inst of entering) {
      if (inst.mayEnter) continue;
      throw new Trap('cannot-enter', {
        instance: inst.path,
        detail: 'a destructor must run in it, and it is in a call',
      });
    }
    for (const inst of entering) inst.mayEnter = false;
    const outer = this.active;
    this.active = this.instance(impl);
    const item = this.program.resources[index]?.dtor ?? null;
    if (item !== null) (this.coreItem(item) as CoreFunction)(rep);
    this.active = outer;
    for (const inst of entering) inst.mayEnter = true;
  }

  methodsOf(resource: RuntimeResource): ReadonlyMap<string, number> {
    return this.prepared.methods(this.resources.indexOf(resource));
  }

  destroy(resource: RuntimeResource, rep: number): void {
    try {
      resource.dtor?.(rep, null);
    } catch (thrown) {
      this.fail(thrown); // the call under way, if there is one, is over too
      throw this.trapped(this.failure, `[resource-drop]${resource.name}`);
    }
    if (this.failure !== null) throw this.trapped(this.failure, `[resource-drop]${resource.name}`);
  }

  count(change: 1 | -1): void {
    this.liveHandles += change;
  }
}
