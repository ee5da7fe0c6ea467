/** A seeded random world beside what is measured: 500 functions of other types, loaded and warmed. */
import { compileCoreModule } from '../src/component/core-plan.js';
import { instantiate } from '../src/component/instance.js';
import type { Instance } from '../src/component/types.js';
import { nodeText } from '../src/text-node.js';
import type { Value } from '../src/values.js';
import { parseWit } from '../src/wit/parse.js';
import type { WitDocument } from '../src/wit/types.js';

/** mulberry32: small, seeded, the same everywhere. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A module whose `f` hands its spilled parameter back as its spilled result: the identity for every type of more than 16
 * core values. `cabi_realloc` bumps a pointer, `cabi_post_f` sets it back.
 */
const IDENTITY = `(module
  (memory (export "memory") 4)
  (global $top (mut i32) (i32.const 1024))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $top) (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
    (global.set $top (i32.add (local.get $at) (local.get 3)))
    (local.get $at))
  (func (export "f") (param i32) (result i32) (local.get 0))
  (func (export "cabi_post_f") (param i32) (global.set $top (i32.const 1024))))`;

const SCALARS = ['bool', 'u8', 's16', 'u32', 's32', 'f64', 'string', 'char', 'u64'] as const;

interface Sample {
  readonly wit: string;
  readonly value: () => Value;
}

function sample(next: () => number, depth: number): Sample {
  const pick = Math.floor(next() * (depth > 2 ? SCALARS.length : SCALARS.length + 4));
  const scalar = SCALARS[pick];
  if (scalar !== undefined) return { wit: scalar, value: () => scalarValue(scalar, next) };
  const inner = sample(next, depth + 1);
  if (pick === SCALARS.length) {
    return { wit: `list<${inner.wit}>`, value: () => Array.from({ length: Math.floor(next() * 5) }, inner.value) };
  }
  if (pick === SCALARS.length + 1) {
    const wrap = inner.wit.startsWith('option');
    const some = wrap ? () => ({ some: inner.value() }) : inner.value;
    return { wit: `option<${inner.wit}>`, value: () => (next() < 0.5 ? null : some()) };
  }
  const other = sample(next, depth + 1);
  if (pick === SCALARS.length + 2) {
    return { wit: `tuple<${inner.wit}, ${other.wit}>`, value: () => [inner.value(), other.value()] };
  }
  return {
    wit: `result<${inner.wit}, ${other.wit}>`,
    value: () => (next() < 0.5 ? { ok: inner.value() } : { err: other.value() }),
  };
}

function scalarValue(kind: (typeof SCALARS)[number], next: () => number): Value {
  switch (kind) {
    case 'bool':
      return next() < 0.5;
    case 'u8':
      return Math.floor(next() * 256);
    case 's16':
      return Math.floor(next() * 65536) - 32768;
    case 'u32':
    case 'u64':
      return Math.floor(next() * 2 ** 32);
    case 's32':
      return Math.floor(next() * 2 ** 32) - 2 ** 31;
    case 'f64':
      return next() * 1e6;
    case 'string':
      return 'text '.repeat(Math.floor(next() * 6));
    case 'char':
      return String.fromCodePoint(0x61 + Math.floor(next() * 26));
  }
}

/** A document with `f: func(x: big) -> big` where `big` has at least 17 core values, and how to make values of it. */
function bigFunction(next: () => number): { wit: WitDocument; value: () => Value } {
  const fields = Array.from({ length: 6 + Math.floor(next() * 12) }, (_, i) => ({
    name: `field-${i}`,
    ...sample(next, 0),
  }));
  for (let i = 0; i < 17; i++)
    fields.push({ name: `number-${i}`, wit: 'u32', value: () => Math.floor(next() * 2 ** 32) });
  const record = fields.map((field) => `${field.name}: ${field.wit}`).join(', ');
  const wit = parseWit(`record big { ${record} }\nf: func(x: big) -> big;`);
  return { wit, value: () => Object.fromEntries(fields.map((field) => [field.name, field.value()])) };
}

/** Loads `count` functions of different types and calls each until its code is optimised. */
export async function loadOthers(count: number, seed: number): Promise<readonly Instance[]> {
  const next = random(seed);
  const { default: makeWabt } = await import('wabt');
  const wabt = await makeWabt();
  const { buffer } = wabt.parseWat('identity.wat', IDENTITY).toBinary({});
  const instances: Instance[] = [];
  for (let i = 0; i < count; i++) {
    const { wit, value } = bigFunction(next);
    const plan = await compileCoreModule(buffer, wit, { name: `other-${i}` });
    const instance = instantiate(plan, {
      text: nodeText(),
      resolveImport: () => undefined,
      missingImport: (name) => new Error(name),
    });
    for (let call = 0; call < 20; call++) instance.call(0, [value()], call % 2 === 0 ? 'js' : 'go');
    instances.push(instance);
  }
  return instances;
}
