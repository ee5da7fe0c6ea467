/** Opens volumes. */
import { mkdirSync } from 'node:fs';
import { type DescriptorBudget, descriptorBudget, take, type Volume } from './bounds.js';
import { guarded } from './errors.js';
import { OpenFolder } from './folder.js';
import type { Anchor } from './ground.js';
import { hasDescriptorPaths, linuxGround } from './ground-linux.js';
import { portableGround } from './ground-portable.js';
import type { FileHandle, VolumeSpec } from './types.js';

export interface VolumeOptions {
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
  return guarded(spec.id, () => {
    try {
      return ground.root(spec.path);
    } catch (thrown) {
      if (!spec.autoInit || (thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
      mkdirSync(spec.path, { recursive: true, mode: spec.mode });
      return ground.root(spec.path);
    }
  });
}
