/** What engine specs share: the committed guests as plans, instances of them, and calls by an export's path. */
import { readFileSync } from 'node:fs';
import { parse } from '@bytecodealliance/jco';
import { Trap } from '../../src/abi/errors.js';
import { compileComponent } from '../../src/component/compile.js';
import { compileCoreModule } from '../../src/component/core-plan.js';
import { instantiate, type RuntimeOptions } from '../../src/component/instance.js';
import type { ComponentPlan, Instance, LiftTarget } from '../../src/component/types.js';
import { HostError } from '../../src/errors.js';
import { nodeText } from '../../src/text-node.js';
import type { Value } from '../../src/values.js';
import type { WitDocument } from '../../src/wit/types.js';

export const DIST = new URL('../../guests/dist/', import.meta.url);

export function guestBytes(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.wasm`, DIST));
}

export function guestPlan(name: string): Promise<ComponentPlan> {
  return compileComponent(guestBytes(name), { name });
}

/** A component or core module written as text; jco has the assembler. */
export async function assemble(text: string): Promise<Uint8Array> {
  return new Uint8Array(await parse(text));
}

export async function componentFrom(text: string): Promise<ComponentPlan> {
  return compileComponent(await assemble(text), { name: 'made' });
}

export async function coreFrom(text: string, wit: WitDocument | null): Promise<ComponentPlan> {
  return compileCoreModule(await assemble(text), wit, { name: 'made' });
}

/** Options that grant nothing. */
export const ALONE: RuntimeOptions = {
  text: nodeText(),
  resolveImport: () => undefined,
  missingImport: (name, fn) => new HostError('PermissionDenied', `called ${name}#${fn}, which is not granted`),
};

interface Live {
  readonly instance: Instance;
  /** Calls the export whose path is, or ends with `#` and, `path`. */
  readonly call: (path: string, ...args: unknown[]) => unknown;
}

export function live(plan: ComponentPlan, options: Partial<RuntimeOptions> = {}, target: LiftTarget = 'js'): Live {
  const instance = instantiate(plan, { ...ALONE, ...options });
  return {
    instance,
    call: (path, ...args) => instance.call(exportIndex(plan, path), args as Value[], target),
  };
}

export function exportIndex(plan: ComponentPlan, path: string): number {
  const found = plan.exports.find((each) => each.path === path || each.path.endsWith(`#${path}`));
  if (found === undefined) throw new Error(`no export ${path}: ${plan.exports.map((each) => each.path).join(', ')}`);
  return found.index;
}

/** What `run` throws; fails when it does not throw. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('nothing was thrown');
}

/** The trap that `run` ends in. */
export function trapOf(run: () => unknown): Trap {
  const thrown = thrownBy(run);
  if (thrown instanceof Trap) return thrown;
  throw new Error(`expected a trap, got ${String(thrown)}`, { cause: thrown });
}

/** What traps say of a promise that nobody can wait for. */
export const CANNOT_WAIT =
  'it returned a promise, for which its guest cannot wait here: run the host with threads, or give an async function on a Node ' +
  'that suspends guests (24.20 and later)';
