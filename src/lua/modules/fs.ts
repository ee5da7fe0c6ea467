/** `fs`: files in the filesystems that the registry has. Everything answers at once. */

import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaFunction, type LuaState, lua_isnoneornil, lua_pushnil, luaL_checkstring } from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { isAllowed } from '../permission.js';
import { hostFunction } from '../raise.js';
import { answer, answerObject, bytesAt, moduleError, pushNilAnd, pushValue } from '../results.js';
import { type LibraryFields, lockedTable } from '../tables.js';
import { defineClass, userdataAt, wrongArgument } from '../userdata.js';
import { answerDone, answerWhether } from './fs-answers.js';
import { defineFile, LuaFile, SEEK, TYPE } from './fs-file.js';
import {
  changeFolder,
  entriesOf,
  exists,
  Filesystem,
  isFolder,
  makeFolder,
  openFile,
  readFile,
  remove,
  statOf,
  type Target,
  writeFile,
} from './fs-filesystem.js';
import { type FilesOfRun, filesOfRuns, findVolume } from './fs-run.js';

export function fsModule(core: Core): LibraryFields {
  defineFile(core);
  defineFilesystem(core, filesOfRuns(core));
  return {
    get: (L) => {
      const bytes = luaL_checkstring(L, 1);
      return answerObject(core, L, () => getFilesystem(core, bytes));
    },
    type: lockedTable(core, 'fs.type', { FILE: TYPE.FILE, DIR: TYPE.DIR }),
    seek: lockedTable(core, 'fs.seek', SEEK),
  };
}

function getFilesystem(core: Core, bytes: Uint8Array): Filesystem {
  const id = core.options.text.decodeUtf8(bytes) ?? '';
  if (id === '') throw moduleError('Invalid', 'fs.get: filesystem ID required');
  const spec = findVolume(core, id);
  if (!isAllowed(core.task!.run.context, 'fs.get', spec.id)) {
    throw moduleError('PermissionDenied', `not allowed: ${spec.id}`);
  }
  return new Filesystem(spec);
}

function defineFilesystem(core: Core, files: FilesOfRun): void {
  /** What a method is called on, and the path that is its first argument. */
  const targetAt = (L: LuaState): Target => ({ core, files, filesystem: self(L), bytes: luaL_checkstring(L, 2) });
  const giving = (read: (target: Target) => Value): LuaFunction => {
    return (L) => {
      const target = targetAt(L);
      return answer(core, L, () => read(target));
    };
  };
  const doing = (act: (target: Target) => void): LuaFunction => {
    return (L) => {
      const target = targetAt(L);
      return answerDone(core, L, () => act(target));
    };
  };
  const asking = (ask: (target: Target) => boolean): LuaFunction => {
    return (L) => {
      const target = targetAt(L);
      return answerWhether(core, L, () => ask(target));
    };
  };
  const write: LuaFunction = (L) => {
    const target = targetAt(L);
    const data = bytesAt(L, 3) ?? fileAt(L, 3);
    const mode = modeAt(core, L, 4);
    return answerDone(core, L, () => writeFile(target, data, mode));
  };
  const self: (L: LuaState) => Filesystem = defineClass(core, 'filesystem', Filesystem, {
    readfile: giving(readFile),
    read_file: giving(readFile),
    writefile: write,
    write_file: write,
    open: (L) => {
      const target = targetAt(L);
      const mode = modeAt(core, L, 3);
      return answerObject(core, L, () => openFile(target, mode));
    },
    exists: asking(exists),
    isdir: asking(isFolder),
    stat: giving(statOf),
    mkdir: doing(makeFolder),
    remove: doing(remove),
    readdir: (L) => {
      const target = targetAt(L);
      return answerEntries(core, L, () => entriesOf(target));
    },
    chdir: doing(changeFolder),
    pwd: (L) => pushValue(core, L, self(L).folder),
  });
}

/** null for none. */
function modeAt(core: Core, L: LuaState, index: number): string | null {
  return lua_isnoneornil(L, index) ? null : (core.options.text.decodeUtf8(luaL_checkstring(L, index)) ?? '');
}

function fileAt(L: LuaState, index: number): LuaFile {
  const data = userdataAt(L, index);
  return data instanceof LuaFile ? data : wrongArgument(L, index, 'string or file');
}

/** A function that gives one entry after the other, and nil as its state; or nil and the error. */
function answerEntries(core: Core, L: LuaState, find: () => Value[]): number {
  let entries: Value[];
  try {
    entries = find();
  } catch (thrown) {
    return pushNilAnd(core, L, thrown);
  }
  let next = 0;
  const step: LuaFunction = (state) => pushValue(core, state, entries[next++] ?? null);
  L.stack[L.top++] = new TValue(TAG.HOST_FUNCTION, hostFunction(core, step));
  lua_pushnil(L);
  return 2;
}
