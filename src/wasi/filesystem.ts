/** `wasi:filesystem`: the mounts that an entry grants, as folders that are open from the start. */
import type { HostImportInterface } from '../component/types.js';
import { HostError } from '../errors.js';
import { VolumeError } from '../files/errors.js';
import type { FileErrorCode } from '../files/types.js';
import type { IoError } from './errors.js';
import { Descriptor, DirectoryEntryStream, mountHandle } from './filesystem-descriptor.js';
import type { World } from './types.js';

export function filesystemTypes(): HostImportInterface {
  return {
    Descriptor,
    DirectoryEntryStream,
    filesystemErrorCode: (error: IoError): FileErrorCode | undefined =>
      error.reason instanceof VolumeError ? error.reason.code : undefined,
  };
}

export function filesystemPreopens(world: World): HostImportInterface {
  return {
    getDirectories: () =>
      mountsOf(world).map(({ guest, handle }) => [new Descriptor(world, mountHandle(handle)), guest]),
  };
}

/** @throws HostError NotFound, Unavailable: a mount cannot be opened any more */
function mountsOf(world: World): ReturnType<World['preopens']> {
  try {
    return world.preopens();
  } catch (thrown) {
    if (!(thrown instanceof VolumeError)) throw thrown;
    const kind = thrown.code === 'no-entry' ? 'NotFound' : 'Unavailable';
    throw new HostError(kind, `${world.id}: a filesystem of its mounts cannot be opened: ${thrown.message}`, {
      details: { code: thrown.code, filesystem: thrown.path },
      cause: thrown,
    });
  }
}
