/** Opens volumes. */
import { mkdirSync } from 'node:fs';
import { parse, sep } from 'node:path';
import { type DescriptorBudget, descriptorBudget, take, type Volume } from './bounds.js';
import { VolumeError, volumeError } from './errors.js';
import { OpenFolder } from './folder.js';
import { type Anchor, type Ground, MOVED } from './ground.js';
import { hasDescriptorPaths, linuxGround } from './ground-linux.js';
import { portableGround } from './ground-portable.js';
import type { FileHandle, VolumeSpec } from './types.js';

interface VolumeOptions {
  /** Default: one of this volume's own. */
  readonly budget?: DescriptorBudget;
  /** Checks real paths instead of holding folders, as on systems other than Linux. */
  readonly portable?: boolean;
}

/**
 * Opens a volume.
 * @returns its root folder; the caller closes it
 * @throws VolumeError `no-entry` (no such folder, and the volume does not make it), `not-directory`, `access`
 */
export function openVolume(spec: VolumeSpec, options: VolumeOptions = {}): FileHandle {
  const portable = options.portable === true || !hasDescriptorPaths();
  const volume: Volume = {
    spec,
    ground: portable ? portableGround : linuxGround,
    budget: options.budget ?? descriptorBudget(),
  };
  take(volume, '');
  try {
    return new OpenFolder(volume, openRoot(volume));
  } catch (thrown) {
    volume.budget.open--;
    throw thrown;
  }
}

function openRoot({ spec, ground }: Volume): Anchor {
  try {
    return openOrMake(spec, ground);
  } catch (thrown) {
    // By the entry's ID: where the folder is concerns nobody inside.
    const { code, reason } = volumeError(thrown, '') as VolumeError;
    if (code === undefined) throw thrown;
    throw new VolumeError(code, spec.id, reason);
  }
}

function openOrMake({ path, autoInit, mode }: VolumeSpec, ground: Ground): Anchor {
  try {
    return ground.root(path);
  } catch (thrown) {
    if (!autoInit || (thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    makeFolders(ground, path, mode);
    return ground.root(path);
  }
}

/** How often a folder may come and go while it is being made. */
const MAX_ATTEMPTS = 16;

/** Makes what is missing of a path, one folder in the other, so that no link leads what is made elsewhere. */
function makeFolders(ground: Ground, path: string, mode: number): void {
  const { root } = parse(path);
  let held = ground.root(root);
  try {
    for (const name of path.slice(root.length).split(sep)) {
      const next = enterOrMake(ground, held, name, mode);
      held.close();
      held = next;
    }
  } finally {
    held.close();
  }
}

function enterOrMake(ground: Ground, folder: Anchor, name: string, mode: number): Anchor {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    try {
      const found = ground.enter(folder, name);
      if (found !== null) return found;
      throw new VolumeError('not-permitted', name, MOVED);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
    }
    try {
      mkdirSync(`${folder.prefix}/${name}`, mode);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
    }
  }
  throw new VolumeError('busy', name, 'it comes and goes');
}
