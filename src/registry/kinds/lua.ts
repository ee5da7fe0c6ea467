/** function.lua and library.lua. */
import { nearestName } from '../../nearest.js';
import {
  checked,
  code,
  defaulted,
  filledText,
  list,
  map,
  type Report,
  record,
  reference,
  required,
  requiredByLoader,
  type Schema,
  text,
} from '../schema.js';
import { allowedHosts, DEFAULT_POOL, limits, NO_LIMITS, pool } from './common.js';

/** Host modules that `modules:` may list. `errors`, `channel`, `process` and `print` are globals: listing them is allowed. */
const LUA_MODULES = [
  'funcs',
  'time',
  'json',
  'yaml',
  'ctx',
  'env',
  'fs',
  'http',
  'http_client',
  'logger',
  'registry',
  'security',
  'int64',
  'uuid',
  'base64',
  'hash',
  'crypto',
  'errors',
  'channel',
  'process',
  'payload',
  'events',
] as const;

const modules: Schema<readonly string[]> = list(checked(text, checkModule));

function checkModule(name: string, report: Report): string {
  if (name.trim() === '') report([], { code: 'required', message: 'module cannot be empty' });
  else if (name.includes(':')) {
    const message = 'module cannot have a namespace';
    report([], {
      code: 'invalid-value',
      message,
      expected: `a library goes into imports, as alias: ${name.slice(0, 60)}`,
    });
  } else if (!(LUA_MODULES as readonly string[]).includes(name)) {
    const nearest = nearestName(name, LUA_MODULES);
    const facts = {
      code: 'unknown-module',
      message: `no module ${JSON.stringify(name.slice(0, 60))}`,
      expected: `one of ${LUA_MODULES.join(', ')}`,
    };
    report([], nearest === null ? facts : { ...facts, suggestion: nearest });
  }
  return name;
}

const imports: Schema<{ readonly [alias: string]: string }> = checked(
  map(reference(['library.lua'], 'library not found')),
  (value, report) => {
    for (const alias of Object.keys(value)) {
      if (alias.trim() === '') report([alias], { code: 'required', message: 'import alias cannot be empty' });
    }
    return value;
  },
);

const network = record({ allowed_hosts: defaulted(allowedHosts, []) });

export const luaLibraryFields = {
  source: required(code('source is required')),
  modules: defaulted(modules, []),
  /** Alias → ID of a library.lua. */
  imports: defaulted(imports, {}),
};

export const luaFunctionFields = {
  ...luaLibraryFields,
  method: requiredByLoader(filledText),
  pool: defaulted(pool, DEFAULT_POOL),
  limits: defaulted(limits, NO_LIMITS),
  network: defaulted(network, { allowedHosts: [] }),
};
