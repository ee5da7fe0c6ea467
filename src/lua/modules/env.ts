/** `env`: variables of the environment, which lives on the host's thread. No call yields. */

import { HostError } from '../../errors.js';
import { newMap, type Value, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, luaL_checkstring } from '../fengari.js';
import { isAllowed } from '../permission.js';
import { answer, moduleError } from '../results.js';
import { ioOf } from '../run-io.js';
import type { LibraryFields } from '../tables.js';

export function envModule(core: Core): LibraryFields {
  const ask = (op: string, ...args: readonly Value[]): Value => ioOf(core, core.task!.run).callNow(op, ...args);
  return {
    get: (L) => {
      const name = nameAt(core, L, 'env.get');
      return answer(core, L, () => {
        checkAllowed(core, 'env.get', name());
        const value = ask('env.get', name(), namespaceOf(core));
        if (value === null) throw noValue(name());
        return value;
      });
    },
    set: (L) => {
      const name = nameAt(core, L, 'env.set');
      const value = luaL_checkstring(L, 2);
      return answer(core, L, () => {
        checkAllowed(core, 'env.set', name());
        return ask('env.set', name(), textOf(core, value, 'env.set: the value'), namespaceOf(core));
      });
    },
    get_all: (L) =>
      answer(core, L, () => {
        const { context } = core.task!.run;
        const all = newMap();
        for (const [name, value] of Object.entries(ask('env.all') as ValueMap)) {
          if (isAllowed(context, 'env.get', name)) all[name] = value;
        }
        return all;
      }),
  };
}

/** Raises for what is no string; what is no name is the function's error. */
function nameAt(core: Core, L: LuaState, what: string): () => string {
  const bytes = luaL_checkstring(L, 1);
  return () => {
    const name = textOf(core, bytes, `${what}: the name`);
    if (name === '') throw moduleError('Invalid', 'empty key');
    return name;
  };
}

function noValue(name: string): HostError {
  const variable = shown(name);
  return new HostError('NotFound', `environment variable not found: ${variable} has no value`, {
    retryable: false,
    details: { variable },
  });
}

function textOf(core: Core, bytes: Uint8Array, what: string): string {
  const text = core.options.text.decodeUtf8(bytes);
  if (text === undefined) throw moduleError('Invalid', `${what} is not valid UTF-8`);
  return text;
}

function checkAllowed(core: Core, action: string, name: string): void {
  if (!isAllowed(core.task!.run.context, action, name))
    throw moduleError('PermissionDenied', `not allowed: ${shown(name)}`);
}

/** Where bare names of entries are looked up: a function's namespace; scripts have none. */
function namespaceOf(core: Core): string {
  const { name } = core.task!.run;
  const colon = name.indexOf(':');
  return colon === -1 ? '' : name.slice(0, colon);
}

const MAX_SHOWN = 80;

function shown(name: string): string {
  return name.length <= MAX_SHOWN ? name : `${name.slice(0, MAX_SHOWN)}…`;
}
