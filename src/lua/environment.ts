/**
 * The globals of one script, function or library, and what its `require` finds. Library tables are shared by all
 * environments of a VM and read-only; everything else is the environment's own.
 */

import { HostError } from '../errors.js';
import { nearestName } from '../nearest.js';
import { instead } from './absent.js';
import type { Core } from './core.js';
import {
  LUA_OK,
  LUA_YIELD,
  type LuaFunction,
  type LuaState,
  lua_callk,
  lua_gettop,
  lua_isnil,
  lua_pop,
  lua_pushboolean,
  lua_pushstring,
  luaL_checkstring,
  to_jsstring,
  to_luastring,
} from './fengari.js';
import { TAG, type Table, TValue } from './internals.js';
import { makeLoad, pushCompiled } from './libs/load.js';
import { ALWAYS_THERE, isModule, MODULE_NAMES, moduleSlot } from './modules/table.js';
import { hostFunction, LuaError, raiseThrown } from './raise.js';
import { setField } from './tables.js';
import type { LuaLibrary, LuaSource } from './types.js';

interface EnvironmentSpec {
  /** For messages: the script's name or the entry's ID. */
  readonly name: string;
  /** Host modules beside those that are always there; null: all of them. */
  readonly modules: readonly string[] | null;
  readonly imports: { readonly [alias: string]: LuaLibrary };
  /** Files that `require` may load into the same globals. */
  readonly resolveFile: ((module: string) => LuaSource | null) | null;
}

interface Environment {
  readonly spec: EnvironmentSpec;
  readonly globals: Table;
  /** What `require` has given, by name. */
  readonly loaded: Map<string, TValue | Loading>;
}

/** A file or import whose code runs, or waits. */
interface Loading {
  readonly L: LuaState;
  readonly require: unknown;
  hasWaited: boolean;
}

/** @throws HostError (Invalid) when `modules` names a module that does not exist */
export function newEnvironment(core: Core, spec: EnvironmentSpec): Environment {
  const globals = core.newGlobals();
  const environment: Environment = { spec, globals, loaded: new Map() };
  const put = (name: string, slot: TValue) => setField(core.L, globals, name, slot);
  core.notListed.set(globals, (name) =>
    MODULE_NAMES.includes(name) && !isAllowed(environment, name) ? notListed(name, spec) : null,
  );
  put('_G', new TValue(TAG.TABLE, globals));
  put('load', functionSlot(hostFunction(core, makeLoad(core, globals))));
  put('require', functionSlot(hostFunction(core, (L) => requireModule(core, environment, L))));
  for (const name of ALWAYS_THERE) put(name, moduleSlot(core, name));
  for (const name of spec.modules ?? MODULE_NAMES) {
    if (isModule(name)) put(name, moduleSlot(core, name));
    else if (core.options.libraries?.[name] === undefined) throw unknownModule(core, spec.name, name);
  }
  return environment;
}

function functionSlot(f: LuaFunction): TValue {
  return new TValue(TAG.HOST_FUNCTION, f);
}

function unknownModule(core: Core, where: string, name: string): HostError {
  const known = [...MODULE_NAMES, ...Object.keys(core.options.libraries ?? {})];
  return new HostError('Invalid', `${where}: there is no module '${name}'${didYouMean(name, known)}`, {
    details: { module: name, known },
  });
}

function didYouMean(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  return nearest === null ? '' : `; did you mean '${nearest}'?`;
}

function requireModule(core: Core, environment: Environment, L: LuaState): number {
  const name = to_jsstring(luaL_checkstring(L, 1), undefined, undefined, true);
  const known = environment.loaded.get(name);
  if (known instanceof TValue) return pushCopy(L, known);
  if (known !== undefined && isLoading(known, L)) {
    const why = known.L === L ? 'its own code requires it' : 'its code waits, or runs, in another coroutine';
    throw new LuaError(`module '${name}' is still being loaded: ${why}`);
  }
  const library = environment.spec.imports[name];
  if (Object.hasOwn(environment.spec.imports, name) && library !== undefined) {
    return load(core, environment, L, name, importedChunk(core, library));
  }
  if (isAllowed(environment, name) && isModule(name)) {
    return pushCopy(L, moduleSlot(core, name));
  }
  const file = shippedLibrary(core, environment, name) ?? environment.spec.resolveFile?.(name) ?? null;
  if (file === null) throw new LuaError(notFound(core, environment, name));
  return load(core, environment, L, name, { ...file, globals: environment.globals });
}

