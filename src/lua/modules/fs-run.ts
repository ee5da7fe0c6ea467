/** What one run has open in filesystems: all of it is closed when the run ends. */

import { type ErrorKind, HostError } from '../../errors.js';
import { clippedPath, VolumeError } from '../../files/errors.js';
import type { FileErrorCode, FileHandle, VolumeSpec } from '../../files/types.js';
import type { Core, Run } from '../core.js';
import { chargeSteps } from '../limits.js';
import type { VolumeOpener } from '../platform.js';
import { moduleError, platformOf } from '../results.js';
import { addLeftover } from '../run-end.js';

interface RunFiles {
  /** The root folder of a volume, opened with its first use in this run. */
  root(spec: VolumeSpec): FileHandle;
  /** Closed with the run, unless the answer is called before. */
  keep(handle: FileHandle): () => void;
}

/** Finds the files of the run that executes now. */
export type FilesOfRun = () => RunFiles;

export function filesOfRuns(core: Core): FilesOfRun {
  const runs = new WeakMap<Run, RunFiles>();
  return () => {
    const { run } = core.task!;
    const known = runs.get(run);
    if (known !== undefined) return known;
    const made = newRunFiles(run, platformOf(core).volumeOpener());
    runs.set(run, made);
    return made;
  };
}

function newRunFiles(run: Run, open: VolumeOpener): RunFiles {
  const roots = new Map<string, FileHandle>();
  const files = new Set<FileHandle>();
  addLeftover(run, () => {
    for (const handle of [...files, ...roots.values()]) handle.close();
  });
  return {
    root(spec) {
      const known = roots.get(spec.id);
      if (known !== undefined) return known;
      const made = open(spec);
      roots.set(spec.id, made);
      return made;
    },
    keep(handle) {
      files.add(handle);
      return () => {
        files.delete(handle);
        handle.close();
      };
    },
  };
}

const KINDS: { readonly [code in FileErrorCode]?: ErrorKind } = {
  'no-entry': 'NotFound',
  exist: 'AlreadyExists',
  access: 'PermissionDenied',
  'read-only': 'PermissionDenied',
  'bad-descriptor': 'Invalid',
  'file-too-large': 'Invalid',
  'illegal-byte-sequence': 'Invalid',
  invalid: 'Invalid',
  'invalid-seek': 'Invalid',
  'is-directory': 'Invalid',
  loop: 'Invalid',
  'name-too-long': 'Invalid',
  'not-directory': 'Invalid',
  'not-empty': 'Invalid',
  'not-permitted': 'Invalid',
  overflow: 'Invalid',
  busy: 'Unavailable',
  'insufficient-memory': 'Unavailable',
  'insufficient-space': 'Unavailable',
  quota: 'Unavailable',
};

/** Steps that one operation of the system counts as. */
const OPERATION_STEPS = 200;

/**
 * Runs an operation of a filesystem; what the volume throws becomes an error that Lua knows.
 * @param shown the path as the script gave it; default: as the volume has it
 */
export function fileOperation<T>(core: Core, { id }: VolumeSpec, run: () => T, shown: string | null = null): T {
  chargeSteps(core, OPERATION_STEPS);
  try {
    return run();
  } catch (thrown) {
    if (!(thrown instanceof VolumeError)) throw thrown;
    const { code, reason } = thrown;
    const path = shown ?? thrown.path;
    const where = path === '' ? id : `${id}: ${clippedPath(path)}`;
    throw new HostError(KINDS[code] ?? 'Internal', `${where}: ${reason}`, {
      retryable: false,
      details: { filesystem: id, path, code },
      cause: thrown,
    });
  }
}

/**
 * The volume behind an ID or the name of an entry of the running function's namespace.
 * @throws HostError NotFound, Unavailable
 */
export function findVolume(core: Core, name: string): VolumeSpec {
  const { io } = core.options;
  if (io === undefined) throw moduleError('Unavailable', 'this host gives its Lua no filesystems');
  const { run } = core.task!;
  const client = io.open({
    id: run.name,
    deadlineMs: run.meter.deadlineMs ?? Number.POSITIVE_INFINITY,
    isCancelled: () => run.aborted !== null,
  });
  try {
    const colon = run.name.indexOf(':');
    return client.callNow('files.volume', name, colon < 0 ? '' : run.name.slice(0, colon)) as unknown as VolumeSpec;
  } finally {
    client.end();
  }
}
