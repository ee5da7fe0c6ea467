/** Canonical definitions of Binary.md. Built-ins of a newer era are read over and noted. */

import type { StringEncoding } from '../../abi/gen-context.js';
import { readCoreValType } from '../../binary/core-types.js';
import { LIMITS } from '../../binary/limits.js';
import { badOpcode, malformed, readByte, readCount, readU32 } from '../../binary/reader.js';
import type { Canon, CanonOptions } from '../ast.js';
import { type ComponentReader, unsupported } from './component-reader.js';
import type { Feature } from './errors.js';
import { readPresence, readResultList } from './types.js';

/** `canon`. */
export function readCanon(reader: ComponentReader): Canon {
  const start = reader.pos;
  const opcode = readByte(reader);
  switch (opcode) {
    case 0x00: {
      readFuncSort(reader, 'canon lift');
      const coreFunc = readU32(reader);
      const options = readOptions(reader, 'lift');
      return { kind: 'lift', coreFunc, options, type: readU32(reader) };
    }
    case 0x01: {
      readFuncSort(reader, 'canon lower');
      const func = readU32(reader);
      return { kind: 'lower', func, options: readOptions(reader, 'lower') };
    }
    case 0x02:
      return { kind: 'resource.new', resource: readU32(reader) };
    case 0x03:
      return { kind: 'resource.drop', resource: readU32(reader) };
    case 0x04:
      return { kind: 'resource.rep', resource: readU32(reader) };
    default:
      readNewerCanon(reader, opcode, start);
      return { kind: 'resource.drop', resource: 0 };
  }
}

function readFuncSort(reader: ComponentReader, what: string): void {
  const sort = readByte(reader);
  if (sort !== 0x00) badOpcode(reader, sort, `sort in ${what} (only 0x00, func)`);
}

const ENCODINGS: readonly StringEncoding[] = ['utf8', 'utf16', 'latin1+utf16'];
const INDEX_OPTIONS = { 3: 'memory', 4: 'realloc', 5: 'postReturn' } as const;

/** `opts`; the same option twice is refused by the validator's rule, but can only be seen here. */
function readOptions(reader: ComponentReader, what: string): CanonOptions {
  const indices = { memory: null, realloc: null, postReturn: null } as Record<string, number | null>;
  const repeated: string[] = [];
  let encoding: StringEncoding | null = null;
  const count = readCount(reader, LIMITS.canonOptions, 'canonical options');
  for (let i = 0; i < count; i++) {
    const start = reader.pos;
    const opcode = readByte(reader);
    if (opcode <= 0x02) {
      const next = ENCODINGS[opcode]!;
      if (encoding !== null) repeated.push(`string-encoding=${encoding}`, `string-encoding=${next}`);
      encoding = next;
    } else if (opcode <= 0x05) {
      const name = INDEX_OPTIONS[opcode as 3 | 4 | 5];
      if (indices[name] !== null) repeated.push(name === 'postReturn' ? 'post-return' : name);
      indices[name] = readU32(reader);
    } else if (opcode === 0x06) {
      unsupported(reader, 'async', `\`canon ${what}\` with the option \`async\``, start);
    } else if (opcode === 0x07) {
      unsupported(reader, 'async', `\`canon ${what}\` with the option \`callback\``, start);
      readU32(reader);
    } else if (opcode === 0x08) {
      unsupported(reader, 'gc', `\`canon ${what}\` with the option \`core-type\``, start);
      readU32(reader);
    } else if (opcode === 0x09) {
      unsupported(reader, 'gc', `\`canon ${what}\` with the option \`gc\``, start);
    } else badOpcode(reader, opcode, 'canonical option');
  }
  const { memory = null, realloc = null, postReturn = null } = indices;
  const options = { stringEncoding: encoding ?? 'utf8', memory, realloc, postReturn } as const;
  return repeated.length === 0 ? options : { ...options, repeated };
}

type Immediate = 'type' | 'index' | 'options' | 'flag' | 'results' | 'core type';
interface NewerCanon {
  readonly name: string;
  readonly feature: Feature;
  readonly immediates: readonly Immediate[];
}

