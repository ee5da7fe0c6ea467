/**
 * What the host gave one instance for its imports, as functions that lowered imports and core modules call. Whatever such a function
 * throws passes through guest frames and is reported on its way, since a guest may catch it.
 */
import type { CoreFunction } from '../abi/codegen.js';
import { HostBug } from '../errors.js';
import { isPromise } from '../promise.js';
import { coreResults } from './core-results.js';
import { coreMember, findHostFunction, importLabel, type Wait, waitFor } from './host-imports.js';
import type { CoreItem, Program } from './program.js';
import type { Suspender } from './suspension.js';
import type {
  ComponentPlan,
  GuestMemory,
  HostImportFunction,
  HostImportInterface,
  InstantiateOptions,
  PlanImport,
} from './types.js';

interface ImportsOptions {
  readonly plan: ComponentPlan;
  readonly given: Pick<InstantiateOptions, 'resolveImport' | 'missingImport'>;
  /** Whose imports they are. */
  readonly guest: GuestMemory;
  readonly suspender: Suspender | null;
  readonly wait: Wait | null;
  readonly fail: (thrown: unknown) => void;
}

type HostItem = Extract<CoreItem, { kind: 'host' }>;
type Given = HostImportInterface | HostImportFunction | undefined;

/** A class, because what was given is asked for once and then shared by all functions of an import. */
export class Imports {
  /** Its start asked the host for something: another instance would begin with another answer. */
  askedHost = false;
  /** Set when its start functions have run. */
  started = false;
  private readonly options: ImportsOptions;
  private readonly known = new Map<number, Given>();

  constructor(options: ImportsOptions) {
    this.options = options;
  }

  /** What the host gave for an import; asked once per instance. */
  given(index: number): Given {
    const { given, guest } = this.options;
    if (!this.known.has(index)) this.known.set(index, given.resolveImport(this.entry(index), guest));
    return this.known.get(index);
  }

  /** The host's function behind `program.hostFuncs[index]`; one that throws when it was not granted. */
  hostFunction(index: number): (args: readonly unknown[]) => unknown {
    const def = this.program.hostFuncs[index];
    if (def === undefined) throw new HostBug(`the program has no host function ${index}`);
    const given = this.given(def.import);
    const found = given === undefined ? null : findHostFunction(given, def.name);
    if (found === null) return () => this.denied(def.import, def.name);
    const { suspender } = this.options;
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

  /** How messages name `program.hostFuncs[index]`. */
  hostLabel(index: number): string {
    const def = this.program.hostFuncs[index];
    return def === undefined ? '' : importLabel(this.entry(def.import), def.name);
  }

  /** What a core module imports by its bare names, where nobody can wait for its answer. */
  coreFunction({ import: importIndex, name, type }: HostItem): CoreFunction {
    const call = this.coreCall(importIndex, name);
    const checked = coreResults(type.results, importLabel(this.entry(importIndex), name));
    return (...args: unknown[]) => this.reported(() => checked(call(...args)));
  }

  /** The same, answering a promise where the host's function does. */
  coreFunctionLater({ import: importIndex, name, type }: HostItem): CoreFunction {
    const call = this.coreCall(importIndex, name);
    const label = importLabel(this.entry(importIndex), name);
    const checked = coreResults(type.results, label);
    const { wait, fail } = this.options;
    return (...args: unknown[]) => {
      const answer: unknown = call(...args);
      if (!isPromise(answer)) return this.reported(() => checked(answer));
      return this.reported(() => waitFor(answer, label, wait))
        .then(checked)
        .catch((thrown: unknown) => {
          fail(thrown);
          throw thrown;
        });
    };
  }

  private coreCall(importIndex: number, name: string): CoreFunction {
    const given = this.given(importIndex);
    const found = given === undefined ? null : coreMember(given, name);
    if (found === null) return () => this.reported(() => this.denied(importIndex, name));
    const { suspender } = this.options;
    if (suspender === null) return (...args: unknown[]) => this.reported(() => found.apply(given, args));
    return (...args: unknown[]) => {
      const call = (): unknown => found.apply(given, args);
      return this.reported(() => (suspender.around === null ? call() : suspender.around(call, suspender.may)));
    };
  }

  private get program(): Program {
    return this.options.plan.program as Program;
  }

  private entry(index: number): PlanImport {
    return this.options.plan.imports[index] as PlanImport;
  }

  private denied(importIndex: number, name: string): never {
    throw this.options.given.missingImport(this.entry(importIndex).name, name);
  }

  private reported<T>(run: () => T): T {
    try {
      return run();
    } catch (thrown) {
      this.options.fail(thrown);
      throw thrown;
    }
  }
}