/** Nobody is told of an error after a wait; the frame of its `require` is gone then. */
function isLoading(loading: Loading, asking: LuaState): boolean {
  const { L, require, hasWaited } = loading;
  if (!hasWaited) return true;
  if (L.status !== LUA_OK && L.status !== LUA_YIELD) return false;
  let frame = L === asking ? L.ci.previous : L.ci;
  while (frame !== null && !(frame.c_ctx === loading && frame.func.value === require)) frame = frame.previous;
  return frame !== null;
}

function pushCopy(L: LuaState, slot: TValue): number {
  L.stack[L.top++] = new TValue(slot.type, slot.value);
  return 1;
}

function isAllowed(environment: Environment, name: string): boolean {
  const { modules } = environment.spec;
  return modules === null || modules.includes(name) || ALWAYS_THERE.includes(name) || STANDARD.includes(name);
}

const STANDARD = ['string', 'table', 'math', 'utf8', 'coroutine'];

function shippedLibrary(core: Core, environment: Environment, name: string): LuaSource | null {
  const { libraries } = core.options;
  if (libraries === undefined || !Object.hasOwn(libraries, name) || !isAllowed(environment, name)) return null;
  return { name: `${name}.lua`, source: libraries[name]! };
}

function notFound(core: Core, environment: Environment, name: string): string {
  const { spec } = environment;
  if (isModule(name) || Object.hasOwn(core.options.libraries ?? {}, name)) {
    return notListed(name, spec);
  }
  const candidates = [...(spec.modules ?? MODULE_NAMES), ...ALWAYS_THERE, ...Object.keys(spec.imports)];
  const places =
    spec.resolveFile === null ? 'a module or an import' : `a module, an import or a file ${name}.lua beside the script`;
  const hint = instead(name);
  return `module '${name}' not found: ${hint ?? `it is not ${places}${didYouMean(name, candidates)}`}`;
}

function notListed(name: string, spec: EnvironmentSpec): string {
  return `module '${name}' not found: add it to "modules" of ${spec.name}`;
}

interface Chunk extends LuaSource {
  readonly globals: Table;
}

function importedChunk(core: Core, library: LuaLibrary): Chunk {
  const environment = newEnvironment(core, {
    name: library.id,
    modules: library.modules ?? [],
    imports: library.imports ?? {},
    resolveFile: null,
  });
  return { name: library.file ?? library.id, source: library.source, globals: environment.globals };
}

/** Runs a chunk once; its result, or `true`, is what `require` gives from now on. */
function load(core: Core, environment: Environment, L: LuaState, name: string, chunk: Chunk): number {
  pushCompiled(core, L, chunk.name, chunk.source, chunk.globals);
  const loading: Loading = { L, require: L.ci.func.value, hasWaited: false };
  environment.loaded.set(name, loading);
  lua_pushstring(L, to_luastring(name));
  const base = lua_gettop(L) - 2;
  try {
    lua_callk(L, 1, 1, loading, (state) => finishLoad(environment, state, name, base));
  } catch (thrown) {
    // A yield also passes here.
    loading.hasWaited = core.yielding !== null;
    if (!loading.hasWaited) environment.loaded.delete(name);
    return raiseThrown(core, L, thrown);
  }
  return finishLoad(environment, L, name, base);
}

function finishLoad(environment: Environment, L: LuaState, name: string, base: number): number {
  if (lua_isnil(L, -1)) {
    lua_pop(L, lua_gettop(L) - base);
    lua_pushboolean(L, true);
  }
  const slot = L.stack[L.top - 1]!;
  environment.loaded.set(name, new TValue(slot.type, slot.value));
  return 1;
}
