/** Opening by a path: what is there is pinned and looked at before it is opened, so devices and pipes never are. */
import { closeSync, constants, ftruncateSync } from 'node:fs';
import { checkRead, checkTraverse, checkWrite, take, type Volume } from './bounds.js';
import { guarded, VolumeError } from './errors.js';
import { OpenFile } from './file.js';
import type { Anchor, Pin } from './ground.js';
import { FOLLOW, resolveAt, type Spot } from './resolve.js';
import type { FileHandle, OpenOptions } from './types.js';

const { O_RDONLY, O_RDWR, O_WRONLY } = constants;
/** How often a file may come and go while it is being opened. */
const MAX_ATTEMPTS = 16;

/** What opening needs to know of the folder that it starts at. */
interface OpenPlace {
  readonly volume: Volume;
  readonly start: Anchor;
  /** Makes a handle of a folder. */
  readonly folder: (anchor: Anchor) => FileHandle;
}

/** @throws VolumeError */
export function openAt(place: OpenPlace, path: string, options: OpenOptions): FileHandle {
  const { volume, start } = place;
  checkTraverse(volume, path);
  if (options.read) checkRead(volume, path);
  if (options.write || options.create || options.truncate || options.exclusive) checkWrite(volume, path);
  if (options.directory && (options.create || options.truncate)) {
    throw new VolumeError('invalid', path, 'a folder cannot be created or truncated by opening it');
  }
  take(volume, path);
  try {
    return guarded(path, () => resolveAt(volume.ground, start, path, (spot) => openSpot(place, spot, path, options)));
  } catch (thrown) {
    volume.budget.open--;
    throw thrown;
  }
}

function openSpot(place: OpenPlace, spot: Spot, path: string, options: OpenOptions): FileHandle | typeof FOLLOW {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const pin = place.volume.ground.pin(spot.folder, spot.name);
    if (pin === null) {
      const made = createSpot(place.volume, spot, path, options);
      if (made !== null) return made;
      continue;
    }
    try {
      return openPinned(place, pin, spot, path, options);
    } finally {
      pin.close();
    }
  }
  throw new VolumeError('busy', path, 'it comes and goes');
}

/** @returns null when something has come there meanwhile */
function createSpot(volume: Volume, spot: Spot, path: string, options: OpenOptions): FileHandle | null {
  if (!options.create) throw new VolumeError('no-entry', path);
  if (spot.isFolder) throw new VolumeError('is-directory', path, 'a name that ends with / is a folder’s');
  try {
    const fd = volume.ground.create(spot.folder, spot.name, accessOf(options));
    return new OpenFile(volume, fd, path, options.read, options.write);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST' && !options.exclusive) return null;
    throw thrown;
  }
}

function openPinned(
  place: OpenPlace,
  pin: Pin,
  spot: Spot,
  path: string,
  options: OpenOptions,
): FileHandle | typeof FOLLOW {
  const { stat } = pin;
  if (options.exclusive) throw new VolumeError('exist', path);
  if (stat.isSymbolicLink()) {
    if (options.follow || spot.isFolder) return FOLLOW;
    throw new VolumeError('loop', path, 'it is a symbolic link');
  }
  if (stat.isDirectory()) {
    if (options.write || options.truncate || options.create) throw new VolumeError('is-directory', path);
    return place.folder(pin.hold());
  }
  if (spot.isFolder || options.directory) throw new VolumeError('not-directory', path);
  if (!stat.isFile()) throw new VolumeError('not-permitted', path, 'it is neither a file nor a folder');
  return openFile(place.volume, pin, path, options);
}

function openFile(volume: Volume, pin: Pin, path: string, options: OpenOptions): FileHandle {
  const fd = pin.openFile(accessOf(options));
  try {
    if (options.truncate) ftruncateSync(fd, 0);
  } catch (thrown) {
    closeSync(fd);
    throw thrown;
  }
  return new OpenFile(volume, fd, path, options.read, options.write);
}

/** Truncating needs the right to write, also where the handle has it not afterwards. */
function accessOf({ read, write, truncate }: OpenOptions): number {
  if (write || truncate) return read ? O_RDWR : O_WRONLY;
  return O_RDONLY;
}
