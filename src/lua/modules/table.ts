/** The host modules, by name. Adding one is a file beside this one and a line here. */

import type { Core } from '../core.js';
import { TAG, type Table, TValue, type Udata } from '../internals.js';
import { type LibraryFields, lockedTable } from '../tables.js';
import { base64Module } from './base64.js';
import { channelModule } from './channel.js';
import { cryptoModule } from './crypto.js';
import { ctxModule } from './ctx.js';
import { envModule } from './env.js';
import { errorsModule } from './errors.js';
import { fsModule } from './fs.js';
import { funcsModule } from './funcs.js';
import { hashModule } from './hash.js';
import { httpModule } from './http.js';
import { httpClientModule } from './http-client.js';
import { int64Module } from './int64.js';
import { jsonModule } from './json.js';
import { loggerObject } from './logger.js';
import { osModule } from './os.js';
import { payloadModule } from './payload.js';
import { processModule } from './process.js';
import { registryModule } from './registry.js';
import { securityModule } from './security.js';
import { timeModule } from './time.js';
import { uuidModule } from './uuid.js';
import { yamlModule } from './yaml.js';

/** Makes the fields of a module, once per VM, when it is first used. */
type LuaModule = (core: Core) => LibraryFields;

const GLOBAL_MODULES: { readonly [name: string]: LuaModule } = {
  channel: channelModule,
  errors: errorsModule,
  os: osModule,
  payload: payloadModule,
  process: processModule,
};

const LISTED_MODULES: { readonly [name: string]: LuaModule } = {
  base64: base64Module,
  crypto: cryptoModule,
  ctx: ctxModule,
  env: envModule,
  fs: fsModule,
  funcs: funcsModule,
  hash: hashModule,
  http: httpModule,
  http_client: httpClientModule,
  int64: int64Module,
  json: jsonModule,
  registry: registryModule,
  security: securityModule,
  time: timeModule,
  uuid: uuidModule,
  yaml: yamlModule,
};

/** Modules that are an object instead of a table. */
const OBJECT_MODULES: { readonly [name: string]: (core: Core) => Udata } = {
  logger: loggerObject,
};

/** Names of modules that every script has as globals. */
export const ALWAYS_THERE: readonly string[] = Object.keys(GLOBAL_MODULES);

/** Names of modules that an entry gets by listing them. */
export const MODULE_NAMES: readonly string[] = Object.keys({ ...LISTED_MODULES, ...OBJECT_MODULES });

const ALL: ReadonlyMap<string, LuaModule> = new Map([
  ...Object.entries(GLOBAL_MODULES),
  ...Object.entries(LISTED_MODULES),
]);

export function isModule(name: string): boolean {
  return ALL.has(name) || Object.hasOwn(OBJECT_MODULES, name) || STANDARD.has(name);
}

const STANDARD = new Set(['string', 'table', 'math', 'utf8', 'coroutine']);

/** The module, the same each time. */
export function moduleSlot(core: Core, name: string): TValue {
  return Object.hasOwn(OBJECT_MODULES, name)
    ? new TValue(TAG.USERDATA, moduleObject(core, name))
    : new TValue(TAG.TABLE, moduleTable(core, name));
}

function moduleTable(core: Core, name: string): Table {
  const known = core.libraries.get(name);
  if (known !== undefined) return known;
  const made = lockedTable(core, name, ALL.get(name)!(core));
  core.libraries.set(name, made);
  return made;
}

function moduleObject(core: Core, name: string): Udata {
  const known = core.objects.get(name);
  if (known !== undefined) return known;
  const made = OBJECT_MODULES[name]!(core);
  core.objects.set(name, made);
  return made;
}
