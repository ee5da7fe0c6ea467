/** The guests that are measured, in our engine and through jco. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compileComponent } from '../src/component/compile.js';
import { instantiate } from '../src/component/instance.js';
import type { ComponentPlan, Instance } from '../src/component/types.js';
import { nodeText } from '../src/text-node.js';

export const guestPath = (name: string): string => join('guests', 'dist', `${name}.wasm`);

const text = nodeText();
const noImports = {
  text,
  resolveImport: () => undefined,
  missingImport: (name: string, fn: string) => new Error(`${name}#${fn} is not granted`),
};

export function loadPlan(name: string): Promise<ComponentPlan> {
  return compileComponent(readFileSync(guestPath(name)), { name });
}

/** Calls exports by name. */
export function caller(plan: ComponentPlan, name: string): (instance: Instance, ...args: never[]) => unknown {
  const entry = plan.exports.find((each) => each.path === name);
  if (entry === undefined) throw new Error(`${plan.world.id} exports no ${name}`);
  const { index } = entry;
  return (instance, ...args) => instance.call(index, args, 'js');
}

export const fresh = (plan: ComponentPlan): Instance => instantiate(plan, noImports);

/** What jco gives: an instance's exports, camelCased. */
// biome-ignore lint/suspicious/noExplicitAny: jco's exports are typed by files that it generates
type JcoExports = Record<string, (...args: any[]) => any>;
interface JcoGuest {
  /** A fresh instance, from modules compiled once. */
  readonly instantiate: () => Promise<JcoExports>;
}

/**
 * Transpiles a guest with jco and loads the result.
 *
 * @param stubbed without the test for JSPI that throws once for every function on Node 20
 */
export async function loadJco(name: string, stubbed = false, imports: Record<string, object> = {}): Promise<JcoGuest> {
  const { transpile } = await import('@bytecodealliance/jco');
  const { files } = await transpile(readFileSync(guestPath(name)), { name, instantiation: 'async' });
  const folder = join('.cache', 'bench', stubbed ? `${name}-stubbed` : name);
  mkdirSync(join(folder, 'interfaces'), { recursive: true });
  for (const [file, bytes] of Object.entries(files as Record<string, Uint8Array>))
    writeFileSync(join(folder, file), bytes);
  const source = join(folder, `${name}.js`);
  if (stubbed) writeFileSync(source, readFileSync(source, 'utf8').replaceAll('WebAssembly.promising(', '((f) => f)('));
  const module = await import(pathToFileURL(source).href);
  const compiled = new Map<string, WebAssembly.Module>();
  const getCore = (path: string): WebAssembly.Module => {
    let core = compiled.get(path);
    if (core === undefined) {
      core = new WebAssembly.Module(readFileSync(join(folder, path)));
      compiled.set(path, core);
    }
    return core;
  };
  return { instantiate: () => module.instantiate(getCore, imports) };
}
