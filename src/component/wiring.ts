/**
 * What an instance is made of: its core instances and everything that joins them to each other. Calls into it are `instance.ts`'s
 * business; what the host gave for its imports is in `imports.ts`, and guests reach that, and each other, through `trampolines.ts`.
 */
import type { CoreFunction } from '../abi/codegen.js';
import { type HostHandles, LiftLowerContext, type Realloc } from '../abi/context.js';
import { trapFromCore } from '../abi/errors.js';
import { type ComponentInstance, HandleTable, type RuntimeResource } from '../abi/handles.js';
import { HostBug } from '../errors.js';
import { type Guard, type Guards, type GuardTerms, makeGuards } from '../instrument/guard.js';
import type { TextCodec } from '../text.js';
import { cannotWait, type Wait } from './host-imports.js';
import type { HostObjects } from './host-objects.js';
import { Imports } from './imports.js';
import { type Prepared, prepare } from './prepare.js';
import type { CoreItem, Program } from './program.js';
import { makeResource } from './resources.js';
import { Suspender } from './suspension.js';
import type { LateItem } from './suspension-types.js';
import { makeTrampoline, type TrampolineSide } from './trampolines.js';
import type { ComponentPlan, GuestMemory, InstantiateOptions } from './types.js';

interface WiringOptions extends InstantiateOptions {
  readonly text: TextCodec;
  readonly objects: HostObjects;
  readonly guards?: Guards;
  readonly terms?: GuardTerms;
  /** Made once the wiring is there: handles lead back to the instance. */
  readonly hostHandles: () => HostHandles;
}

const NO_TERMS: GuardTerms = { deadlineMs: Number.POSITIVE_INFINITY, now: () => 0, isCancelled: () => false };

/** A class, because its parts are made when they are first asked for and then shared by all that ask. */
export class Wiring implements TrampolineSide, GuestMemory {
  readonly program: Program;
  readonly prepared: Prepared;
  readonly instances: readonly ComponentInstance[];
  readonly resources: readonly RuntimeResource[];
  /** What was thrown through guest frames in the call under way: a guest that catches it does not undo it. */
  failure: unknown = null;
  /** The component instance whose code runs, for traps; set by calls between components. */
  active: ComponentInstance | null = null;
  /** Of its core instances that have checks. */
  readonly guards: Guard[] = [];
  /** Where its guests suspend; null where they never do. */
  readonly suspender: Suspender | null;
  readonly wait: Wait | null;
  readonly imports: Imports;
  private readonly plan: ComponentPlan;
  private readonly options: WiringOptions;
  readonly coreExports: Record<string, unknown>[] = [];
  private readonly contexts: LiftLowerContext[] = [];
  private readonly trampolines: CoreFunction[] = [];

  constructor(plan: ComponentPlan, options: WiringOptions) {
    this.plan = plan;
    this.program = plan.program as Program;
    this.options = options;
    this.prepared = prepare(this.program, plan.exports);
    const { suspension = null } = options;
    this.suspender =
      suspension === null
        ? null
        : new Suspender(
            suspension,
            (item) => this.late(item),
            () => this.resumed(),
          );
    this.wait = this.suspender === null ? null : (answer, label) => this.suspend(answer, label);
    const instances: ComponentInstance[] = [];
    for (const { parent, path } of this.program.instances) {
      const parentInstance = parent === null ? null : (instances[parent] ?? null);
      instances.push({ path, parent: parentInstance, handles: new HandleTable(), mayEnter: true, mayLeave: true });
    }
    this.instances = instances;
    const { suspender, wait } = this;
    this.imports = new Imports({
      plan,
      given: options,
      guest: this,
      suspender,
      wait,
      fail: (thrown) => this.fail(thrown),
    });
    this.resources = this.program.resources.map((_, index) => makeResource(this, index, options.objects));
  }

  /** Instantiates the core modules in order. Throws what start functions throw. */
  start(): void {
    const { modules, coreInstances, initialize } = this.program;
    for (const def of coreInstances) {
      this.active = this.instance(def.inst);
      const module = modules[def.module] as WebAssembly.Module;
      const instance =
        def.imports.length === 0 ? new WebAssembly.Instance(module) : this.coreInstance(module, def.imports);
      this.coreExports.push(instance.exports);
      this.guard(def.module, instance.exports);
    }
    if (initialize !== null) (this.coreItem(initialize) as CoreFunction)();
    this.imports.started = true;
  }

  /** Start functions of modules with checks run under their guard. */
  private guard(module: number, exports: WebAssembly.Instance['exports']): void {
    const checked = this.program.checked[module] ?? null;
    if (checked === null) return;
    const { guards = makeGuards(), terms = NO_TERMS } = this.options;
    const guard = guards.attach(exports, checked.added, terms);
    this.guards.push(guard);
    guard.start();
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
      const realloc = def.realloc === null ? null : this.plain(this.coreItem(def.realloc) as Realloc);
      cx = new LiftLowerContext(this.contextOptions(this.instance(def.inst), memory, realloc));
      this.contexts[index] = cx;
    }
    return cx;
  }

  private contextOptions(inst: ComponentInstance, memory: WebAssembly.Memory | null, realloc: Realloc | null) {
    return {
      inst,
      memory,
      realloc,
      text: this.options.text,
      hostHandles: this.options.hostHandles(),
      resources: this.resources,
    };
  }

  coreItem(item: CoreItem): unknown {
    switch (item.kind) {
      case 'export':
        return this.coreExports[item.instance]?.[item.name];
      case 'trampoline': {
        const thunk = this.suspender?.thunkOf(item);
        if (thunk !== undefined) return thunk;
        this.trampolines[item.index] ??= makeTrampoline(this, item.index);
        return this.trampolines[item.index];
      }
      case 'host':
        return this.suspender?.thunkOf(item) ?? this.imports.coreFunction(item);
    }
  }

  /** Of a core module without a component around it, for functions that take pointers. */
  memory(): WebAssembly.Memory | null {
    const memory = this.plan.kind === 'module' ? this.coreExports[0]?.memory : null;
    return memory instanceof WebAssembly.Memory ? memory : null;
  }

  /** What stands behind a thunk; made when it is first called, since memories may come after the import. */
  private late(item: LateItem): CoreFunction & ((...args: never[]) => unknown) {
    let made: CoreFunction | null = null;
    return (...args: never[]) => {
      made ??=
        item.kind === 'trampoline' ? makeTrampoline(this, item.index, true) : this.imports.coreFunctionLater(item);
      return made(...args);
    };
  }

  private suspend(answer: PromiseLike<unknown>, label: string): Promise<unknown> {
    const { suspender } = this;
    if (suspender?.may !== true) throw cannotWait(answer, label);
    return suspender.wait(answer);
  }

  /** Its time may have run out meanwhile: the guest's next check looks at the clock. */
  private resumed(): void {
    for (const guard of this.guards) guard.expire();
  }

  /** Guest code that is called with frames of the host's below it cannot suspend. */
  plain<F extends CoreFunction>(core: F): F {
    const { suspender } = this;
    if (suspender === null) return core;
    return ((...args: unknown[]) => suspender.without(() => core(...args))) as unknown as F;
  }

  fail(thrown: unknown): void {
    this.failure ??= trapFromCore(thrown) ?? thrown;
  }
}
