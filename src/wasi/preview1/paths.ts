/** Functions of preview 1 on paths below an open folder. Volumes hold the paths inside; here they are only decoded. */
import { ALL_FD_FLAGS, type Descriptors, type FolderDescriptor } from './descriptors.js';
import { refuse } from './errno.js';
import type { Memory } from './memory.js';
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

export function pathFunctions(memory: Memory, fds: Descriptors) {
  return {
    path_create_directory(fd: number, path: number, length: number) {
      fds.folder(fd, 'path_create_directory').handle.createDirectory(memory.path(path, length));
    },
    path_filestat_get(fd: number, lookup: number, path: number, length: number, result: number) {
      const folder = fds.folder(fd, 'path_filestat_get');
      writeFilestat(memory, result, folder.handle.statAt(memory.path(path, length), (lookup & FOLLOW) !== 0));
    },
    path_filestat_set_times(
      fd: number,
      lookup: number,
      path: number,
      length: number,
      accessed: bigint,
      modified: bigint,
      flags: number,
    ) {
      const folder = fds.folder(fd, 'path_filestat_set_times');
      const times = newTimes(flags, accessed, modified);
      folder.handle.setTimesAt(memory.path(path, length), (lookup & FOLLOW) !== 0, ...times);
    },
    path_link(
      fd: number,
      lookup: number,
      path: number,
      length: number,
      newFd: number,
      newPath: number,
      newLength: number,
    ) {
      const from = fds.folder(fd, 'path_link_source');
      const to = fds.folder(newFd, 'path_link_target');
      const name = memory.path(path, length);
      from.handle.link(name, (lookup & FOLLOW) !== 0, to.handle, memory.path(newPath, newLength));
    },
    path_open(
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
      const folder = fds.folder(fd, ...neededToOpen(oFlags));
      memory.check(result, 4);
      const terms: OpenTerms = {
        path: memory.path(path, length),
        follow: (lookup & FOLLOW) !== 0,
        oFlags,
        rights: BigInt.asUintN(64, rights),
        inheriting: BigInt.asUintN(64, inheriting),
        flags: flags & ALL_FD_FLAGS,
      };
      memory.setU32(result, openPath(fds, folder, terms));
    },
    path_readlink(fd: number, path: number, length: number, buffer: number, bufferLength: number, result: number) {
      const folder = fds.folder(fd, 'path_readlink');
      memory.check(result, 4);
      const room = memory.bytes(buffer, bufferLength);
      const target = new TextEncoder().encode(folder.handle.readLink(memory.path(path, length)));
      room.set(target.subarray(0, room.length));
      memory.setU32(result, Math.min(target.length, room.length));
    },
    path_remove_directory(fd: number, path: number, length: number) {
      fds.folder(fd, 'path_remove_directory').handle.removeDirectory(memory.path(path, length));
    },
    path_rename(fd: number, path: number, length: number, newFd: number, newPath: number, newLength: number) {
      const from = fds.folder(fd, 'path_rename_source');
      const to = fds.folder(newFd, 'path_rename_target');
      from.handle.rename(memory.path(path, length), to.handle, memory.path(newPath, newLength));
    },
    path_symlink(target: number, targetLength: number, fd: number, path: number, length: number) {
      const folder = fds.folder(fd, 'path_symlink');
      folder.handle.symlink(memory.path(target, targetLength), memory.path(path, length));
    },
    path_unlink_file(fd: number, path: number, length: number) {
      fds.folder(fd, 'path_unlink_file').handle.unlinkFile(memory.path(path, length));
    },
  };
}
