// Small binaries that ask for much: every one ends in an answer or a trap, with bounded memory and time.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { generateLift, generateLower } from '../../src/abi/codegen.js';
import { describeType } from '../../src/abi/describe.js';
import { HandleTable } from '../../src/abi/handles.js';
import { parseWit } from '../../src/wit/parse.js';
import type { ValType } from '../../src/wit/types.js';
import { lowerArgument } from '../abi/rig.js';
import { bundle } from '../bundle.js';
import { componentFrom, coreFrom, live, thrownBy, trapOf } from './guests.js';

const how = { encoding: 'utf8', target: 'js' } as const;
const backend = { lift: generateLift, lower: generateLower };

describe('memory', () => {
  const echo = (memory: string, body: string, heap = 1024) => `(module ${memory}
    (global $heap (mut i32) (i32.const ${heap}))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${body})
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1)) (i32.const 8)))`;
  const wit = parseWit('echo: func(v: list<string>) -> list<string>;');

  test('that every allocation grows and moves is read and written where it is now', async () => {
    const grow = `(local $p i32) (local.set $p (i32.shl (memory.grow (i32.const 1)) (i32.const 16))) (local.get $p)`;
    const { call } = live(await coreFrom(echo('(memory (export "memory") 1)', grow), wit));
    const words = Array.from({ length: 50 }, (_, i) => `wörd ${i}`);
    expect(call('echo', words)).toEqual(words);
    expect(call('echo', words)).toEqual(words);
  });

  test('of no page at all can be grown by the first allocation; one that does not grow it traps', async () => {
    const take = parseWit('take: func(s: string);');
    const text = (body: string) => `(module (memory (export "memory") 0)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${body})
      (func (export "take") (param i32 i32)))`;
    const growing = await coreFrom(text('(drop (memory.grow (i32.const 1))) (i32.const 64)'), take);
    expect(live(growing).call('take', 'abc')).toBe(undefined);
    const fixed = await coreFrom(text('(i32.mul (local.get 3) (i32.const 64))'), take);
    expect(live(fixed).call('take', '')).toBe(undefined);
    expect(trapOf(() => live(fixed).call('take', 'a')).facts).toEqual({ ptr: 64, byteLength: 1, memorySize: 0 });
  });

  test('above 2 GB is addressed by unsigned pointers', async () => {
    const bump = `(local $p i32)
      (local.set $p (i32.and (i32.add (global.get $heap) (i32.sub (local.get 2) (i32.const 1))) (i32.sub (i32.const 0) (local.get 2))))
      (global.set $heap (i32.add (local.get $p) (local.get 3))) (local.get $p)`;
    const plan = await coreFrom(echo('(memory (export "memory") 40000)', bump, 0x80000010), wit);
    const { call } = live(plan);
    expect(call('echo', ['a', 'é', '', 'x'.repeat(100)])).toEqual(['a', 'é', '', 'x'.repeat(100)]);
  });
});

describe('types', () => {
  const nested = (wrap: (inner: ValType) => ValType, depth: number): ValType =>
    Array.from({ length: depth }).reduce<ValType>((type) => wrap(type), { kind: 'u8' });

  test('that share their parts 25 deep are compiled once per part', () => {
    const variant = nested(
      (type) => ({
        kind: 'variant',
        cases: [
          { name: 'a', type },
          { name: 'b', type },
          { name: 'c', type: { kind: 'tuple', types: [type] } },
        ],
      }),
      25,
    );
    const record = nested(
      (type) => ({
        kind: 'record',
        fields: [
          { name: 'a', type },
          { name: 'b', type: { kind: 'list', element: type } },
        ],
      }),
      25,
    );
    for (const type of [variant, record]) {
      const source = generateLift({ params: [{ name: 'x', type }], result: type }, how).toString();
      expect(source.length).toBeLessThan(10_000);
      expect(describeType(type).length).toBeLessThan(1000);
    }
    expect(describeType(nested((type) => ({ kind: 'tuple', types: [type, type] }), 30)).length).toBeLessThan(5000);
    const flat = nested(
      (type) => ({
        kind: 'variant',
        cases: [
          { name: 'a', type },
          { name: 'b', type },
        ],
      }),
      15,
    );
    let value: unknown = 7;
    for (let i = 0; i < 15; i++) value = { [i % 2 === 0 ? 'a' : 'b']: value };
    expect(lowerArgument(backend, flat, value, how).flat).toEqual([...Array.from({ length: 15 }, (_, i) => i % 2), 7]);
  });

  test.each([2, 256, 257, 300, 65536, 65537])('a variant of %i cases keeps its last case apart', (count) => {
    const type: ValType = {
      kind: 'variant',
      cases: Array.from({ length: count }, (_, i) => ({ name: `c${i}`, type: i % 2 === 0 ? null : { kind: 'u8' } })),
    };
    const list: ValType = { kind: 'list', element: type };
    const last = count % 2 === 0 ? { [`c${count - 1}`]: 9 } : { [`c${count - 1}`]: true };
    const { seen } = lowerArgument(backend, list, [last, { c0: true }], how);
    expect(seen.ends).toEqual({ value: undefined });
    const bytes = Buffer.from(seen.heap, 'hex');
    const size = count <= 256 ? 1 : count <= 65536 ? 2 : 4;
    expect(bytes.readUIntLE(0, size)).toBe(count - 1);
    expect(lowerArgument(backend, list, [{ [`c${count}`]: true }], how).seen.ends).toEqual({ mismatch: true });
  });

  test('a record of 1000 fields and flags of 32 keep their places', () => {
    const record: ValType = {
      kind: 'record',
      fields: Array.from({ length: 1000 }, (_, i) => ({ name: `f${i}`, type: { kind: 'u16' } })),
    };
    const value = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, 65535 - i]));
    const { seen } = lowerArgument(backend, record, value, how);
    const bytes = Buffer.from(seen.heap, 'hex');
    expect([bytes.length, bytes.readUInt16LE(0), bytes.readUInt16LE(1998)]).toEqual([2000, 65535, 64536]);
    const flags: ValType = { kind: 'flags', names: Array.from({ length: 32 }, (_, i) => `n${i}`) };
    expect(lowerArgument(backend, flags, ['n31', 'n0'], how).seen.flat).toEqual([`i32 ${2 ** 31 + 1}`]);
  });
});

