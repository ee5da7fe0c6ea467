/** Worlds for the instances of one function: what its entry says is data, what its environment holds is asked for at each call. */
import type { VolumeSpec } from '../files/types.js';
import type { IoAsker } from '../io.js';
import type { Value } from '../values.js';
import type { World, WorldSpec } from './types.js';
import { createWorld, type GuestStdio, type WorldMeans } from './world.js';

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
  /** It runs a program (`wasi:cli/run`, `_start`), whose streams may be the process's own. */
  readonly program: boolean;
}

/** What worlds are made of besides their template; the same for all functions of a thread. */
export interface ThreadMeans extends Omit<WorldMeans, 'stdio'> {
  readonly stdio: (template: WorldTemplate) => GuestStdio;
}

interface WorldSource {
  /**
   * What a call that begins now may see: the same object as long as nothing has changed.
   * @throws HostError NotFound, for a required variable that has no value; what the environment's storages throw
   */
  specFor(): WorldSpec;
  /** The world of a new instance. */
  open(spec: WorldSpec): World;
}

export function worldSource(template: WorldTemplate, threadMeans: ThreadMeans): WorldSource {
  const means: WorldMeans = { ...threadMeans, stdio: () => threadMeans.stdio(template) };
  const { args, cwd, mounts, allowedHosts } = template;
  let last: WorldSpec = { args, cwd, env: [], mounts, allowedHosts };
  const open = (spec: WorldSpec): World => createWorld(template.id, spec, means);
  if (template.env.length === 0) return { specFor: () => last, open };
  return {
    specFor() {
      const env = resolveEnv(template, means);
      if (!sameEnv(last.env, env)) last = { ...last, env };
      return last;
    },
    open,
  };
}

function sameEnv(one: WorldSpec['env'], other: WorldSpec['env']): boolean {
  return (
    one.length === other.length &&
    one.every(([name, value], place) => name === other[place]![0] && value === other[place]![1])
  );
}

/** The operation `env.resolve` takes what is wanted, answers pairs of names and values, and throws where a required one is missing. */
function resolveEnv({ id, env }: WorldTemplate, { services }: WorldMeans): WorldSpec['env'] {
  const asker: IoAsker = { id, deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => false };
  const client = services.io.open(asker);
  try {
    return client.callNow('env.resolve', env as unknown as Value) as unknown as WorldSpec['env'];
  } finally {
    client.end();
  }
}
