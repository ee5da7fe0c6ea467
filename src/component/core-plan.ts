/**
 * A core module with WIT beside it as the simplest plan: one core instance, its exports lifted by the canonical names
 * (`memory`, `cabi_realloc`, `cabi_post_<name>`). Without WIT, exports that need no memory are typed by their core types.
 */
import { containsHandle, coreSignature, funcLayout, needsMemory } from '../abi/layout.js';
import type { CoreFuncType } from '../binary/types.js';
import { HostBug, HostError } from '../errors.js';
import type { FuncType, ValType, WitDocument, WitFunction, WitInterface } from '../wit/types.js';
import { compileModule, type Rewrite } from './compile.js';
import { type CoreItemType, describeCoreModule } from './core-module.js';
import type { CoreInstanceDef, CoreItem, CoreSignature, FuncItem, LiftDef, Program } from './program.js';
import type { ComponentPlan, PlanFunction, PlanImport } from './types.js';

/** An export contradicts the WIT beside it. */
export class CoreTypeMismatch extends Error {
  readonly exportName: string;
  readonly expected: string;
  readonly got: string;
  constructor(exportName: string, expected: string, got: string) {
    super(`export \`${exportName}\`: expected ${expected} by its WIT, got ${got}`);
    this.name = 'CoreTypeMismatch';
    this.exportName = exportName;
    this.expected = expected;
    this.got = got;
  }
}

type Exports = ReadonlyMap<string, CoreItemType>;

/** Names under which toolchains export the allocator. */
const REALLOC_NAMES = ['cabi_realloc', 'canonical_abi_realloc'];

/**
 * @param wit the `wit:` text's document, or null
 * @throws CoreModuleRefused (V8), CoreTypeMismatch, BinaryError, HostError Invalid (an import that no host can supply)
 */
export async function compileCoreModule(
  bytes: Uint8Array,
  wit: WitDocument | null,
  options: { readonly name?: string; readonly rewrite?: Rewrite } = {},
): Promise<ComponentPlan> {
  const { module, checked, state, stoppable } = await compileModule(bytes, 0, options.rewrite);
  const descriptor = describeCoreModule(bytes);
  const exports: Exports = new Map(descriptor.exports.map((each) => [each.name, each.type]));
  const surface = wit === null ? coreSurface(exports) : witSurface(wit, exports);
  const lifts = surface.map((each) => liftDef(each, exports));
  const imports = groupImports(descriptor.imports);
  const program: Program = {
    modules: [module],
    checked: [checked],
    states: [state],
    stoppable,
    // Of a component's instances errors say which one it was; here there is none.
    instances: [{ parent: null, path: '' }],
    coreInstances: [coreInstanceDef(descriptor.imports, imports)],
    contexts: [{ inst: 0, memory: memoryItem(exports), realloc: reallocItem(exports), encoding: 'utf8' }],
    lifts,
    hostFuncs: [],
    trampolines: [],
    resources: [],
    exports: lifts.map((_, index): FuncItem => ({ kind: 'lift', index })),
    initialize: isFunc(exports.get('_initialize'), '() -> ()') ? own('_initialize') : null,
  };
  const functions = surface.map(({ interfaceId, fn, coreName }, index): PlanFunction => {
    return { index, interface: interfaceId, function: fn, path: coreName };
  });
  const world = worldOf(options.name ?? 'module', wit, surface);
  const named = new Set(surface.map((each) => each.coreName));
  const names = [...exports].flatMap(([name, { kind }]) => (kind === 'func' && !named.has(name) ? [name] : []));
  const untyped = { names, why: wit === null ? 'core-type' : 'not-in-wit' } as const;
  return { kind: 'module', imports, exports: functions, untyped, world, program };
}

/** One function that the module exports, with its type. */
interface Surface {
  readonly interfaceId: string | null;
  readonly fn: WitFunction;
  /** The core export. */
  readonly coreName: string;
}

function own(name: string): CoreItem {
  return { kind: 'export', instance: 0, name };
}

function memoryItem(exports: Exports): CoreItem | null {
  return exports.get('memory')?.kind === 'memory' ? own('memory') : null;
}

function reallocItem(exports: Exports): CoreItem | null {
  const name = REALLOC_NAMES.find((each) => isFunc(exports.get(each), '(i32, i32, i32, i32) -> (i32)'));
  return name === undefined ? null : own(name);
}

function isFunc(type: CoreItemType | undefined, signature: string): boolean {
  return type?.kind === 'func' && printCore(type.type) === signature;
}

function printCore(type: Pick<CoreFuncType, 'params' | 'results'>): string {
  return `(${type.params.join(', ')}) -> (${type.results.join(', ')})`;
}

// --- what is exported -----------------------------------------------------------------------------------------------

const CORE_TO_WIT: Record<string, ValType> = {
  i32: { kind: 's32' },
  i64: { kind: 's64' },
  f32: { kind: 'f32' },
  f64: { kind: 'f64' },
};

/** Exports whose core signature says it all: numbers in, at most one number out. */
function coreSurface(exports: Exports): Surface[] {
  const surface: Surface[] = [];
  for (const [coreName, type] of exports) {
    if (type.kind !== 'func') continue;
    const params = type.type.params.map((core) => CORE_TO_WIT[core]);
    const results = type.type.results.map((core) => CORE_TO_WIT[core]);
    if (results.length > 1 || [...params, ...results].includes(undefined)) continue;
    const funcType: FuncType = {
      params: params.map((each, i) => ({ name: `p${i + 1}`, type: each as ValType })),
      result: results[0] ?? null,
    };
    surface.push({
      interfaceId: null,
      coreName,
      fn: { name: coreName, type: funcType, role: { kind: 'freestanding' } },
    });
  }
  return surface;
}

