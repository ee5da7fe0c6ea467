/**
 * Linux: every folder on the way is held by a descriptor (`O_PATH`), and the next name is looked up in it through
 * `/proc/self/fd`. Whatever is renamed or swapped meanwhile, a held folder stays the one that was checked.
 */
import { closeSync, constants, existsSync, fstatSync, openSync, readlinkSync } from 'node:fs';
import { VolumeError } from './errors.js';
import { type Anchor, type Ground, MOVED, type Pin } from './ground.js';

/** The same on every architecture that Node supports; `node:fs` does not export it. */
const O_PATH = 0o10000000;
const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK } = constants;
const FOLDER = O_PATH | O_DIRECTORY;
const NEW_FILE_MODE = 0o666;

export function hasDescriptorPaths(): boolean {
  return (process.platform === 'linux' || process.platform === 'android') && existsSync('/proc/self/fd');
}

export const linuxGround: Ground = {
  root(path) {
    const opened = anchor(openSync(path, FOLDER));
    if (readlinkSync(opened.prefix) === path) return opened;
    opened.close();
    throw new VolumeError('not-permitted', path, MOVED);
  },
  enter(folder, name) {
    try {
      return anchor(openSync(`${folder.prefix}/${name}`, FOLDER | O_NOFOLLOW));
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if ((code === 'ENOTDIR' || code === 'ELOOP') && linkText(folder, name) !== null) return null;
      throw thrown;
    }
  },
  pin(folder, name) {
    try {
      return pinned(openSync(`${folder.prefix}/${name}`, O_PATH | O_NOFOLLOW));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw thrown;
    }
  },
  create: (folder, name, flags) =>
    openSync(`${folder.prefix}/${name}`, flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, NEW_FILE_MODE),
  readLink: linkText,
  isAbsolute: (target) => target.startsWith('/'),
  forbidden: null,
  linksLinks: true,
  confirm() {},
  reopen: (fd, flags) => openSync(`/proc/self/fd/${fd}`, flags | O_NOCTTY),
};

function linkText(folder: Anchor, name: string): string | null {
  try {
    return readlinkSync(`${folder.prefix}/${name}`);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EINVAL') return null;
    throw thrown;
  }
}

function anchor(fd: number): Anchor {
  let open = true;
  return {
    prefix: `/proc/self/fd/${fd}`,
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

function pinned(fd: number): Pin {
  const held = anchor(fd);
  let handedOut = false;
  return {
    get stat() {
      return fstatSync(fd, { bigint: true });
    },
    openFile: (flags) => openSync(held.prefix, flags | O_NONBLOCK | O_NOCTTY),
    hold() {
      handedOut = true;
      return held;
    },
    close() {
      if (!handedOut) held.close();
    },
  };
}
