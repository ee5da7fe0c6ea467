/** The table of kinds. Adding a kind touches its own file and this table. */
import type { FieldTable, RecordOf } from '../schema.js';
import { directoryFields } from './files.js';
import { luaFunctionFields, luaLibraryFields } from './lua.js';
import { wasmFields, watFields } from './wasm.js';

/** The kinds that work, with their fields. `hostImports` are interfaces that the host itself offers to guests. */
export function kindTable(hostImports: readonly string[]) {
  return {
    'function.wat': watFields(hostImports),
    'function.wasm': wasmFields(hostImports),
    'function.lua': luaFunctionFields,
    'library.lua': luaLibraryFields,
    'fs.directory': directoryFields,
  } as const satisfies Record<string, FieldTable>;
}

type Table = ReturnType<typeof kindTable>;
export type Kind = keyof Table;
/** Added by the loader to what a kind's fields say. */
interface Resolved {
  'fs.directory': { readonly path: string };
}
/** The fields of an entry of kind K, in camel case, defaults filled in, references as full IDs. */
export type FieldsOf<K extends Kind> = RecordOf<Table[K]> & (K extends keyof Resolved ? Resolved[K] : unknown);

/** Kinds that the documentation names and that are not built yet. Their entries have IDs, so references to them resolve. */
export const PLANNED_KINDS: readonly string[] = [
  'process.wasm',
  'process.lua',
  'process.service',
  'process.host',
  'terminal.host',
  'fs.embed',
  'env.storage.memory',
  'env.storage.os',
  'env.storage.static',
  'env.storage.file',
  'env.storage.router',
  'env.variable',
  'http.service',
  'http.router',
  'http.endpoint',
  'http.static',
  'security.policy',
  'security.policy.expr',
  'security.token_store',
];
