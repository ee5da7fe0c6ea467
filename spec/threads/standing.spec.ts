/** Guests that sleep stand still on threads of their own, and keep nobody from running. */
import { describe, expect, test } from 'vitest';
import { guestEntry, registryOf } from '../host/guests.js';
import { createHost, errorOf, lua, WORK, wat } from './built.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const HOUR = 3_600_000n;

const sleeper = (name: string, more: object) =>
  guestEntry(name, 'sleep', 'test-sleep#sleep-ms', { imports: ['wasi:io', 'wasi:clocks'], ...more });

const registry = registryOf(
  sleeper('sleep', { pool: { type: 'lazy', max_size: 100 } }),
  sleeper('inline', { pool: { type: 'inline' } }),
  wat('work', WORK),
  lua(
    'both',
    `function()
      local time, order = require("time"), channel.new(2)
      coroutine.spawn(function() funcs.call("t:sleep", 3600000) order:send("guest") end)
      coroutine.spawn(function() time.sleep("1ms") order:send("lua") end)
      return (order:receive())
    end`,
  ),
);

describe.each(['t:sleep', 't:inline'])('guests of %s that sleep', (id) => {
  test('leave the only core to others, however many they are, and end when they are cancelled', async () => {
    await using host = await createHost({ registry, threads: 1 });
    const controller = new AbortController();
    const asleep = Array.from({ length: 12 }, () => errorOf(host.call(id, [HOUR], { signal: controller.signal })));
    // One after the other begins to stand still, and frees the core for the next one.
    const allStand = () => host.stats().threads!.queued === 0 && host.stats().threads!.running === 0;
    while (!allStand()) await pause(1);
    expect(await host.call('t:work', [1000])).toBe(7);
    expect(host.stats().threads).toMatchObject({ queued: 0, lost: 0 });
    controller.abort();
    for (const error of await Promise.all(asleep)) expect(error).toMatchObject({ kind: 'Canceled' });
    while (host.stats().threads!.each.some(({ state }) => state !== 'idle')) await pause(1);
    expect(host.stats().threads).toMatchObject({ running: 0, blocked: 0, lost: 0 });
  });

  test('end with the deadline of their call', async () => {
    await using host = await createHost({ registry, threads: 1 });
    const asleep = Array.from({ length: 4 }, () => errorOf(host.call(id, [HOUR], { timeout: 30 })));
    for (const error of await Promise.all(asleep)) expect(error).toMatchObject({ kind: 'Timeout' });
  });
});

test("a guest that sleeps does not hold up its Lua caller's other tasks", async () => {
  await using host = await createHost({ registry, threads: 2 });
  expect(await host.call('t:both')).toBe('lua');
});

test('without threads a guest stands still where its caller is', async () => {
  await using host = await createHost({ registry, threads: 0 });
  expect(await host.call<bigint>('t:sleep', [5n])).toBeGreaterThanOrEqual(5n);
  expect(await errorOf(host.call('t:sleep', [HOUR], { timeout: 20 }))).toMatchObject({ kind: 'Timeout' });
  await pause(0);
  expect(await host.call('t:work', [10])).toBe(7);
});

const STARTS_ASLEEP = `(module
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_initialize")
    (i32.store (i32.const 16) (i32.const 1))
    (i64.store (i32.const 24) (i64.const 3600000000000))
    (drop (call $poll (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 200))))
  (func (export "asleep") (result i32) (i32.const 1)))`;

test('a guest that sleeps where nothing can suspend it keeps later calls from its thread only', async () => {
  const asleep = wat('asleep', STARTS_ASLEEP, { imports: ['wasi:io', 'wasi:clocks'], pool: { type: 'inline' } });
  await using host = await createHost({
    registry: { ...registry, entries: [...registry.entries, asleep] },
    threads: 2,
  });
  const controller = new AbortController();
  const calls = Array.from({ length: 2 }, () => errorOf(host.call('t:asleep', [], { signal: controller.signal })));
  const allStand = () => host.stats().threads!.each.filter(({ state }) => state === 'waits').length === 2;
  while (!allStand()) await pause(1);
  expect(await host.call<bigint>('t:inline', [1n])).toBeGreaterThanOrEqual(1n);
  expect(await host.call('t:both')).toBe('lua');
  controller.abort();
  for (const error of await Promise.all(calls)) expect(error).toMatchObject({ kind: 'Canceled' });
});
