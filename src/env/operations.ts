/** What code on other threads asks of the environment: values of variables for scripts, and those that a guest's world gets. */
import { HostBug, HostError } from '../errors.js';
import type { IoOperations } from '../io.js';
import type { Registry } from '../registry/types.js';
import { newMap, type Value } from '../values.js';
import type { Environment } from './types.js';

/** An environment with the registry that it is of. */
export interface LoadedEnvironment {
  readonly registry: Registry;
  readonly environment: Environment;
}

/** A variable as `wasi.env` asks for it. */
interface WantedVariable {
  /** Of an env.variable. */
  readonly id: string;
  /** What the guest sees it as. */
  readonly name: string;
  readonly required: boolean;
}

/**
 * - `env.get(name, namespace)` → text, or null where there is no value
 * - `env.set(name, value, namespace)` → true
 * - `env.all()` → a map of texts
 * - `env.resolve([{id, name, required}…])` → `[[name, value]…]`, without those that have no value
 */
export function envOperations(now: () => LoadedEnvironment): IoOperations {
  return {
    'env.get': (_session, [name, namespace]) => now().environment.get(textOf(name), textOf(namespace)),
    'env.set': (_session, [name, value, namespace]) => {
      now().environment.set(textOf(name), textOf(value), textOf(namespace));
      return true;
    },
    'env.all': () => Object.assign(newMap(), now().environment.all()),
    'env.resolve': (_session, [wanted]) => {
      const { environment, registry } = now();
      return resolveVariables(environment, registry, wanted as unknown as readonly WantedVariable[]) as Value;
    },
  };
}

/**
 * The values of variables as pairs of a name and a value, in their order; optional ones without a value are left out.
 * @throws HostError NotFound (a required one has none), Unavailable
 */
export function resolveVariables(
  environment: Environment,
  registry: Registry,
  wanted: readonly WantedVariable[],
): [name: string, value: string][] {
  return wanted.flatMap(({ id, name, required }): [string, string][] => {
    const value = environment.get(id, '');
    if (value !== null) return [[name, value]];
    if (required) throw missing(id, name, registry);
    return [];
  });
}

function missing(id: string, name: string, registry: Registry): HostError {
  const entry = registry.getOf('env.variable', id);
  const facts = { id, name };
  if (entry === undefined)
    return new HostError('NotFound', `required wasi env variable not found: ${id}`, { details: facts });
  const { storage, variable } = entry.fields;
  const { file, line, column } = entry.place;
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  const message =
    `required wasi env variable not found: ${id} (${place}): ` +
    `${storage} has no ${variable ?? id}: set it there, or give the entry a default`;
  return new HostError('NotFound', message, { details: { ...facts, storage, place } });
}

function textOf(value: Value | undefined): string {
  if (typeof value !== 'string') throw new HostBug('an operation of the environment takes texts');
  return value;
}
