/** What calls hold while they run, stand still or end: others get it in time, and what is given up ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { createHost, errorOf, LOOP, registryOf, WORK, wat } from './built.js';

const folder = mkdtempSync(join(tmpdir(), 'moonwit-given-up-'));
afterAll(() => rmSync(folder, { recursive: true }));
let scripts = 0;

function script(body: string): string {
  const file = join(folder, `${++scripts}.lua`);
  writeFileSync(file, `local funcs, time = require("funcs"), require("time")\n${body}`);
  return file;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const registry = registryOf(
  wat('loop', LOOP),
  wat('work', WORK),
  wat('one', WORK.replace('work', 'one'), { pool: { type: 'lazy', max_size: 1 } }),
);

describe('a place in a pool', () => {
  test('goes to who waits for it, although the Lua that has borrowed it computes and calls nothing', async () => {
    let marked = () => {};
    const mark = new Promise<void>((resolve) => {
      marked = resolve;
    });
    await using host = await createHost({ registry, functions: { 'spec:mark': () => marked() } });
    const stop = new AbortController();
    const running = errorOf(
      host.run(script('funcs.call("t:one", 10) funcs.call("spec:mark") funcs.call("t:one", 10) while true do end'), {
        signal: stop.signal,
      }),
    );
    await mark;
    while (!host.stats().threads!.each.some(({ borrowed }) => borrowed.includes('t:one'))) await pause(1);
    expect(await host.call('t:one', [10])).toBe(7);
    expect(host.stats().threads!.each.some(({ calls }) => calls.some((call) => call.startsWith('script')))).toBe(true);
    stop.abort();
    expect(await running).toMatchObject({ kind: 'Canceled' });
  });
});

describe('a call from where Lua cannot wait', () => {
  test.each([
    ['__tostring', 'tostring(setmetatable({}, { __tostring = function() funcs.call("t:loop") return "x" end }))'],
    ['__index', 'table.unpack(setmetatable({}, { __index = function() funcs.call("t:loop") end }), 1, 2)'],
    ['load', 'load(function() funcs.call("t:loop") end)'],
  ])('(%s) is given up with its caller: the guest ends, and its place is free', async (_where, call) => {
    await using host = await createHost({ registry });
    const stop = new AbortController();
    const file = script(`coroutine.spawn(function() time.sleep("1h") end) ${call} while true do end`);
    const running = errorOf(host.run(file, { signal: stop.signal }));
    const states = () => host.stats().threads!.each;
    while (!states().some(({ calls, state }) => calls.includes('t:loop') && state === 'runs')) await pause(1);
    stop.abort();
    expect(await running).toMatchObject({ kind: 'Canceled' });
    while (!states().every(({ state }) => state === 'idle')) await pause(1);
    expect(host.describe('t:loop').poolStats).toMatchObject({ running: 0, idle: 0 });
    expect(host.stats().threads).toMatchObject({ lost: 0 });
  });
});

describe('a call whose thread cannot be started', () => {
  test('fails, and the next one gets a thread', async () => {
    const workers: Worker[] = [];
    await using host = await createHost({
      registry,
      threads: 1,
      onThread(worker: Worker) {
        workers.push(worker);
        if (workers.length === 2) throw new Error('no thread today');
      },
    });
    const stop = new AbortController();
    const calls = ['t:loop', 't:loop'].map((id) => errorOf(host.call(id, [], { signal: stop.signal })));
    while (host.stats().threads!.queued !== 1) await pause(1);
    await workers[0]!.terminate();
    // Whether the first had begun or starts again: one of them wanted the thread, the other one may have the next.
    const failed = await Promise.race(calls);
    expect(failed.kind).toBe(failed.message.includes('no thread today') ? 'Unavailable' : 'Internal');
    stop.abort();
    const messages = (await Promise.all(calls)).map(({ message }) => message);
    expect(messages).toContainEqual(expect.stringContaining('no thread today'));
    expect(await host.call('t:work', [1000])).toBe(7);
  });
});
