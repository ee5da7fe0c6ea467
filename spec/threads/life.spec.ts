/** Threads come, wait, die and go, and no call is lost. */
import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { createHost, errorOf, LOOP, lua, registryOf, WORK, wat } from './built.js';
import { handlesSince } from './handles.js';

const REGISTRY = registryOf(
  wat('work', WORK, { pool: { type: 'lazy', max_size: 8 } }),
  wat('loop', LOOP),
  lua('twice', 'function(n) return n * 2 end'),
  lua('later', 'function(delay) require("time").sleep(delay) return "woke" end'),
  lua('through', 'function(n) local v, err = funcs.call("t:work", n) if err then error(err) end return v end'),
);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('close()', () => {
  test('leaves no thread, timer or handle', async () => {
    const left = handlesSince();
    const host = await createHost({ registry: REGISTRY });
    await Promise.all([host.call('t:work', [1000]), host.call('t:twice', [2]), host.call('t:through', [10])]);
    await errorOf(host.call('t:loop', [], { timeout: 10 }));
    await host.close();
    expect(await left()).toEqual([]);
    expect(await errorOf(host.call('t:twice', [2]))).toMatchObject({ kind: 'Unavailable' });
  });

  test('lets what runs end within its grace', async () => {
    const host = await createHost({ registry: REGISTRY, closeGrace: 10_000 });
    const answer = host.call('t:later', ['50ms']);
    await pause(10);
    await host.close();
    expect(await answer).toBe('woke');
  });

  test('cancels what is still running after its grace', async () => {
    const host = await createHost({ registry: REGISTRY, closeGrace: 20 });
    const answers = [errorOf(host.call('t:loop')), errorOf(host.call('t:later', ['1h']))];
    await pause(20);
    await host.close();
    for (const error of await Promise.all(answers)) expect(error).toMatchObject({ kind: 'Canceled' });
  });
});

/** Tells its host that it has begun, and loops for ever. */
const BEGINS = `(module (import "app:mark/mark" "begin" (func $begin))
  (func (export "begins") (call $begin) (loop $for_ever (br $for_ever))))`;

describe('a thread that dies', () => {
  test('fails its own call with Internal and is replaced', async () => {
    const workers: Worker[] = [];
    let begin = () => {};
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    await using host = await createHost({
      registry: registryOf(wat('begins', BEGINS, { imports: ['app:mark/mark'] }), wat('work', WORK)),
      imports: { 'app:mark/mark': { begin: () => begin() } },
      threads: 1,
      onThread: (worker) => workers.push(worker),
    });
    const answer = errorOf(host.call('t:begins'));
    await begun;
    await workers[0]!.terminate();
    expect(await answer).toMatchObject({ kind: 'Internal', message: expect.stringContaining('its thread ended') });
    expect(await host.call('t:work', [10])).toBe(7);
    expect(host.stats().threads).toMatchObject({ threads: 1, started: 2, lost: 1 });
  });

  test('loses no call, whenever it happens', async () => {
    const workers = new Set<Worker>();
    const onThread = (worker: Worker) => {
      workers.add(worker);
      worker.once('exit', () => workers.delete(worker));
    };
    await using host = await createHost({ registry: REGISTRY, threads: 2, onThread });
    let right = 0;
    const broken: unknown[] = [];
    let killed = 0;
    let nextAt = 1;
    /** Between two that die some calls end: where starting a thread takes long, none would get any further otherwise. */
    const killer = setInterval(() => {
      const [victim] = workers;
      if (right + broken.length < nextAt || victim === undefined) return;
      killed++;
      nextAt = right + broken.length + 1 + ((killed * 5) % 7);
      workers.delete(victim);
      victim.terminate().catch(() => {});
    }, 1);
    const caller = async (id: string, arg: number, expected: unknown) => {
      for (let i = 0; i < 20; i++) {
        try {
          expect(await host.call(id, [arg])).toBe(expected);
          right++;
        } catch (error) {
          broken.push(error);
        }
        await pause(i % 20);
      }
    };
    await Promise.all([
      caller('t:work', 100_000, 7),
      caller('t:work', 2_000_000, 7),
      caller('t:twice', 21, 42),
      caller('t:through', 1000, 7),
    ]);
    clearInterval(killer);
    expect(killed).toBeGreaterThan(0);
    expect(right + broken.length).toBe(80);
    for (const error of broken) expect(error).toMatchObject({ kind: 'Internal' });
  });
});

