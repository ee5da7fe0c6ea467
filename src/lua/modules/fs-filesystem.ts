/** `FS` of module `fs`: a filesystem as one script sees it, with the folder that it is in. */

import { VolumeError } from '../../files/errors.js';
import { type FileHandle, OPEN_TO_READ, type OpenOptions, type VolumeSpec } from '../../files/types.js';
import { newMap, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { chargeSteps } from '../limits.js';
import { bytesValue, moduleError } from '../results.js';
import { LuaFile, readFully, statTable, typeName, writeBytes } from './fs-file.js';
import { baseName, belowRoot, changedFolder } from './fs-paths.js';
import { type FilesOfRun, fileOperation } from './fs-run.js';

/** What `fs.get` gives. It outlives the run: each run opens what it needs. */
export class Filesystem {
  readonly spec: VolumeSpec;
  /** Absolute, normalised. */
  folder = '/';
  constructor(spec: VolumeSpec) {
    this.spec = spec;
  }
}

/** A path of a script's in a filesystem. */
export interface Target {
  readonly core: Core;
  readonly files: FilesOfRun;
  readonly filesystem: Filesystem;
  /** As it was given. */
  readonly bytes: Uint8Array;
}

const MODES: { readonly [mode: string]: OpenOptions } = {
  r: OPEN_TO_READ,
  w: { ...OPEN_TO_READ, read: false, write: true, create: true, truncate: true },
  a: { ...OPEN_TO_READ, read: false, write: true, create: true },
  wx: { ...OPEN_TO_READ, read: false, write: true, create: true, exclusive: true },
};

/** @throws HostError Invalid, for what is not UTF-8: it names nothing */
function pathOf({ core, bytes, filesystem }: Target): string {
  const path = core.options.text.decodeUtf8(bytes);
  if (path === undefined) throw moduleError('Invalid', `${filesystem.spec.id}: a path must be UTF-8`);
  return path;
}

/** Uses the path below the root of the filesystem. @throws HostError */
function inside<T>(target: Target, use: (root: FileHandle, path: string) => T): T {
  const { core, files, filesystem } = target;
  const given = pathOf(target);
  const path = belowRoot(filesystem.folder, given);
  return fileOperation(core, filesystem.spec, () => use(files().root(filesystem.spec), path), given);
}

/** A file with these bytes, as long as they fit a string. */
export function readFile(target: Target): Value {
  const { core } = target;
  return inside(target, (root, path) => {
    const handle = root.open(path, OPEN_TO_READ);
    try {
      if (handle.kind === 'directory') throw new VolumeError('is-directory', path);
      const { size } = handle.stat();
      const allowed = core.task!.run.limits.stringLength;
      if (size > allowed) {
        throw moduleError(
          'Invalid',
          `${path}: ${size} bytes do not fit a string, which has at most ${allowed}: open it`,
        );
      }
      return bytesValue(readFully(handle, Number(size) + 1, 0));
    } finally {
      handle.close();
    }
  });
}

/** @param mode as of `open`; null: none given */
export function openFile(target: Target, mode: string | null): LuaFile {
  const options = mode !== null && Object.hasOwn(MODES, mode) ? MODES[mode]! : null;
  if (options === null) {
    const got = mode === null ? 'none' : JSON.stringify(mode);
    throw moduleError('Invalid', `fs: expected a mode, "r", "w", "a" or "wx", got ${got}`);
  }
  const { filesystem, files } = target;
  return inside(target, (root, path) => {
    const handle = root.open(path, options);
    if (handle.kind === 'directory') {
      handle.close();
      throw new VolumeError('is-directory', path);
    }
    return new LuaFile(filesystem.spec, baseName(path), handle, mode === 'a', files().keep(handle));
  });
}

const COPY_BYTES = 64 * 1024;

/** Writes a string, or what another file has from its position on. */
export function writeFile(target: Target, data: Uint8Array | LuaFile, mode: string | null): void {
  const { core } = target;
  const file = openFile(target, mode ?? 'w');
  try {
    if (!(data instanceof LuaFile)) {
      writeBytes(core, file, data);
      return;
    }
    for (let part = data.readSome(core, COPY_BYTES); part.length > 0; part = data.readSome(core, COPY_BYTES)) {
      writeBytes(core, file, part);
    }
  } finally {
    file.close();
  }
}

export function exists(target: Target): boolean {
  return inside(target, (root, path) => {
    try {
      root.statAt(path, true);
      return true;
    } catch (thrown) {
      if ((thrown as { readonly code?: unknown }).code === 'no-entry') return false;
      throw thrown;
    }
  });
}

export function isFolder(target: Target): boolean {
  return inside(target, (root, path) => root.statAt(path, true).type === 'directory');
}

export function statOf(target: Target): Value {
  const name = baseName(belowRoot(target.filesystem.folder, pathOf(target)));
  return inside(target, (root, path) => statTable(name, root.statAt(path, true)));
}

export function makeFolder(target: Target): void {
  inside(target, (root, path) => root.createDirectory(path));
}

/** A file, a link, or an empty folder. */
export function remove(target: Target): void {
  inside(target, (root, path) => {
    try {
      root.unlinkFile(path);
    } catch (thrown) {
      if ((thrown as { readonly code?: unknown }).code !== 'is-directory') throw thrown;
      root.removeDirectory(path);
    }
  });
}

/** `{name, type}` of each, sorted by name; a link has the type of what it leads to. */
export function entriesOf(target: Target): Value[] {
  const entries = inside(target, (root, path) => {
    const folder = root.open(path, { ...OPEN_TO_READ, directory: true });
    try {
      const found = [...folder.list()].sort((a, b) => (a.name < b.name ? -1 : 1));
      return found.map(({ name, type }) =>
        entryTable(name, type === 'symbolic-link' ? linkType(root, `${path}/${name}`) : type),
      );
    } finally {
      folder.close();
    }
  });
  chargeSteps(target.core, entries.length);
  return entries;
}

/** Seen from the root, as `stat` would; `unknown` where the link leads nowhere, or out. */
function linkType(root: FileHandle, path: string): ReturnType<FileHandle['stat']>['type'] {
  try {
    return root.statAt(path, true).type;
  } catch {
    return 'unknown';
  }
}

function entryTable(name: string, type: Parameters<typeof typeName>[0]): Value {
  const table = newMap();
  table.name = name;
  table.type = typeName(type);
  return table;
}

/** `..` goes back by name here, so that `pwd` is always a path without it. */
export function changeFolder(target: Target): void {
  const { core, files, filesystem } = target;
  const folder = changedFolder(filesystem.folder, pathOf(target));
  const below = belowRoot('/', folder);
  const find = () => files().root(filesystem.spec).statAt(below, true).type;
  if (fileOperation(core, filesystem.spec, find, folder) !== 'directory') {
    throw moduleError('Invalid', `${filesystem.spec.id}: ${folder}: it is not a folder`);
  }
  filesystem.folder = folder;
}