/** Functions of the WIT that the module exports under their canonical names. */
function witSurface(wit: WitDocument, exports: Exports): Surface[] {
  const candidates: Surface[] = wit.functions.map((fn) => ({ interfaceId: null, fn, coreName: fn.name }));
  for (const world of wit.worlds) {
    candidates.push(...world.exports.functions.map((fn) => ({ interfaceId: null, fn, coreName: fn.name })));
    for (const iface of world.exports.interfaces) candidates.push(...interfaceSurface(iface));
  }
  if (wit.worlds.length === 0) for (const iface of wit.interfaces) candidates.push(...interfaceSurface(iface));
  const seen = new Set<string>();
  return candidates.filter(({ coreName }) => {
    if (seen.has(coreName) || exports.get(coreName)?.kind !== 'func') return false;
    seen.add(coreName);
    return true;
  });
}

function interfaceSurface(iface: WitInterface): Surface[] {
  return iface.functions
    .filter((fn) => fn.role.kind === 'freestanding')
    .map((fn) => ({ interfaceId: iface.id, fn, coreName: `${iface.id}#${fn.name}` }));
}

function worldOf(name: string, wit: WitDocument | null, surface: readonly Surface[]): ComponentPlan['world'] {
  const interfaces = [...(wit?.interfaces ?? []), ...(wit?.worlds ?? []).flatMap((world) => world.exports.interfaces)];
  const used = new Set(surface.map((each) => each.interfaceId));
  return {
    id: name,
    types: wit?.types ?? [],
    imports: { interfaces: [], functions: [] },
    exports: {
      interfaces: interfaces.filter(
        (each, i) => used.has(each.id) && interfaces.findIndex((x) => x.id === each.id) === i,
      ),
      functions: surface.flatMap((each) => (each.interfaceId === null ? [each.fn] : [])),
    },
  };
}

// --- how it is lifted -----------------------------------------------------------------------------------------------

function liftDef({ fn, coreName }: Surface, exports: Exports): LiftDef {
  const core = exports.get(coreName);
  const expected = printCore(coreSignature(fn.type, 'lift'));
  const got = core?.kind === 'func' ? printCore(core.type) : 'no function';
  if (expected !== got) throw new CoreTypeMismatch(coreName, `core type ${expected}`, got);
  checkSupport(fn, coreName, exports);
  checkNoHandles(fn, coreName);
  const post = `cabi_post_${coreName}`;
  return {
    core: own(coreName),
    postReturn: exports.get(post)?.kind === 'func' ? own(post) : null,
    context: 0,
    type: fn.type,
    name: coreName,
  };
}

const ALLOCATOR = 'an allocator exported as `cabi_realloc`, (i32, i32, i32, i32) -> (i32)';

/** Strings and lists travel through the module's memory, and parameters through memory that it allocates. */
function checkSupport(fn: WitFunction, coreName: string, exports: Exports): void {
  const { paramsSpill, resultSpills } = funcLayout(fn.type);
  const allocates = paramsSpill || fn.type.params.some((param) => needsMemory(param.type));
  const usesMemory = allocates || resultSpills || (fn.type.result !== null && needsMemory(fn.type.result));
  const lacking = [
    ...(usesMemory && memoryItem(exports) === null ? ['a memory exported as `memory`'] : []),
    ...(allocates && reallocItem(exports) === null ? [ALLOCATOR] : []),
  ];
  if (lacking.length > 0) throw new CoreTypeMismatch(coreName, lacking.join(' and '), 'none');
}

function checkNoHandles(fn: WitFunction, coreName: string): void {
  const types = [...fn.type.params.map((param) => param.type), ...(fn.type.result === null ? [] : [fn.type.result])];
  if (!types.some(containsHandle)) return;
  throw new HostError(
    'Invalid',
    `\`${coreName}\` takes or gives a resource: a core module has no handles, build it as a component`,
  );
}

// --- imports --------------------------------------------------------------------------------------------------------

type CoreImports = ReturnType<typeof describeCoreModule>['imports'];

function groupImports(imports: CoreImports): PlanImport[] {
  const groups = new Map<string, string[]>();
  for (const { module, name, type } of imports) {
    if (type.kind !== 'func') {
      throw new HostError(
        'Invalid',
        `the module imports a ${type.kind} \`${module}.${name}\`: only functions can be supplied`,
      );
    }
    groups.set(module, [...(groups.get(module) ?? []), name]);
  }
  return [...groups].map(([name, coreFunctions]): PlanImport => {
    return { name, kind: 'core', interface: null, function: null, coreFunctions };
  });
}

function signatureOf(type: CoreItemType): CoreSignature {
  if (type.kind !== 'func') throw new HostBug('only functions are imported');
  const { params, results } = type.type;
  return { params, results };
}

function coreInstanceDef(imports: CoreImports, groups: readonly PlanImport[]): CoreInstanceDef {
  const items = (module: string, index: number) =>
    imports
      .filter((each) => each.module === module)
      .map(({ name, type }) => ({
        name,
        item: { kind: 'host', import: index, name, type: signatureOf(type) } as const,
      }));
  return {
    module: 0,
    inst: 0,
    imports: groups.map((group, index) => ({ module: group.name, items: items(group.name, index) })),
  };
}
