/** Lift and lower against the specification's own definitions.py: random types and values, and bytes that are no values. */
import { spawnSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { typeArbitrary, valueArbitrary } from '../spec/abi/arbitrary.js';
import {
  type Backend,
  type Core,
  liftArgument,
  liftResult,
  lowerArgument,
  lowerResult,
  makeRig,
} from '../spec/abi/rig.js';
import type { GenOptions } from '../src/abi/gen-context.js';
import { GuestString } from '../src/abi/strings.js';
import type { ValType } from '../src/wit/types.js';
import { type Canonical, canonical, fromCanonical } from './canonical.js';

type Encoding = GenOptions['encoding'];
/** A string of a guest: text, the encoding it kept it in, code units with the tag of latin1+utf16. */
type GuestText = readonly [text: string, encoding: Encoding, taggedCodeUnits: number];

export interface Case {
  readonly type: ValType;
  readonly encoding: Encoding;
  readonly value?: Canonical | GuestText;
  /** Hex; lifted from MEMORY_START. */
  readonly memory?: string;
}

interface Lowered {
  readonly flat: readonly string[];
  readonly reallocs: readonly (readonly number[])[];
  readonly heap: string;
}
export type Answer =
  | (Lowered & { readonly lifted: Canonical; readonly result: Lowered })
  | { readonly trap: true }
  | { readonly lifted: Canonical };

const MEMORY_START = 64;
const ENCODINGS = ['utf8', 'utf16', 'latin1+utf16'] as const;
const UTF16_TAG = 2 ** 31;

/** Asks definitions.py, in one process for all cases. */
export function askDefinitions(python: string, script: string, definitions: string, cases: readonly Case[]): Answer[] {
  const input = cases.map((each) => `${JSON.stringify(each)}\n`).join('');
  const { stdout, stderr, status } = spawnSync(python, [script, definitions], {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`definitions.py failed:\n${stderr.slice(-2000)}`);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** What our engine answers, through `backend`; `value` where it is spelt otherwise than canonically. */
export function ask(backend: Backend, each: Case, target: 'js' | 'go', value?: unknown): Answer {
  const { type, encoding } = each;
  if (each.memory !== undefined) return liftMemory(backend, type, each.memory, { encoding, target });
  const given = each.value as Canonical;
  if (isGuestText(type, given)) return lowerGuestText(backend, type, given as unknown as GuestText, encoding);
  const input = value === undefined ? fromCanonical(type, given) : value;
  const how = { encoding, target };
  const argument = lowerArgument(backend, type, input, how);
  const { got } = liftArgument(backend, type, argument.rig, argument.flat, how) as { got: unknown };
  return { ...lowered(argument.seen), lifted: canonical(type, got), result: loweredResult(backend, type, input, how) };
}

function isGuestText(type: ValType, value: unknown): boolean {
  return type.kind === 'string' && Array.isArray(value);
}

function lowered({ flat, reallocs, heap }: Lowered): Lowered {
  return { flat, reallocs, heap };
}

function loweredResult(backend: Backend, type: ValType, input: unknown, how: GenOptions): Lowered {
  const { seen, ptr } = lowerResult(backend, type, input, how);
  const { value } = seen.ends as { value: string | undefined };
  return { flat: ptr === 0 && value !== undefined ? [value] : [], reallocs: seen.reallocs, heap: seen.heap };
}

/** From guest to guest: lowered as the importing guest's argument, lifted again as its text. */
function lowerGuestText(backend: Backend, type: ValType, [text, from, tagged]: GuestText, encoding: Encoding): Answer {
  const isTagged = from === 'latin1+utf16' && tagged >= UTF16_TAG;
  const simple = from === 'latin1+utf16' ? (isTagged ? 'utf16' : 'latin1') : from;
  const source = new GuestString(text, simple, isTagged ? tagged - UTF16_TAG : tagged, from === 'latin1+utf16');
  const how: GenOptions = { encoding, target: 'rep' };
  const argument = lowerArgument(backend, type, source, how);
  const { got } = liftArgument(backend, type, argument.rig, argument.flat, how) as { got: GuestString };
  return { ...lowered(argument.seen), lifted: got.text, result: loweredResult(backend, type, source, how) };
}

function liftMemory(backend: Backend, type: ValType, memory: string, how: GenOptions): Answer {
  const rig = makeRig();
  new Uint8Array(rig.memory.buffer).set(Buffer.from(memory, 'hex'), MEMORY_START);
  // A tuple never travels flat with two parts, so the value is read from memory whatever its type.
  const spilled: ValType = { kind: 'tuple', types: [type, { kind: 'u8' }] };
  const ends = liftResult(backend, spilled, rig, MEMORY_START as Core, how) as {
    value?: [unknown, number];
    trap?: string;
  };
  return ends.value === undefined ? { trap: true } : { lifted: canonical(type, ends.value[0]) };
}

const encoding = fc.constantFrom(...ENCODINGS);

/** A random case, and the value as a caller might spell it. */
export const caseArbitrary: fc.Arbitrary<{ readonly each: Case; readonly value: unknown }> = fc.oneof(
  {
    weight: 6,
    arbitrary: typeArbitrary(3)
      .chain((type) => fc.tuple(fc.constant(type), valueArbitrary(type), encoding))
      .map(([type, value, how]) => ({ each: { type, encoding: how, value: canonical(type, value) }, value })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        valueArbitrary({ kind: 'string' }).filter((each) => typeof each === 'string'),
        encoding,
        encoding,
        fc.boolean(),
      )
      .map(([text, from, to, tag]) => ({ each: guestTextCase(text as string, from, to, tag), value: undefined })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        typeArbitrary(3),
        fc.array(fc.oneof(fc.constantFrom(0, 1, 2, 4, 8, 64, 255), fc.nat(255)), { minLength: 1, maxLength: 64 }),
        encoding,
      )
      .map(([type, bytes, how]) => ({
        each: { type, encoding: how, memory: Buffer.from(bytes).toString('hex') },
        value: undefined,
      })),
  },
);

/** `tag`: a latin1+utf16 guest kept as UTF-16 what Latin-1 could hold. */
function guestTextCase(text: string, from: Encoding, to: Encoding, tag: boolean): Case {
  const wide = tag || [...text].some((each) => each > 'ÿ');
  const units = from === 'utf8' ? Buffer.byteLength(text) : text.length;
  const value: GuestText = [text, from, from === 'latin1+utf16' && wide ? units + UTF16_TAG : units];
  return { type: { kind: 'string' }, encoding: to, value };
}

/** The first difference between two answers, or null. */
export function difference(expected: Answer, got: Answer): string | null {
  if (isDeepStrictEqual(JSON.parse(JSON.stringify(got)), expected)) return null;
  return `expected ${JSON.stringify(expected)}\n     got ${JSON.stringify(got)}`;
}
