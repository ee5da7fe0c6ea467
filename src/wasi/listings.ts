/** What a guest holds of the folders that it lists is memory of the host's, so it is bounded for each instance. */
import { VolumeError } from '../files/errors.js';
import { MAX_ENTRIES } from '../files/list.js';
import type { FileHandle, FileType } from '../files/types.js';
import type { World } from './types.js';

export interface DirEntry {
  readonly name: string;
  readonly type: FileType;
}

/** What was in a folder when it was asked for. */
export interface Listing {
  /** null: given back, by its owner or at the end of the call. */
  readonly entries: readonly DirEntry[] | null;
  /** The second time does nothing. */
  release(): void;
}

/** Entries that each instance holds. */
const held = new WeakMap<World, number>();

/** @throws VolumeError `insufficient-memory`, where the instance would hold more than the largest folder has */
export function listFolder(world: World, folder: FileHandle): Listing {
  let entries: readonly DirEntry[] | null = folder.list();
  const { length } = entries;
  const count = (held.get(world) ?? 0) + length;
  if (count > MAX_ENTRIES) {
    const detail = `the guest holds listings of ${count} entries, and may of ${MAX_ENTRIES}: it must drop some`;
    throw new VolumeError('insufficient-memory', '.', detail);
  }
  held.set(world, count);
  const release = () => {
    if (entries === null) return;
    entries = null;
    untrack();
    held.set(world, (held.get(world) ?? 0) - length);
  };
  const untrack = world.track(release);
  return {
    get entries() {
      return entries;
    },
    release,
  };
}