test('Lua that waits shares as many threads as there are cores', async () => {
  const nap = lua('nap', 'function(ms) require("time").sleep(ms * time.MILLISECOND) return ms end');
  await using host = await createHost({ registry: registryOf(nap), threads: 2 });
  const under = () => host.stats().threads!.each.flatMap(({ calls }) => calls).length;
  const naps: Promise<unknown>[] = [];
  for (let count = 1; count <= 4; count++) {
    naps.push(host.call('t:nap', [300]));
    while (under() < count || host.stats().threads!.running > 0) await pause(1);
  }
  expect(await Promise.all(naps)).toEqual([300, 300, 300, 300]);
  expect(host.stats().threads).toMatchObject({ started: 2 });
});

describe('a Lua function that computes', () => {
  const registry = registryOf(
    lua('spin', 'function() while true do end end'),
    lua('find', 'function() return (("a"):rep(30)):find(("a*"):rep(20) .. "b") end'),
    lua('twice', 'function(n) return n * 2 end'),
  );

  test.each(['t:spin', 't:find'])('ends where it runs when it is cancelled, and its thread stays: %s', async (id) => {
    await using host = await createHost({ registry, threads: 1 });
    expect(await host.call('t:twice', [2])).toBe(4);
    const controller = new AbortController();
    const answer = errorOf(host.call(id, [], { signal: controller.signal }));
    await pause(20);
    controller.abort();
    expect(await answer).toMatchObject({ kind: 'Canceled' });
    expect(await host.call('t:twice', [3])).toBe(6);
    expect(host.stats().threads).toMatchObject({ started: 1, lost: 0 });
  });
});

test('what nobody knows is NotFound, also the second time', async () => {
  const registry = registryOf(lua('ask', 'function() local v, err = funcs.call("t:nobody") return err:kind() end'));
  await using host = await createHost({ registry, threads: 1 });
  expect([await host.call('t:ask'), await host.call('t:ask')]).toEqual(['NotFound', 'NotFound']);
});

const WAIT = `(module (import "app:clock/waits" "wait" (func $wait (param i32) (result i32)))
  (func (export "wait") (param i32) (result i32) (call $wait (local.get 0))))`;

describe('funcs.async', () => {
  const goesOn = (what: string) =>
    `function(id)
      local future, err = funcs.async(id)
      if err then return nil, err end
      require("time").sleep("1ms")
      if future:is_complete() then return nil, "it has ended" end
      ${what}
      return "went on"
    end`;
  const registry = registryOf(
    wat('loop', LOOP),
    wat('once', LOOP, { method: 'loop', pool: { type: 'inline' } }),
    lua('spin', 'function() while true do end end'),
    lua('cancels', goesOn('future:cancel()')),
    lua('leaves', goesOn('error("enough")')),
  );

  test.each(['t:loop', 't:once', 't:spin'])(
    'holds its caller up with nothing, however long it runs, and cancel() stops it: %s',
    async (id) => {
      await using host = await createHost({ registry, threads: 2, closeGrace: 5000 });
      expect(await host.call('t:cancels', [id])).toBe('went on');
      expect((await errorOf(host.call('t:leaves', [id]))).message).toContain('enough');
    },
  );
});

test('funcs.async does not share the thread of its caller, though every other one is busy', async () => {
  const controller = new AbortController();
  let occupying: Promise<unknown> = Promise.resolve();
  const functions = {
    async 'app:occupy'() {
      occupying = errorOf(host.call('t:spin', [], { signal: controller.signal }));
      const spins = () =>
        host.stats().threads!.each.some((each) => each.state === 'runs' && each.calls.includes('t:spin'));
      while (!spins()) await pause(1);
    },
  };
  const registry = registryOf(
    lua('spin', 'function() while true do end end'),
    lua(
      'asks',
      `function()
        funcs.call("app:occupy")
        local future = funcs.async("t:spin")
        require("time").sleep("1ms")
        future:cancel()
        return "went on"
      end`,
    ),
  );
  await using host = await createHost({ registry, functions, threads: 2 });
  expect(await host.call('t:asks')).toBe('went on');
  controller.abort();
  expect(await occupying).toMatchObject({ kind: 'Canceled' });
});

describe('a cancelled call on a thread that others keep busy', () => {
  const registry = registryOf(
    lua('later', 'function() require("time").sleep("1h") end'),
    lua(
      'busy',
      `function()
        local future = funcs.async("t:later")
        require("time").sleep("20ms")
        future:cancel()
        local start = os.clock()
        while os.clock() - start < 1.5 do end
        return "done"
      end`,
    ),
  );

  test('ends without ending its thread, and them', async () => {
    await using host = await createHost({ registry, threads: 1 });
    expect(await host.call('t:busy')).toBe('done');
    expect(host.stats().threads).toMatchObject({ lost: 0 });
    expect(await errorOf(host.call('t:later', [], { timeout: 10 }))).toMatchObject({ kind: 'Timeout' });
  });
});