describe('handles', () => {
  test('a table of handles is full at its limit, and a freed place serves again', () => {
    const table = new HandleTable(2);
    const entry = {
      resource: { name: 'r', impl: null, dtor: null, hostClass: null },
      rep: 0,
      own: true,
      scope: null,
      numLends: 0,
    };
    expect([table.add(entry), table.add(entry)]).toEqual([1, 2]);
    expect(thrownBy(() => table.add(entry))).toMatchObject({ code: 'handles-exhausted', facts: { limit: 2 } });
    table.remove(1);
    expect(table.add(entry)).toBe(1);
  });

  test('a guest that makes handles without end traps before the host is out of memory', async () => {
    const plan = await componentFrom(`(component
      (type $r (resource (rep i32)))
      (core func $new (canon resource.new $r))
      (core module $m (import "i" "new" (func $new (param i32) (result i32)))
        (func (export "f") (loop $l (drop (call $new (i32.const 1))) (br $l))))
      (core instance $c (instantiate $m (with "i" (instance (export "new" (func $new))))))
      (func (export "f") (canon lift (core func $c "f"))))`);
    expect(trapOf(() => live(plan).call('f')).code).toBe('handles-exhausted');
  });

  test('an own that is lent to a call under way can be neither dropped nor moved by its owner', async () => {
    // The parent lends its handle to the child, which calls back into the parent, which gives the handle away.
    const text = (away: string) => `(component $parent
      (component $lib
        (type $t' (resource (rep i32)))
        (export $t "t" (type $t'))
        (core func $new (canon resource.new $t))
        (func (export "make") (param "rep" u32) (result (own $t)) (canon lift (core func $new))))
      (instance $l (instantiate $lib))
      (alias export $l "t" (type $t))
      (core func $make (canon lower (func $l "make")))
      (core func $drop (canon resource.drop $t))
      (core module $shared (table (export "t") 2 funcref) (global (export "h") (mut i32) (i32.const 0)))
      (core instance $s (instantiate $shared))
      (core module $backs (import "s" "h" (global $h (mut i32))) (import "i" "drop" (func $drop (param i32)))
        (func (export "drop-it") (call $drop (global.get $h)))
        (func (export "give-it") (result i32) (global.get $h)))
      (core instance $b (instantiate $backs (with "s" (instance $s)) (with "i" (instance (export "drop" (func $drop))))))
      (func $drop_it (canon lift (core func $b "drop-it")))
      (func $give_it (result (own $t)) (canon lift (core func $b "give-it")))
      (component $child
        (import "t" (type $t (sub resource)))
        (import "drop-it" (func $drop_it)) (import "give-it" (func $give_it (result (own $t))))
        (core func $d (canon lower (func $drop_it))) (core func $g (canon lower (func $give_it)))
        (core func $drop (canon resource.drop $t))
        (core module $m (import "i" "d" (func $d)) (import "i" "g" (func $g (result i32))) (import "i" "drop" (func $drop (param i32)))
          (func (export "borrow") (param i32) ${away} (call $drop (local.get 0))))
        (core instance $c (instantiate $m (with "i" (instance (export "d" (func $d)) (export "g" (func $g)) (export "drop" (func $drop))))))
        (func (export "borrow") (param "t" (borrow $t)) (canon lift (core func $c "borrow"))))
      (instance $c (instantiate $child (with "t" (type $t)) (with "drop-it" (func $drop_it)) (with "give-it" (func $give_it))))
      (core func $borrow (canon lower (func $c "borrow")))
      (core module $main (import "s" "h" (global $h (mut i32)))
        (import "i" "make" (func $make (param i32) (result i32))) (import "i" "borrow" (func $borrow (param i32))) (import "i" "drop" (func $drop (param i32)))
        (func (export "f") (global.set $h (call $make (i32.const 5))) (call $borrow (global.get $h)) (call $drop (global.get $h))))
      (core instance $main (instantiate $main (with "s" (instance $s)) (with "i" (instance (export "make" (func $make)) (export "borrow" (func $borrow)) (export "drop" (func $drop))))))
      (func (export "f") (canon lift (core func $main "f"))))`;
    expect(live(await componentFrom(text(''))).call('f')).toBe(undefined);
    for (const away of ['(call $d)', '(drop (call $g))']) {
      const plan = await componentFrom(text(away));
      const trap = trapOf(() => live(plan).call('f'));
      expect([trap.code, trap.facts.resource]).toEqual(['handle-lent', 't']);
    }
  });
});

describe('values that multiply', () => {
  test('lifting one region of memory many times over is stopped before it costs the host more than its budget', () => {
    const program = bundle(new URL('amplify.ts', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--max-old-space-size=1536', program], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const line of stdout.trim().split('\n')) {
      const { type, ends, heapMb } = JSON.parse(line) as { type: string; ends: string; heapMb: number };
      expect([type, ends]).toEqual([type, 'too-much-lifted']);
      expect(heapMb).toBeLessThan(1536);
    }
  }, 120_000);
});
