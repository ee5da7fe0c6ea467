/** Runs the binaries of a suite on the engine: every component instance has a store of its own. */
import { type CompiledComponent, compileModules, linkComponent } from '../src/component/compile.js';
import { decodeComponent, isCoreModule } from '../src/component/decode/component.js';
import { instantiate } from '../src/component/instance.js';
import type { Item } from '../src/component/link-scope.js';
import type {
  ComponentPlan,
  HostImportFunction,
  HostImportInterface,
  Instance,
  PlanImport,
} from '../src/component/types.js';
import { validateComponent } from '../src/component/validate/component.js';
import type { Value } from '../src/values.js';

/** Host items by import name, from `--host`. */
export type Hosts = Readonly<Record<string, HostImportInterface | HostImportFunction>>;

export type Loaded =
  | { readonly kind: 'component'; readonly compiled: CompiledComponent }
  | { readonly kind: 'core module'; readonly module: WebAssembly.Module };

/** An instance that commands can call, and that later components can import from. */
export interface Running {
  readonly plan: ComponentPlan | null;
  readonly instance: Instance | null;
  readonly core: WebAssembly.Instance | null;
  readonly exports: ReadonlyMap<string, Item>;
}

/** Decodes, validates and compiles. */
export async function load(bytes: Uint8Array): Promise<Loaded> {
  if (isCoreModule(bytes)) return { kind: 'core module', module: await WebAssembly.compile(bytes as BufferSource) };
  const component = decodeComponent(bytes);
  validateComponent(component);
  return { kind: 'component', compiled: await compileModules(component) };
}

/** An import that neither the host nor a named instance gives. */
export class MissingImport extends Error {
  constructor(importName: string) {
    super(`nothing is given for the import \`${importName}\``);
    this.name = 'MissingImport';
  }
}

/** Makes an instance; imports come from `hosts` and from the instances that have a name. */
export function start(loaded: Loaded, named: ReadonlyMap<string, Running>, hosts: Hosts): Running {
  if (loaded.kind === 'core module') {
    return { plan: null, instance: null, core: new WebAssembly.Instance(loaded.module, {}), exports: new Map() };
  }
  const { plan, linked } = linkComponent(loaded.compiled, { supplied: suppliedItems(loaded.compiled, named) });
  const given = (entry: PlanImport) => hosts[entry.name] ?? interfaceOf(named.get(entry.name));
  const missing = plan.imports.find((entry) => given(entry) === undefined && asksForSomething(entry));
  if (missing !== undefined) throw new MissingImport(missing.name);
  const instance = instantiate(plan, { resolveImport: given, missingImport: (name) => new MissingImport(name) });
  return { plan, instance, core: null, exports: linked.exports };
}

function asksForSomething(entry: PlanImport): boolean {
  return entry.kind === 'function' || (entry.interface?.functions.length ?? 0) > 0;
}

/** Components and core modules that named instances export, for roots that import an instance of that name. */
function suppliedItems(compiled: CompiledComponent, named: ReadonlyMap<string, Running>): ReadonlyMap<string, Item> {
  const supplied = new Map<string, Item>();
  for (const definition of compiled.component.definitions) {
    if (definition.kind !== 'import') continue;
    const exports = named.get(definition.name.name)?.exports;
    if (exports === undefined || exports.size === 0) continue;
    const items = [...exports.values()];
    const portable = items.every((item) => item.kind === 'component' || item.kind === 'core module');
    if (portable) supplied.set(definition.name.name, { kind: 'instance', exports });
  }
  return supplied;
}

function interfaceOf(running: Running | undefined): HostImportInterface | undefined {
  const { plan, instance } = running ?? {};
  if (plan === null || plan === undefined || instance === null || instance === undefined) return undefined;
  return Object.fromEntries(
    plan.exports.map((entry) => [entry.path, (...args: Value[]) => instance.call(entry.index, args, 'js')]),
  );
}
