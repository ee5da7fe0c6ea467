/** What crosses between TypeScript and WIT by `host.call`: plain values both ways. */

import { afterAll, describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import { REGISTRY } from './caller.js';

const host = await createHost({ registry: REGISTRY });
afterAll(() => host.close());

async function errorOf(id: string, ...args: unknown[]): Promise<HostError> {
  const outcome = await host.call(id, args).then(
    (value) => new Error(`gave ${String(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(outcome instanceof HostError)) throw outcome;
  return outcome;
}

const POINT = { x: -1, y: 2 };
const BIG = {
  a: 255,
  b: 65535,
  c: 4294967295,
  d: 2n ** 64n - 1n,
  e: -128,
  f: -32768,
  g: -2147483648,
  h: -(2n ** 63n),
  i: 0.5,
  j: 1.5,
  k: true,
  l: '😀',
  m: 'm',
  n: [0, 65535],
  o: 0,
  p: 0n,
};

describe('a value comes back as it went', () => {
  test.each<[string, unknown]>([
    ['echo:bool', true],
    ['echo:bool', false],
    ['echo:u8', 255],
    ['echo:s8', -128],
    ['echo:u16', 65535],
    ['echo:s16', -32768],
    ['echo:u32', 4294967295],
    ['echo:s32', -2147483648],
    ['echo:u64', 2n ** 64n - 1n],
    ['echo:u64', 0n],
    ['echo:s64', -(2n ** 63n)],
    ['echo:s64', 2n ** 63n - 1n],
    ['echo:f32', 0.5],
    ['echo:f64', Number.MAX_VALUE],
    ['echo:f64', Number.MIN_VALUE],
    ['echo:f64', Number.NaN],
    ['echo:f64', -0],
    ['echo:f64', Number.NEGATIVE_INFINITY],
    ['echo:char', '😀'],
    ['echo:char', '\0'],
    ['echo:string', 'Zoë 🌙 \0 \u{feff} \u{10ffff}'],
    ['echo:string', ''],
    ['utf16:string', 'Zoë 🌙 \0'],
    ['latin1:string', 'café'],
    ['latin1:string', '🌙'],
    ['echo:bytes', new Uint8Array([0, 255])],
    ['echo:bytes', new Uint8Array()],
    ['echo:list_u16', [0, 65535]],
    ['echo:list_u64', [0n, 2n ** 64n - 1n]],
    ['echo:list_string', ['a', '']],
    ['echo:cube', [[['a'], []], []]],
    ['echo:pairs', [['a', 1]]],
    ['echo:list_option', ['a', undefined, 'c']],
    ['echo:option', undefined],
    ['echo:option', 0],
    ['echo:option_option', undefined],
    ['echo:option_option', { some: undefined }],
    ['echo:option_option', { some: 5 }],
    ['echo:tuple', [1, 'a', 2]],
    ['echo:point', POINT],
    ['echo:line', { from: POINT, to: POINT, label: 'l' }],
    ['echo:settings', { name: 'n', 'retry-count': 3, note: '', ratio: 0.5, nested: POINT }],
    ['echo:big', BIG],
    ['echo:shape', { at: POINT }],
    ['echo:shape', { pair: [0.5, 7n] }],
    ['echo:result', { ok: true }],
    ['echo:result_both', { ok: new Uint8Array([255]) }],
    ['echo:result_both', { err: 'why' }],
    ['echo:color', 'ultra-violet'],
    ['echo:letters257', 'c256'],
    ['echo:flags9', { f0: true, f8: true }],
    ['echo:flags32', {}],
    ['strings:sum', [1n]],
  ])('%s %o', async (id, value) => {
    expect(await host.call(id, [value])).toEqual(id === 'strings:sum' ? 1n : value);
  });
});

describe('other spellings of the same value', () => {
  test.each<[string, unknown, unknown]>([
    ['echo:u64', Number.MAX_SAFE_INTEGER, BigInt(Number.MAX_SAFE_INTEGER)],
    ['echo:s64', -7, -7n],
    ['echo:u32', 7n, 7],
    ['echo:u32', -0, 0],
    ['echo:char', 0x1f600, '😀'],
    ['echo:bytes', [0, 255], new Uint8Array([0, 255])],
    ['echo:bytes', 'é', new Uint8Array([0xc3, 0xa9])],
    ['echo:list_u32', new Uint32Array([1, 2]), [1, 2]],
    ['echo:list_f64', new Float64Array([0.5]), [0.5]],
    ['echo:option', null, undefined],
    ['echo:settings', { name: 'n', retry_count: 3 }, { name: 'n', 'retry-count': 3 }],
    ['echo:point', { x: 1, y: 2, z: 3 }, { x: 1, y: 2 }],
    ['echo:shape', 'empty', { empty: true }],
    ['echo:color', 'ultra_violet', 'ultra-violet'],
    ['echo:flags8', ['f0'], { f0: true }],
    ['echo:result', { ok: undefined }, { ok: true }],
  ])('%s %o', async (id, given, back) => {
    expect(await host.call(id, [given])).toEqual(back);
  });
});

describe('what does not fit is Invalid, with its place', () => {
  test.each<[string, unknown[], { argument: number; path: string; expected: string; got: string }]>([
    ['echo:u8', [256], { argument: 1, path: '', expected: 'u8 (an integer from 0 to 255)', got: 'number 256' }],
    ['echo:u8', [256n], { argument: 1, path: '', expected: 'u8 (an integer from 0 to 255)', got: 'int64 256' }],
    [
      'echo:s64',
      [Number.MAX_SAFE_INTEGER + 1],
      {
        argument: 1,
        path: '',
        expected: 's64 (exact beyond 2^53 only as int64 or bigint)',
        got: 'number 9007199254740992',
      },
    ],
    [
      'echo:u64',
      [2n ** 64n],
      {
        argument: 1,
        path: '',
        expected: 'u64 (an integer from 0 to 18446744073709551615)',
        got: 'int64 18446744073709551616',
      },
    ],
    [
      'echo:s64',
      [2n ** 63n],
      {
        argument: 1,
        path: '',
        expected: 's64 (an integer from -9223372036854775808 to 9223372036854775807)',
        got: 'int64 9223372036854775808',
      },
    ],
    [
      'echo:string',
      ['\ud800'],
      { argument: 1, path: '', expected: 'string of Unicode scalar values', got: 'a lone surrogate' },
    ],
    ['echo:bool', [null], { argument: 1, path: '', expected: 'bool', got: 'nil' }],
    ['echo:swap', [1, { a: 1 }], { argument: 2, path: '', expected: 'string', got: 'a table with a' }],
    [
      'echo:lines',
      [[{ from: POINT, to: { x: 1 }, label: '' }]],
      { argument: 1, path: '[1].to.y', expected: 's32', got: 'nil' },
    ],
    [
      'echo:list_bytes',
      [[[1], [2, -1]]],
      { argument: 1, path: '[2][2]', expected: 'u8 (an integer from 0 to 255)', got: 'number -1' },
    ],
    [
      'echo:point',
      [new Map([['x', 1]])],
      { argument: 1, path: '', expected: 'point', got: 'a table that mixes array and string keys' },
    ],
    ['echo:list_u32', [{ 0: 1 }], { argument: 1, path: '', expected: 'list<u32>', got: 'a table with 0' }],
    ['echo:string', [() => 1], { argument: 1, path: '', expected: 'string', got: 'function' }],
    ['echo:string', [Symbol('s')], { argument: 1, path: '', expected: 'string', got: 'symbol' }],
  ])('%s %o', async (id, args, details) => {
    const error = await errorOf(id, ...args);
    expect(error).toMatchObject({ kind: 'Invalid', details });
    expect(error.message).toContain(`expected ${details.expected}, got ${details.got}\n  `);
  });

  test('a cycle ends where the type ends', async () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    const error = await errorOf('echo:cube', cycle);
    expect(error.details).toMatchObject({ path: '[1][1][1]', expected: 'string', got: 'an array of 1' });
  });

  test('names of Object.prototype are no fields', async () => {
    const error = await errorOf('echo:point', {});
    expect(error.details).toMatchObject({ path: 'x' });
    expect((await errorOf('echo:color', 'constructor')).details).toMatchObject({ got: '"constructor"' });
    expect((await errorOf('echo:flags8', { __proto__: null, toString: true })).details).toMatchObject({
      got: '"toString"',
    });
  });

  test.each<[unknown[], string]>([
    [[], 'echo:swap: expected 2 arguments, got 0'],
    [[1], 'echo:swap: expected 2 arguments, got 1'],
    [[1, 'a', 2], 'echo:swap: expected 2 arguments, got 3'],
  ])('%j is no call of a function of two', async (args, text) => {
    const error = await errorOf('echo:swap', ...args);
    expect(error.message).toBe(`${text}\n  swap: func(a: u32, b: string) -> tuple<string, u32>`);
  });
});

describe('resources', () => {
  interface Counter {
    call(method: string): Promise<number>;
    drop(): Promise<void>;
  }

  test('are objects with call() and drop()', async () => {
    const counter = await host.call<Counter>('counters:make', [5]);
    expect(await counter.call('increment')).toBe(6);
    expect(await host.call('counters:peek', [counter])).toBe(6);
    await counter.drop();
    await expect(counter.call('increment')).rejects.toThrow('resource counter was dropped or moved before');
    const error = await errorOf('counters:peek', counter);
    expect(error.details).toMatchObject({ got: 'a counter that was dropped or moved before' });
  });

  test('are lost with their instance when it traps', async () => {
    const counter = await host.call<Counter>('counters:make', [5]);
    expect((await errorOf('counters:trap_with_borrow', counter)).kind).toBe('Internal');
    await expect(counter.call('increment')).rejects.toThrow(
      'resource counter is lost: its instance has trapped before',
    );
  });

  test('have no other methods', async () => {
    const counter = await host.call<Counter>('counters:make', [5]);
    await expect(counter.call('decrement')).rejects.toThrow('resource counter has no method decrement');
    await counter.drop();
  });
});
