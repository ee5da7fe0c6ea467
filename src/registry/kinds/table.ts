/** The table of kinds. Adding a kind touches its own file and this table. */
import type { Middleware } from '../http/middleware.js';
import type { HttpTls } from '../http/tls.js';
import type { FieldTable, RecordOf } from '../schema.js';
import {
  fileStorageFields,
  memoryStorageFields,
  osStorageFields,
  routerStorageFields,
  staticStorageFields,
  variableFields,
} from './env.js';
import { directoryFields } from './files.js';
import { endpointFields, routerFields, serviceFields, staticFields } from './http.js';
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
    'env.storage.memory': memoryStorageFields,
    'env.storage.os': osStorageFields,
    'env.storage.static': staticStorageFields,
    'env.storage.file': fileStorageFields,
    'env.storage.router': routerStorageFields,
    'env.variable': variableFields,
    'http.service': serviceFields,
    'http.router': routerFields,
    'http.endpoint': endpointFields,
    'http.static': staticFields,
  } as const satisfies Record<string, FieldTable>;
}

type Table = ReturnType<typeof kindTable>;
export type Kind = keyof Table;
interface RouterMiddleware {
  readonly chain: readonly Middleware[];
  readonly postChain: readonly Middleware[];
}
/** Added by the loader to what a kind's fields say. */
interface Resolved {
  'fs.directory': { readonly path: string; readonly realPath: string };
  'env.storage.file': { readonly file: string };
  'http.service': { readonly certificates: HttpTls | null };
  /** From `meta.server` and `meta.router`: full IDs; null is the default one, which no entry stands for. */
  'http.router': { readonly server: string | null } & RouterMiddleware;
  /** `server` is of endpoints without a router only. */
  'http.endpoint': { readonly router: string | null; readonly server: string | null };
  'http.static': { readonly server: string | null; readonly chain: readonly Middleware[] };
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
  'security.policy',
  'security.policy.expr',
  'security.token_store',
];
