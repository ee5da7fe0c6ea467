/** A VM for specs: real parts throughout; functions are TypeScript ones behind a caller like the host's. */

import { readFileSync } from 'node:fs';
import { HostError } from '../../src/errors.js';
import type { CallContext, FunctionCaller } from '../../src/functions/types.js';
import type { LogRecord } from '../../src/lua/platform.js';
import { createVm, type LuaClock, type LuaVm, type LuaVmOptions } from '../../src/lua/vm.js';
import { nodePlatform } from '../../src/platform/node.js';
import { portableText } from '../../src/text.js';
import { ByteString, Empty, Float64, type Value } from '../../src/values.js';
import { specRegistry } from './registry-entries.js';

export type SpecFunction = (args: readonly Value[], context: CallContext) => Value | Promise<Value>;

export function callerOf(functions: { readonly [id: string]: SpecFunction }): FunctionCaller {
  return {
    call(id, args, context) {
      const f = Object.hasOwn(functions, id) ? functions[id] : undefined;
      if (f === undefined)
        throw new HostError('NotFound', `no handler registered for target ${id}`, { details: { id } });
      return f(args, context);
    },
  };
}

export const realClock: LuaClock = {
  monotonicMs: () => performance.now(),
  wallMs: () => Date.now(),
  timer: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export interface SpecVm {
  readonly vm: LuaVm;
  readonly printed: string[];
  /** What `logger` wrote: `warn db: too slow {"ms":12}`. */
  readonly logged: string[];
}

export function specVm(
  functions: { readonly [id: string]: SpecFunction } = {},
  options: Partial<LuaVmOptions> = {},
): SpecVm {
  const printed: string[] = [];
  const logged: string[] = [];
  const log = ({ level, logger, message, fields }: LogRecord) =>
    logged.push(`${level} ${logger === '' ? '' : `${logger}: `}${message} ${JSON.stringify(fields)}`);
  const vm = createVm({
    functions: callerOf(functions),
    clock: realClock,
    text: portableText(),
    print: (line) => printed.push(new TextDecoder().decode(line)),
    platform: nodePlatform({ log }),
    registry: () => specRegistry,
    ...options,
  });
  return { vm, printed, logged };
}

/** Values as plain JavaScript, for comparing: `7.0` is `{ float: 7 }`. */
export function plain(value: Value): unknown {
  if (value instanceof ByteString) return new TextDecoder().decode(value.bytes);
  if (value instanceof Float64) return { float: value.value };
  if (value instanceof Empty) return {};
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [plain(key), plain(item)]));
  if (value instanceof HostError) return { error: value.message, kind: value.kind };
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value ?? null;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

const LIBRARY_FOLDER = new URL('../../lua/', import.meta.url);

/** The Lua texts that are shipped, by the name that `require` knows. */
export function shippedLibraries(): { readonly [name: string]: string } {
  return { test: readFileSync(new URL('test.lua', LIBRARY_FOLDER), 'utf8') };
}
