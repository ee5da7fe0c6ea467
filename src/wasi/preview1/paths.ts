/** Functions of preview 1 on paths below an open folder. Volumes hold the paths inside; here they are only decoded. */
import { ALL_FD_FLAGS, type Descriptors, type FolderDescriptor } from './descriptors.js';
import { refuse } from './errno.js';
import type { Guest } from './guest.js';
import { FILE_RIGHTS, FOLDER_RIGHTS, READING, type Right, WRITING } from './rights.js';
import { newTimes, writeFilestat } from './structs.js';

const FOLLOW = 1;
const O_FLAGS = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const;
const ALL_O_FLAGS = 15;

interface OpenTerms {
  readonly path: string;
  readonly follow: boolean;
  readonly oFlags: number;
  readonly rights: bigint;
  readonly inheriting: bigint;
  readonly flags: number;
}

/** What is asked for beyond what the folder hands on is left out, as the newer hosts do. */
function openPath(fds: Descriptors, folder: FolderDescriptor, terms: OpenTerms): number {
  const { oFlags } = terms;
  const asked = (name: keyof typeof O_FLAGS) => (oFlags & O_FLAGS[name]) !== 0;
  const rights = terms.rights & folder.inheriting;
  const directory = asked('directory');
  const handle = folder.handle.open(terms.path, {
    read: (rights & READING) !== 0n,
    // Who opens a folder may name every right there is.
    write: !directory && ((rights & WRITING) !== 0n || asked('truncate')),
    follow: terms.follow,
    create: asked('create'),
    exclusive: asked('exclusive'),
    truncate: asked('truncate'),
    directory,
  });
  const fits = handle.kind === 'file' ? FILE_RIGHTS : FOLDER_RIGHTS;
  const inheriting = handle.kind === 'file' ? 0n : terms.inheriting & folder.inheriting;
  return fds.add(handle, { rights: rights & fits, inheriting, flags: terms.flags });
}

function neededToOpen(oFlags: number): readonly Right[] {
  const needs: Right[] = ['path_open'];
  if ((oFlags & O_FLAGS.create) !== 0) needs.push('path_create_file');
  if ((oFlags & O_FLAGS.truncate) !== 0) needs.push('path_filestat_set_size');
  return needs;
}

export const PATH_FUNCTIONS = {
  path_create_directory(of: Guest, fd: number, path: number, length: number) {
    of.fds.folder(fd, 'path_create_directory').handle.createDirectory(of.memory.path(path, length));
  },
  path_filestat_get(of: Guest, fd: number, lookup: number, path: number, length: number, result: number) {
    const folder = of.fds.folder(fd, 'path_filestat_get');
    writeFilestat(of.memory, result, folder.handle.statAt(of.memory.path(path, length), (lookup & FOLLOW) !== 0));
  },
  path_filestat_set_times(
    of: Guest,
    fd: number,
    lookup: number,
    path: number,
    length: number,
    accessed: bigint,
    modified: bigint,
    flags: number,
  ) {
    const folder = of.fds.folder(fd, 'path_filestat_set_times');
    const times = newTimes(flags, accessed, modified);
    folder.handle.setTimesAt(of.memory.path(path, length), (lookup & FOLLOW) !== 0, ...times);
  },
  path_link(
    of: Guest,
    fd: number,
    lookup: number,
    path: number,
    length: number,
    newFd: number,
    newPath: number,
    newLength: number,
  ) {
    const from = of.fds.folder(fd, 'path_link_source');
    const to = of.fds.folder(newFd, 'path_link_target');
    const name = of.memory.path(path, length);
    from.handle.link(name, (lookup & FOLLOW) !== 0, to.handle, of.memory.path(newPath, newLength));
  },
  path_open(
    of: Guest,
    fd: number,
    lookup: number,
    path: number,
    length: number,
    oFlags: number,
    rights: bigint,
    inheriting: bigint,
    flags: number,
    result: number,
  ) {
    if ((oFlags & 0xffff & ~ALL_O_FLAGS) !== 0 || (flags & 0xffff & ~ALL_FD_FLAGS) !== 0) refuse('inval');
    const folder = of.fds.folder(fd, ...neededToOpen(oFlags));
    of.memory.check(result, 4);
    const terms: OpenTerms = {
      path: of.memory.path(path, length),
      follow: (lookup & FOLLOW) !== 0,
      oFlags,
      rights: BigInt.asUintN(64, rights),
      inheriting: BigInt.asUintN(64, inheriting),
      flags: flags & ALL_FD_FLAGS,
    };
    of.memory.setU32(result, openPath(of.fds, folder, terms));
  },
  path_readlink(
    of: Guest,
    fd: number,
    path: number,
    length: number,
    buffer: number,
    bufferLength: number,
    result: number,
  ) {
    const folder = of.fds.folder(fd, 'path_readlink');
    of.memory.check(result, 4);
    const room = of.memory.bytes(buffer, bufferLength);
    const target = new TextEncoder().encode(folder.handle.readLink(of.memory.path(path, length)));
    room.set(target.subarray(0, room.length));
    of.memory.setU32(result, Math.min(target.length, room.length));
  },
  path_remove_directory(of: Guest, fd: number, path: number, length: number) {
    of.fds.folder(fd, 'path_remove_directory').handle.removeDirectory(of.memory.path(path, length));
  },
  path_rename(of: Guest, fd: number, path: number, length: number, newFd: number, newPath: number, newLength: number) {
    const from = of.fds.folder(fd, 'path_rename_source');
    const to = of.fds.folder(newFd, 'path_rename_target');
    from.handle.rename(of.memory.path(path, length), to.handle, of.memory.path(newPath, newLength));
  },
  path_symlink(of: Guest, target: number, targetLength: number, fd: number, path: number, length: number) {
    const folder = of.fds.folder(fd, 'path_symlink');
    folder.handle.symlink(of.memory.path(target, targetLength), of.memory.path(path, length));
  },
  path_unlink_file(of: Guest, fd: number, path: number, length: number) {
    of.fds.folder(fd, 'path_unlink_file').handle.unlinkFile(of.memory.path(path, length));
  },
};
