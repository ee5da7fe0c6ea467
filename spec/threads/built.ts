/** The built package with call threads, which exist only there: two, unless a spec says how many. */
import { pathToFileURL } from 'node:url';

/** Where it was built to. */
const index =
  process.env.MOONWIT_DIST === undefined
    ? new URL('../../dist/index.js', import.meta.url)
    : pathToFileURL(`${process.env.MOONWIT_DIST}/index.js`);
const built = (await import(index.href)) as typeof import('../../src/index.js');

export const { HostError } = built;
export const createHost: typeof built.createHost = (options = {}) =>
  built.createHost(typeof options === 'object' ? { threads: 2, ...options } : options);

/** Counts down from its argument: about 1 ns a turn. */
export const WORK = `(module (func (export "work") (param i32) (result i32)
  (loop $more
    (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
    (br_if $more (local.get 0)))
  (i32.const 7)))`;

export const LOOP = '(module (func (export "loop") (loop $for_ever (br $for_ever))))';
export const TRAP = '(module (func (export "trap") unreachable))';
export const GROW = `(module (memory (export "memory") 1)
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`;

export function wat(name: string, source: string, more: object = {}): object {
  return { name, kind: 'function.wat', source, method: name, pool: { type: 'lazy', max_size: 4 }, ...more };
}

export function lua(name: string, body: string, more: object = {}): object {
  const source = `local funcs = require("funcs") return { ${name} = ${body} }`;
  return { name, kind: 'function.lua', source, method: name, modules: ['funcs', 'time'], ...more };
}

export const registryOf = (...entries: object[]) => ({ namespace: 't', entries });

type BuiltError = InstanceType<typeof HostError>;

export async function errorOf(answer: Promise<unknown>): Promise<BuiltError> {
  const thrown: unknown = await answer.then(
    (value) => new Error(`expected an error, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof HostError)) throw thrown;
  return thrown;
}
