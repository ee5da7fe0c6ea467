/** Worlds for the instances of one function: what its entry says is data, what its environment holds is asked for at each call. */
import { HostError } from '../errors.js';
import type { VolumeSpec } from '../files/types.js';
import type { IoAsker } from '../io.js';
import type { World, WorldSpec } from './types.js';
import { createWorld, type WorldMeans, worldKey } from './world.js';

/** What an entry says of its guests' world. Plain data: threads make worlds from it. */
export interface WorldTemplate {
  /** The entry's ID. */
  readonly id: string;
  readonly args: readonly string[];
  readonly cwd: string | null;
  /** Variables by the IDs of their entries. */
  readonly env: readonly { readonly id: string; readonly name: string; readonly required: boolean }[];
  readonly mounts: readonly { readonly guest: string; readonly volume: VolumeSpec }[];
  readonly allowedHosts: readonly string[];
}

/** The world that a call needs now. */
export interface WorldNow {
  readonly spec: WorldSpec;
  /** Instances whose worlds have the same key may serve the same calls. */
  readonly key: string;
}

export interface WorldSource {
  /**
   * What a call that begins now may see.
   * @throws HostError NotFound, for a required variable that has no value; what the environment's storages throw
   */
  now(): WorldNow;
  make(now: WorldNow): World;
}

export function worldSource(template: WorldTemplate, means: WorldMeans): WorldSource {
  const { args, cwd, mounts, allowedHosts } = template;
  const bare: WorldSpec = { args, cwd, env: [], mounts, allowedHosts };
  const make = ({ spec }: WorldNow): World => createWorld(template.id, spec, means);
  if (template.env.length === 0) {
    const always = { spec: bare, key: worldKey(bare) };
    return { now: () => always, make };
  }
  return {
    now() {
      const spec = { ...bare, env: resolveEnv(template, means) };
      return { spec, key: worldKey(spec) };
    },
    make,
  };
}

/** The operation `env.resolve` takes IDs and answers each value, or null where there is none. */
function resolveEnv({ id, env }: WorldTemplate, { services }: WorldMeans): WorldSpec['env'] {
  const asker: IoAsker = { id, deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => false };
  const client = services.io.open(asker);
  try {
    const ids = env.map((variable) => variable.id);
    const values = client.callNow('env.resolve', ids) as readonly (string | null)[];
    return env.flatMap((variable, place) => {
      const value = values[place] ?? null;
      if (value !== null) return [[variable.name, value] as const];
      if (variable.required) throw missingVariable(id, variable.id, variable.name);
      return [];
    });
  } finally {
    client.end();
  }
}

function missingVariable(fn: string, id: string, name: string): HostError {
  const next = `give it a value in its storage, or "default:" in its entry, or let ${fn} run without it: "required: false"`;
  return new HostError('NotFound', `required wasi env variable not found: ${id}: ${next}`, {
    retryable: false,
    details: { function: fn, variable: id, name },
  });
}
