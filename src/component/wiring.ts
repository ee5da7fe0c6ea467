/**
 * What an instance is made of: its core instances and everything that joins them to each other and to the host. Calls into
 * it are `instance.ts`'s business; calls out of it, and between its component instances, go through `trampolines.ts`.
 */
import type { CoreFunction } from '../abi/codegen.js';
import { type HostHandles, LiftLowerContext, type Realloc } from '../abi/context.js';
import { trapFromCore } from '../abi/errors.js';
import { type ComponentInstance, HandleTable, type RuntimeResource } from '../abi/handles.js';
import { HostBug } from '../errors.js';
import { type Guard, type Guards, type GuardTerms, makeGuards } from '../instrument/guard.js';
import type { TextCodec } from '../text.js';
import { coreResults } from './core-results.js';
import type { HostObjects } from './host-handles.js';
import {
  cannotWait,
  coreMember,
  findHostFunction,
  importLabel,
  isPromise,
  type Wait,
  waitFor,
} from './host-imports.js';
import { type Prepared, prepare } from './prepare.js';
import type { CoreItem, Program } from './program.js';
import { makeResource } from './resources.js';
import { type LateItem, Suspender } from './suspension.js';
import { makeTrampoline, type TrampolineSide } from './trampolines.js';
import type {
  ComponentPlan,
  GuestMemory,
  HostImportFunction,
  HostImportInterface,
  InstantiateOptions,
  PlanImport,
} from './types.js';

interface WiringOptions extends InstantiateOptions {
  readonly text: TextCodec;
  readonly objects: HostObjects;
  readonly guards?: Guards;
  readonly terms?: GuardTerms;
  /** Made once the wiring is there: handles lead back to the instance. */
  readonly hostHandles: () => HostHandles;
}

const NO_TERMS: GuardTerms = { deadlineMs: Number.POSITIVE_INFINITY, now: () => 0, isCancelled: () => false };

type HostItem = Extract<CoreItem, { kind: 'host' }>;

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
  /** Its start asked the host for something: another instance would begin with another answer. */
  askedHost = false;
  private started = false;
  private readonly plan: ComponentPlan;
  private readonly options: WiringOptions;
  readonly coreExports: Record<string, unknown>[] = [];
  private readonly contexts: LiftLowerContext[] = [];
  private readonly trampolines: CoreFunction[] = [];
  private readonly given = new Map<number, HostImportInterface | HostImportFunction | undefined>();

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
    this.started = true;
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
        return this.suspender?.thunkOf(item) ?? this.coreImportNow(item);
    }
  }

  // --- the host's side of imports -----------------------------------------------------------------------------------

  private importEntry(index: number): PlanImport {
    return this.plan.imports[index] as PlanImport;
  }

  /** Of a core module without a component around it, for functions that take pointers. */
  memory(): WebAssembly.Memory | null {
    const memory = this.plan.kind === 'module' ? this.coreExports[0]?.memory : null;
    return memory instanceof WebAssembly.Memory ? memory : null;
  }

  /** What the host gave for an import; asked once per instance. */
  givenFor(index: number): HostImportInterface | HostImportFunction | undefined {
    if (!this.given.has(index)) this.given.set(index, this.options.resolveImport(this.importEntry(index), this));
    return this.given.get(index);
  }

  /** The host's function behind `program.hostFuncs[index]`; one that throws when it was not granted. */
  hostFunction(index: number): (args: readonly unknown[]) => unknown {
    const def = this.program.hostFuncs[index];
    if (def === undefined) throw new HostBug(`the program has no host function ${index}`);
    const given = this.givenFor(def.import);
    const found = given === undefined ? null : findHostFunction(given, def.name);
    if (found === null) return () => this.denied(def.import, def.name);
    const { suspender } = this;
    if (suspender === null) {
      if (this.started) return found;
      return (args) => {
        this.askedHost ||= !this.started;
        return found(args);
      };
    }
    return (args) => {
      this.askedHost ||= !this.started;
      return suspender.around === null ? found(args) : suspender.around(() => found(args), suspender.may);
    };
  }

  private denied(importIndex: number, name: string): never {
    throw this.options.missingImport(this.importEntry(importIndex).name, name);
  }

  hostLabel(index: number): string {
    const def = this.program.hostFuncs[index];
    return def === undefined ? '' : importLabel(this.importEntry(def.import), def.name);
  }

  /** A function that a core module imports by its bare core names. */
  private coreImport(importIndex: number, name: string): CoreFunction {
    const given = this.givenFor(importIndex);
    const found = given === undefined ? null : coreMember(given, name);
    if (found === null) return () => this.remember(() => this.denied(importIndex, name));
    const { suspender } = this;
    if (suspender === null) return (...args: unknown[]) => this.remember(() => found.apply(given, args));
    return (...args: unknown[]) => {
      const call = (): unknown => found.apply(given, args);
      return this.remember(() => (suspender.around === null ? call() : suspender.around(call, suspender.may)));
    };
  }

  /** The same where nobody can wait for its answer. */
  private coreImportNow({ import: importIndex, name, type }: HostItem): CoreFunction {
    const call = this.coreImport(importIndex, name);
    const checked = coreResults(type.results, importLabel(this.importEntry(importIndex), name));
    return (...args: unknown[]) => this.remember(() => checked(call(...args)));
  }

  // --- guests that suspend ------------------------------------------------------------------------------------------

  /** What stands behind a thunk; made when it is first called, since memories may come after the import. */
  private late(item: LateItem): CoreFunction & ((...args: never[]) => unknown) {
    let made: CoreFunction | null = null;
    return (...args: never[]) => {
      made ??= item.kind === 'trampoline' ? makeTrampoline(this, item.index, true) : this.lateImport(item);
      return made(...args);
    };
  }

  private lateImport({ import: importIndex, name, type }: HostItem): CoreFunction {
    const call = this.coreImport(importIndex, name);
    const label = importLabel(this.importEntry(importIndex), name);
    const checked = coreResults(type.results, label);
    return (...args: unknown[]) => {
      const answer: unknown = call(...args);
      if (!isPromise(answer)) return this.remember(() => checked(answer));
      return this.remember(() => waitFor(answer, label, this.wait))
        .then(checked)
        .catch((thrown: unknown) => {
          this.fail(thrown);
          throw thrown;
        });
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
}
