/** `File` of module `fs`: an open file with a position. */

import { joinBytes } from '../../bytes.js';
import type { FileHandle, FileStat, VolumeSpec } from '../../files/types.js';
import { newMap, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, lua_isnoneornil, luaL_checkstring } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { answer, answerObject, bytesValue, moduleError } from '../results.js';
import { defineClass } from '../userdata.js';
import { answerDone } from './fs-answers.js';
import { fileOperation } from './fs-run.js';
import { defineFileScanner, FileScanner } from './fs-scanner.js';
import { splitAt } from './scanner.js';
import { wholeAt } from './time-arguments.js';

export const SEEK = { SET: 'set', CUR: 'cur', END: 'end' } as const;
export const TYPE = { FILE: 'file', DIR: 'directory', OTHER: 'other' } as const;

const DEFAULT_READ_BYTES = 4096;
const BYTES_PER_STEP = 64;
const NS_PER_SECOND = 1_000_000_000n;

export class LuaFile {
  readonly spec: VolumeSpec;
  /** Without its folders. */
  readonly name: string;
  readonly appends: boolean;
  /** Bytes from the beginning. */
  position = 0;
  private handle: FileHandle | null;
  private readonly release: () => void;

  /** @param release closes the handle */
  constructor(spec: VolumeSpec, name: string, handle: FileHandle, appends: boolean, release: () => void) {
    this.spec = spec;
    this.name = name;
    this.handle = handle;
    this.appends = appends;
    this.release = release;
  }

  /** @throws HostError Invalid */
  get opened(): FileHandle {
    if (this.handle === null) throw moduleError('Invalid', 'file already closed');
    return this.handle;
  }

  /** From the position on, which moves; none at the end. @throws HostError */
  readSome(core: Core, length: number): Uint8Array {
    const most = Math.min(length, core.task!.run.limits.stringLength);
    const bytes = fileOperation(core, this.spec, () => readFully(this.opened, most, this.position));
    this.position += bytes.length;
    chargeSteps(core, Math.ceil(bytes.length / BYTES_PER_STEP));
    return bytes;
  }

  /** The second time does nothing. */
  close(): void {
    if (this.handle === null) return;
    this.handle = null;
    this.release();
  }
}

export function defineFile(core: Core): void {
  defineFileScanner(core);
  const self: (L: LuaState) => LuaFile = defineClass(core, 'file', LuaFile, {
    read: (L) => {
      const file = self(L);
      const length = lua_isnoneornil(L, 2) ? DEFAULT_READ_BYTES : wholeAt(L, 2);
      return answer(core, L, () => readValue(core, file, length));
    },
    write: (L) => {
      const file = self(L);
      const bytes = luaL_checkstring(L, 2);
      return answerDone(core, L, () => {
        if (bytes.length === 0) throw moduleError('Invalid', 'file:write: there is nothing to write');
        writeBytes(core, file, bytes);
      });
    },
    seek: (L) => {
      const file = self(L);
      const whence = new TextDecoder().decode(luaL_checkstring(L, 2));
      const offset = wholeAt(L, 3);
      return answer(core, L, () => seek(core, file, whence, offset));
    },
    stat: (L) => {
      const file = self(L);
      return answer(core, L, () =>
        statTable(
          file.name,
          fileOperation(core, file.spec, () => file.opened.stat()),
        ),
      );
    },
    sync: (L) => {
      const file = self(L);
      return answerDone(core, L, () => fileOperation(core, file.spec, () => file.opened.sync(false)));
    },
    close: (L) => {
      const file = self(L);
      return answerDone(core, L, () => file.close());
    },
    scanner: (L) => {
      const file = self(L);
      const split = splitAt(L, 2);
      return answerObject(core, L, () => {
        file.opened.stat(); // a closed file has nothing to scan
        return new FileScanner(split, (length) => file.readSome(core, length));
      });
    },
  });
}

/** nil at the end. */
function readValue(core: Core, file: LuaFile, length: number): Value {
  if (length < 1) throw moduleError('Invalid', `file:read: expected 1 byte or more, got ${length}`);
  const bytes = file.readSome(core, length);
  return bytes.length === 0 ? null : bytesValue(bytes);
}

/** All of `length` bytes that there are, in pieces where the volume gives no more at once. */
export function readFully(handle: FileHandle, length: number, offset: number): Uint8Array {
  const left = Number(handle.stat().size) - offset;
  const first = handle.read(Math.min(length, Math.max(left, DEFAULT_READ_BYTES)), offset);
  if (first.length === length || first.length === 0 || first.length >= left) return first;
  const parts = [first];
  let total = first.length;
  while (total < length) {
    const part = handle.read(length - total, offset + total);
    if (part.length === 0) break;
    parts.push(part);
    total += part.length;
  }
  return joinBytes(parts);
}

/** At the position, which moves, or at the end where the file was opened to append. @throws HostError */
export function writeBytes(core: Core, file: LuaFile, bytes: Uint8Array): void {
  fileOperation(core, file.spec, () => {
    for (let rest = bytes; rest.length > 0; ) {
      const count = file.appends ? file.opened.append(rest) : file.opened.write(rest, file.position);
      file.position += count;
      rest = rest.subarray(count);
    }
  });
  chargeSteps(core, Math.ceil(bytes.length / BYTES_PER_STEP));
}

function seek(core: Core, file: LuaFile, whence: string, offset: number): number {
  const from = startOf(core, file, whence);
  const position = from + offset;
  if (position < 0) throw moduleError('Invalid', `file:seek: ${position} is before the beginning of the file`);
  if (!Number.isSafeInteger(position)) throw moduleError('Invalid', 'file:seek: beyond any file');
  file.position = position;
  return position;
}

function startOf(core: Core, file: LuaFile, whence: string): number {
  const handle = file.opened;
  if (whence === SEEK.SET) return 0;
  if (whence === SEEK.CUR) return file.position;
  if (whence === SEEK.END) return Number(fileOperation(core, file.spec, () => handle.stat()).size);
  throw moduleError('Invalid', `file:seek: expected "set", "cur" or "end", got ${JSON.stringify(whence)}`);
}

/** `{name, size, mode, modified, is_dir, type}`; times are seconds since 1970. */
export function statTable(name: string, stat: FileStat): Value {
  const table = newMap();
  table.name = name;
  table.size = Number(stat.size);
  table.mode = stat.mode;
  table.modified = Number(stat.modifiedNs / NS_PER_SECOND);
  table.is_dir = stat.type === 'directory';
  table.type = typeName(stat.type);
  return table;
}

export function typeName(type: FileStat['type']): string {
  if (type === 'regular-file') return TYPE.FILE;
  return type === 'directory' ? TYPE.DIR : TYPE.OTHER;
}
