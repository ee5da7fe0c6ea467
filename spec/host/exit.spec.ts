/** Guests that end themselves: the call is over, the host goes on, and the instance is not used again. */
import { describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import type { Host } from '../../src/host/types.js';
import { registryOf, watEntry } from './guests.js';
import { errorOf } from './wasi.js';

/** Exports of a component that exits: `run` with a result, `plain` without one, `number`, and `count`, which does not exit. */
const EXITS = `(component
  (import "wasi:cli/exit@0.2.3" (instance $exit
    (export "exit" (func (param "status" (result))))
    (export "exit-with-code" (func (param "status-code" u8)))))
  (core func $exit (canon lower (func $exit "exit")))
  (core func $code (canon lower (func $exit "exit-with-code")))
  (core module $main
    (import "exit" "exit" (func $exit (param i32)))
    (import "exit" "code" (func $code (param i32)))
    (global $calls (mut i32) (i32.const 0))
    (func (export "exit") (param i32) (call $exit (local.get 0)) unreachable)
    (func (export "result") (param i32) (result i32) (call $exit (local.get 0)) unreachable)
    (func (export "code") (param i32) (result i32)
      (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
      (if (i32.lt_u (local.get 0) (i32.const 256)) (then (call $code (local.get 0))))
      (global.get $calls)))
  (core instance $main (instantiate $main
    (with "exit" (instance (export "exit" (func $exit)) (export "code" (func $code))))))
  (func (export "plain") (param "status" (result)) (canon lift (core func $main "exit")))
  (func (export "result") (param "status" (result)) (result (result)) (canon lift (core func $main "result")))
  (func (export "code") (param "code" u32) (result u32) (canon lift (core func $main "code"))))`;

const COMMAND = `(component
  (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" (result))))))
  (core func $exit (canon lower (func $exit "exit")))
  (core module $main
    (import "exit" "exit" (func $exit (param i32)))
    (func (export "run") (result i32) (call $exit (i32.const 0)) unreachable))
  (core instance $main (instantiate $main (with "exit" (instance (export "exit" (func $exit))))))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))`;

const STARTS = `(component
  (import "wasi:cli/exit@0.2.0" (instance $exit (export "exit" (func (param "status" (result))))))
  (core func $exit (canon lower (func $exit "exit")))
  (core module $main
    (import "exit" "exit" (func $exit (param i32)))
    (func $start (call $exit (i32.const 1)))
    (start $start)
    (func (export "run")))
  (core instance $main (instantiate $main (with "exit" (instance (export "exit" (func $exit))))))
  (func (export "run") (canon lift (core func $main "run"))))`;

const GRANTED = { imports: ['wasi:cli'], pool: { type: 'static', size: 1, workers: 1 } };
const exiting = (method: string, source = EXITS, more: object = {}) =>
  watEntry(method, source, { ...GRANTED, method, ...more });

async function withHost<T>(entries: readonly object[], run: (host: Host) => Promise<T>): Promise<T> {
  await using host = await createHost({ registry: registryOf(...entries) });
  return await run(host);
}

describe('a guest that exits', () => {
  test('with success has ended its call: a result is ok, anything else is nothing', async () => {
    await withHost([exiting('plain'), exiting('result'), exiting('code')], async (host) => {
      expect(await host.call('t:result', [{ ok: true }])).toEqual({ ok: true });
      expect(await host.call('t:plain', [{ ok: true }])).toBe(undefined);
      expect(await host.call('t:code', [0])).toBe(undefined);
    });
  });

  test.each([
    ['result', { err: true }, 1],
    ['plain', { err: true }, 1],
    ['code', 1, 1],
    ['code', 255, 255],
  ])('%s(%j) fails with its status', async (method, status, expected) => {
    await withHost([exiting(method)], async (host) => {
      expect(await errorOf(host.call(`t:${method}`, [status]))).toMatchObject({
        kind: 'Internal',
        message: `t:${method} exited with status ${expected}`,
        retryable: false,
        details: { function: `t:${method}`, status: expected },
      });
    });
  });

  test('is not used again', async () => {
    await withHost([exiting('code')], async (host) => {
      const none = 256;
      expect(await host.call('t:code', [none])).toBe(1);
      expect(await host.call('t:code', [none])).toBe(2);
      await host.call('t:code', [0]);
      expect(await host.call('t:code', [none])).toBe(1);
      await errorOf(host.call('t:code', [3]));
      expect(await host.call('t:code', [none])).toBe(1);
    });
  });

  test('may do so in a start function, at its first call', async () => {
    await withHost([exiting('run', STARTS)], async (host) => {
      for (let attempt = 0; attempt < 2; attempt++) {
        expect(await errorOf(host.call('t:run'))).toMatchObject({ message: 't:run exited with status 1' });
      }
    });
  });

  test('may be a command: wasi:cli/run', async () => {
    const command = watEntry('command', COMMAND, { ...GRANTED, method: 'wasi:cli/run@0.2.0#run' });
    await withHost([command, { ...command, name: 'short', method: 'run#run' }], async (host) => {
      expect(await host.call('t:command')).toEqual({ ok: true });
      expect(await host.call('t:short')).toEqual({ ok: true });
    });
  });

  test('needs the grant for it', async () => {
    await withHost([exiting('plain', EXITS, { imports: [] })], async (host) => {
      expect(await errorOf(host.call('t:plain', [{ ok: true }]))).toMatchObject({
        kind: 'PermissionDenied',
        message: 't:plain called wasi:cli/exit#exit, which its entry does not grant: add "wasi:cli" to imports',
      });
    });
  });
});

test('a command of a core module runs by its _start, which takes and gives nothing', async () => {
  const source = `(module
    (global $runs (mut i32) (i32.const 0))
    (func (export "_start") (global.set $runs (i32.add (global.get $runs) (i32.const 1))))
    (func (export "runs") (result i32) (global.get $runs)))`;
  await withHost([watEntry('start', source, { method: '_start' })], async (host) => {
    expect(await host.call('t:start')).toBe(undefined);
  });
});

test('a reactor of a core module is initialized once, before its first call', async () => {
  const source = `(module
    (global $state (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $state (i32.add (global.get $state) (i32.const 40))))
    (func (export "next") (result i32)
      (global.set $state (i32.add (global.get $state) (i32.const 1)))
      (global.get $state)))`;
  await withHost([watEntry('next', source, { pool: { type: 'static', size: 1, workers: 1 } })], async (host) => {
    expect([await host.call('t:next'), await host.call('t:next')]).toEqual([41, 42]);
  });
});