function newer(name: string, feature: Feature, ...immediates: Immediate[]): NewerCanon {
  return { name, feature, immediates };
}

/** Built-ins that this engine does not have, with what follows their opcode. */
const NEWER: ReadonlyMap<number, NewerCanon> = new Map([
  [0x05, newer('task.cancel', 'async')],
  [0x06, newer('subtask.cancel', 'async', 'flag')],
  [0x09, newer('task.return', 'async', 'results', 'options')],
  [0x0a, newer('context.get', 'async', 'core type', 'index')],
  [0x0b, newer('context.set', 'async', 'core type', 'index')],
  [0x0c, newer('thread.yield', 'async', 'flag')],
  [0x0d, newer('subtask.drop', 'async')],
  [0x0e, newer('stream.new', 'stream', 'type')],
  [0x0f, newer('stream.read', 'stream', 'type', 'options')],
  [0x10, newer('stream.write', 'stream', 'type', 'options')],
  [0x11, newer('stream.cancel-read', 'stream', 'type', 'flag')],
  [0x12, newer('stream.cancel-write', 'stream', 'type', 'flag')],
  [0x13, newer('stream.drop-readable', 'stream', 'type')],
  [0x14, newer('stream.drop-writable', 'stream', 'type')],
  [0x15, newer('future.new', 'future', 'type')],
  [0x16, newer('future.read', 'future', 'type', 'options')],
  [0x17, newer('future.write', 'future', 'type', 'options')],
  [0x18, newer('future.cancel-read', 'future', 'type', 'flag')],
  [0x19, newer('future.cancel-write', 'future', 'type', 'flag')],
  [0x1a, newer('future.drop-readable', 'future', 'type')],
  [0x1b, newer('future.drop-writable', 'future', 'type')],
  [0x1c, newer('error-context.new', 'error-context', 'options')],
  [0x1d, newer('error-context.debug-message', 'error-context', 'options')],
  [0x1e, newer('error-context.drop', 'error-context')],
  [0x1f, newer('waitable-set.new', 'async')],
  [0x20, newer('waitable-set.wait', 'async', 'flag', 'index')],
  [0x21, newer('waitable-set.poll', 'async', 'flag', 'index')],
  [0x22, newer('waitable-set.drop', 'async')],
  [0x23, newer('waitable.join', 'async')],
  [0x24, newer('backpressure.inc', 'async')],
  [0x25, newer('backpressure.dec', 'async')],
  [0x26, newer('thread.index', 'threads')],
  [0x27, newer('thread.new-indirect', 'threads', 'index', 'index')],
  [0x28, newer('thread.resume-later', 'threads')],
  [0x29, newer('thread.suspend', 'threads', 'flag')],
  [0x2a, newer('thread.suspend-then-resume', 'threads', 'flag')],
  [0x2b, newer('thread.yield-then-resume', 'threads', 'flag')],
  [0x2c, newer('thread.suspend-then-promote', 'threads', 'flag')],
  [0x2d, newer('thread.yield-then-promote', 'threads', 'flag')],
  [0x40, newer('thread.spawn-ref', 'shared-everything-threads', 'flag', 'index')],
  [0x41, newer('thread.spawn-indirect', 'shared-everything-threads', 'flag', 'index', 'index')],
  [0x42, newer('thread.available-parallelism', 'shared-everything-threads', 'flag')],
]);

function readNewerCanon(reader: ComponentReader, opcode: number, start: number): void {
  const canon = NEWER.get(opcode);
  if (canon === undefined) badOpcode(reader, opcode, 'canonical definition');
  unsupported(reader, canon.feature, `\`canon ${canon.name}\``, start);
  for (const immediate of canon.immediates) {
    if (immediate === 'type' || immediate === 'index') readU32(reader);
    else if (immediate === 'options') readOptions(reader, canon.name);
    else if (immediate === 'flag') readPresence(reader, `boolean immediate of ${canon.name}`);
    else if (immediate === 'results') readResultList(reader);
    else if (readCoreValType(reader).startsWith('f')) malformed(reader, `${canon.name} takes i32 or i64`);
  }
}