describe('an import that TypeScript answers later', () => {
  const registry = registryOf(
    wat('wait', WAIT, { imports: ['app:clock/waits'], pool: { type: 'lazy', max_size: 16 } }),
    wat('briefly', WAIT, { method: 'wait', imports: ['app:clock/waits'], limits: { max_execution_ms: 30 } }),
    wat('work', WORK),
  );
  const imports = {
    'app:clock/waits': {
      wait: async (ms: number) => {
        await pause(ms);
        return ms + 1;
      },
    },
  };

  test('is waited for by its guest, while others run: waiting threads do not count', async () => {
    let entered = 0;
    let open = () => {};
    const door = new Promise<void>((resolve) => {
      open = resolve;
    });
    const wait = async (ms: number) => {
      entered++;
      await door;
      return ms + 1;
    };
    await using host = await createHost({ registry, imports: { 'app:clock/waits': { wait } }, threads: 1 });
    const waiting = Array.from({ length: 6 }, (_, i) => host.call('t:wait', [i]));
    await expect.poll(() => entered, { timeout: 60_000 }).toBe(6);
    expect(await host.call('t:work', [10])).toBe(7);
    if (!('Suspending' in WebAssembly)) expect(host.stats().threads!.blocked).toBe(6);
    open();
    expect(await Promise.all(waiting)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('ends with its call: at its timeout, and when it is cancelled', async () => {
    await using host = await createHost({ registry, imports });
    const error = await errorOf(host.call('t:wait', [3_600_000], { timeout: 30 }));
    expect(error).toMatchObject({ kind: 'Timeout' });
    const controller = new AbortController();
    const answer = errorOf(host.call('t:wait', [3_600_000], { signal: controller.signal }));
    await pause(30);
    controller.abort();
    expect(await answer).toMatchObject({ kind: 'Canceled' });
  });

  test('counts for the limit of the guest that waits for it, and keeps no thread from others afterwards', async () => {
    await using host = await createHost({ registry, imports, threads: 1 });
    const error = await errorOf(host.call('t:briefly', [3_600_000]));
    expect(error).toMatchObject({ kind: 'Timeout', details: { limit: 'max_execution_ms', limit_ms: 30 } });
    expect(await host.call('t:wait', [0])).toBe(1);
    expect(host.stats().threads).toMatchObject({ blocked: 0, lost: 0 });
  });
});

describe('pools across threads', () => {
  test('a static pool of two runs two at once, whoever calls, and the rest in order', async () => {
    let inside = 0;
    let most = 0;
    const enter = async () => {
      most = Math.max(most, ++inside);
      await pause(5);
      inside--;
      return 0;
    };
    const registry = registryOf(
      wat(
        'two',
        '(module (import "app:door/door" "enter" (func $enter (result i32))) (func (export "two") (result i32) (call $enter)))',
        { imports: ['app:door/door'], pool: { type: 'static', size: 2, workers: 2 } },
      ),
      lua('from_lua', 'function() return funcs.call("t:two") end'),
    );
    await using host = await createHost({ registry, imports: { 'app:door/door': { enter } }, threads: 4 });
    const calls = Array.from({ length: 20 }, (_, i) => host.call(i % 2 === 0 ? 't:two' : 't:from_lua'));
    expect(await Promise.all(calls)).toEqual(calls.map(() => 0));
    expect(most).toBe(2);
  });
});

test('where Lua cannot yield its thread stands still for a call, and another one runs it', async () => {
  const body = `function(id) local t = setmetatable({}, {__tostring = function()
    local v, err = funcs.call(id, 21) if err then error(err) end return "got " .. v end}) return tostring(t) end`;
  const registry = registryOf(lua('show', body), lua('twice', 'function(n) return n * 2 end'), wat('work', WORK));
  const functions = { 'app:slow': async (n: number) => pause(10).then(() => n + 1) };
  await using host = await createHost({ registry, functions, threads: 1 });
  expect(await host.call('t:show', ['t:twice'])).toBe('got 42');
  expect(await host.call('t:show', ['t:work'])).toBe('got 7');
  expect(await host.call('t:show', ['app:slow'])).toBe('got 22');
});
