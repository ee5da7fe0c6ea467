/** The host modules, by name. Adding one is a file beside this one and a line here. */

import type { Core } from '../core.js';
import type { Table } from '../internals.js';
import { type LibraryFields, lockedTable } from '../tables.js';
import { channelModule } from './channel.js';
import { errorsModule } from './errors.js';
import { funcsModule } from './funcs.js';
import { int64Module } from './int64.js';
import { jsonModule } from './json.js';
import { osModule } from './os.js';
import { processModule } from './process.js';

/** Makes the fields of a module, once per VM, when it is first used. */
export type LuaModule = (core: Core) => LibraryFields;

const GLOBAL_MODULES: { readonly [name: string]: LuaModule } = {
  channel: channelModule,
  errors: errorsModule,
  os: osModule,
  process: processModule,
};

const LISTED_MODULES: { readonly [name: string]: LuaModule } = {
  funcs: funcsModule,
  int64: int64Module,
  json: jsonModule,
};

/** Names of modules that every script has as globals. */
export const ALWAYS_THERE: readonly string[] = Object.keys(GLOBAL_MODULES);

/** Names of modules that an entry gets by listing them. */
export const MODULE_NAMES: readonly string[] = Object.keys(LISTED_MODULES);

const ALL: ReadonlyMap<string, LuaModule> = new Map([
  ...Object.entries(GLOBAL_MODULES),
  ...Object.entries(LISTED_MODULES),
]);

export function isModule(name: string): boolean {
  return ALL.has(name) || STANDARD.has(name);
}

const STANDARD = new Set(['string', 'table', 'math', 'utf8', 'coroutine']);

/** The module's table, the same each time. */
export function moduleTable(core: Core, name: string): Table {
  const known = core.libraries.get(name);
  if (known !== undefined) return known;
  const made = lockedTable(core, name, ALL.get(name)!(core));
  core.libraries.set(name, made);
  return made;
}
