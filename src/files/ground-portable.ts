/**
 * Every other system: folders are real paths, checked before each step and again after a file was opened. Between a check
 * and its step another process can swap a folder for a link; docs/files.md says what that leaves open.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { isAbsolute, sep } from 'node:path';
import { VolumeError } from './errors.js';
import { type Anchor, type Ground, MOVED, type Pin } from './ground.js';

const { O_CREAT, O_EXCL } = constants;
/** Absent on Windows. */
const NO_FOLLOW = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);
const NEW_FILE_MODE = 0o666;

interface RealAnchor extends Anchor {
  /** Of the volume, real. */
  readonly top: string;
}

export const portableGround: Ground = {
  root: (path) => rootAnchor(path),
  enter(folder, name) {
    const stat = lstatSync(`${folder.prefix}/${name}`);
    if (stat.isSymbolicLink()) return null;
    if (!stat.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR', errno: 0 });
    return realAnchor(folder, name);
  },
  pin(folder, name) {
    checkUnmoved(folder);
    const stat = lstatSync(`${folder.prefix}/${name}`, { bigint: true, throwIfNoEntry: false });
    return stat === undefined ? null : pinned(folder, name, stat);
  },
  create(folder, name, flags) {
    checkUnmoved(folder);
    return openSync(`${folder.prefix}/${name}`, flags | O_CREAT | O_EXCL | NO_FOLLOW, NEW_FILE_MODE);
  },
  readLink(folder, name) {
    try {
      const text = readlinkSync(`${folder.prefix}/${name}`);
      return sep === '\\' ? text.replaceAll('\\', '/') : text;
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      if (code === 'EINVAL' || code === 'UNKNOWN') return null;
      throw thrown;
    }
  },
  isAbsolute: (target) => target.startsWith('/') || isAbsolute(target),
  // Separators, drives and streams, and what Windows cuts off or takes for a device.
  forbidden: sep === '\\' ? /[\\:*?"<>|]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i : null,
  linksLinks: false,
  confirm: checkUnmoved,
  reopen: () => null,
};

function rootAnchor(path: string): RealAnchor {
  const real = realpathSync.native(path);
  if (real !== path) throw new VolumeError('not-permitted', path, MOVED);
  if (!lstatSync(real).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR', errno: 0 });
  return { prefix: real, top: real, close() {} };
}

function realAnchor(folder: Anchor, name: string): RealAnchor {
  const { top } = folder as RealAnchor;
  const real = realpathSync.native(`${folder.prefix}/${name}`);
  if (!isInside(real, top)) throw new VolumeError('not-permitted', name);
  return { prefix: real, top, close() {} };
}

function isInside(path: string, top: string): boolean {
  return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep);
}

/** A held folder must still be where it was. */
function checkUnmoved(folder: Anchor): void {
  if (realpathSync.native(folder.prefix) !== folder.prefix) throw new VolumeError('not-permitted', '');
}

function pinned(folder: Anchor, name: string, stat: Pin['stat']): Pin {
  return {
    stat,
    openFile(flags) {
      const fd = openSync(`${folder.prefix}/${name}`, flags | NO_FOLLOW);
      try {
        const opened = fstatSync(fd, { bigint: true });
        if (opened.ino !== stat.ino || opened.dev !== stat.dev) throw new VolumeError('not-permitted', name);
        checkUnmoved(folder);
      } catch (thrown) {
        closeSync(fd);
        throw thrown;
      }
      return fd;
    },
    hold: () => realAnchor(folder, name),
    close() {},
  };
}
