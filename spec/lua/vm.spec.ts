import { describe, expect, test } from 'vitest';
import { HostBug, HostError } from '../../src/errors.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import type { LuaClock, LuaVm } from '../../src/lua/vm.js';
import type { Value } from '../../src/values.js';
import { plain, type SpecFunction, specVm } from './support.js';

/** A clock that stands still until it is moved. */
function manualClock(): LuaClock & {
  now: number;
  readonly timers: Set<{ at: number; run: () => void }>;
  advance(ms: number): void;
} {
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    now: 0,
    timers,
    monotonicMs() {
      return this.now;
    },
    wallMs: () => Date.UTC(2024, 0, 1),
    timer(ms, callback) {
      const timer = { at: this.now + ms, run: callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      this.now += ms;
      for (const timer of [...timers]) {
        if (timer.at > this.now) continue;
        timers.delete(timer);
        timer.run();
      }
    },
  };
}

/** Promises that the spec settles by hand. */
function gate(): {
  readonly functions: { [id: string]: SpecFunction };
  open(value: Value): void;
  readonly waiting: number;
} {
  const waiting: ((value: Value) => void)[] = [];
  return {
    functions: { 'spec:gate': () => new Promise<Value>((resolve) => waiting.push(resolve)) },
    open: (value) => waiting.shift()!(value),
    get waiting() {
      return waiting.length;
    },
  };
}

async function failure(attempt: () => unknown): Promise<HostError> {
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(HostError);
    return error as HostError;
  }
  throw new Error('nothing was thrown');
}

const script = (source: string) => ({ name: 'script.lua', source });

describe('runScript()', () => {
  test('answers at once, without a promise, when nothing waits', () => {
    const { vm } = specVm({ 'spec:add': (args) => (args[0] as number) + (args[1] as number) });
    expect(vm.runScript(script('return (funcs.call("spec:add", 1, 2))'))).toEqual([3]);
  });

  test('answers with a promise when a call waits', async () => {
    const { functions, open } = gate();
    const running = specVm(functions).vm.runScript(script('return (funcs.call("spec:gate"))'));
    expect(running).toBeInstanceOf(Promise);
    open('done');
    expect((await running).map(plain)).toEqual(['done']);
  });

  test('throws a syntax error with its line and without running anything', async () => {
    const { vm, printed } = specVm();
    const error = await failure(() => vm.runScript(script('print("ran")\nlocal = 1')));
    expect(error).toMatchObject({ kind: 'Invalid', details: { source: 'script.lua', line: 2 } });
    expect(printed).toEqual([]);
  });

  test('refuses bytecode', async () => {
    const error = await failure(() =>
      specVm().vm.runScript({ name: 'b.lua', source: Uint8Array.of(0x1b, 0x4c, 0x75) }),
    );
    expect(error.message).toBe('b.lua: bytecode is not accepted, only Lua text');
  });

  test('skips a first line for the shell and keeps line numbers', async () => {
    const { vm } = specVm();
    expect(vm.runScript(script('#!/usr/bin/env moonwit run\nreturn 1'))).toEqual([1]);
    const error = await failure(() => vm.runScript(script('#!/usr/bin/env moonwit run\nerror("x")')));
    expect(error.message).toBe('script.lua:2: x');
  });

  test('gives the stack of an uncaught error, innermost first', async () => {
    const source = 'local function inner() error("deep") end\nlocal function outer()\n  inner()\nend\nouter()';
    const error = await failure(() => specVm().vm.runScript(script(source)));
    expect(error.luaStack?.split('\n')).toEqual([
      "script.lua:1: in upvalue 'inner'",
      "script.lua:3: in local 'outer'",
      'script.lua:5: in main chunk',
    ]);
  });

  test('says which result cannot leave Lua', async () => {
    const error = await failure(() => specVm().vm.runScript(script('return 1, {f = print}')));
    expect(error.message).toBe(
      'script.lua: result 2: f: expected a plain value (nil, boolean, number, string or table), got function',
    );
    expect(error).toMatchObject({ kind: 'Invalid', details: { path: 'f', got: 'function' } });
  });

  test('says which argument cannot enter Lua', async () => {
    const args = [1, new Date() as unknown as Value];
    const error = await failure(() => specVm().vm.runScript({ ...script('return 1'), args }));
    expect(error).toMatchObject({ kind: 'Invalid', details: { argument: 2, got: 'Date' } });
  });

  test('gives an error for an answer of a TypeScript function that Lua has no value for', async () => {
    const functions: { [id: string]: SpecFunction } = {
      'spec:date': () => ({ at: new Date() }) as unknown as Value,
      'spec:date_later': async () => ({ at: new Date() }) as unknown as Value,
    };
    for (const id of Object.keys(functions)) {
      const source = `local r, err = funcs.call("${id}") return r, err:kind(), err:details().path`;
      const values = await specVm(functions).vm.runScript(script(source));
      expect(values.map(plain)).toEqual([null, 'Invalid', 'at']);
    }
  });

  test('keeps the globals of one script from the next', () => {
    const { vm } = specVm();
    vm.runScript(script('leak = 1'));
    expect(vm.runScript(script('return leak'))).toEqual([null]);
  });

  test('goes on with other scripts after one exceeded its limit', async () => {
    const { vm } = specVm();
    const limited = { ...script('while true do end'), limits: { instructions: 10_000 } };
    expect(await failure(() => vm.runScript(limited))).toMatchObject({ kind: 'Timeout', retryable: false });
    expect(vm.runScript(script('return 1'))).toEqual([1]);
  });

  test('lets scripts that wait run beside each other', async () => {
    const { functions, open } = gate();
    const { vm } = specVm(functions);
    const first = vm.runScript(script('return "first", (funcs.call("spec:gate"))'));
    const second = vm.runScript(script('return "second", (funcs.call("spec:gate"))'));
    open(1);
    open(2);
    expect((await second).map(plain)).toEqual(['second', 2]);
    expect((await first).map(plain)).toEqual(['first', 1]);
  });

  test('does not touch a script that waits when another one exceeds its limit', async () => {
    const { functions, open } = gate();
    const { vm } = specVm(functions);
    const waiting = vm.runScript(script('local v = funcs.call("spec:gate") return v, pcall(error, "x")'));
    await failure(() => vm.runScript({ ...script('while true do end'), limits: { instructions: 10_000 } }));
    open(5);
    expect((await waiting).map(plain)).toEqual([5, false, 'x']);
  });

  test('hands a bug of the host through every pcall', async () => {
    const bug = new HostBug('spec');
    const { vm } = specVm({
      'spec:bug': () => {
        throw bug;
      },
    });
    await expect(async () => vm.runScript(script('pcall(funcs.call, "spec:bug") return 1'))).rejects.toBe(bug);
  });
});

describe('time limits', () => {
  const loop = 'local n = 0 while true do n = n + 1 end';

  test('luaMs counts only the time in which Lua runs', async () => {
    const clock = manualClock();
    const { functions, open } = gate();
    const { vm } = specVm(functions, { clock, limits: { luaMs: 100 } });
    const running = vm.runScript(script('funcs.call("spec:gate") for _ = 1, 5000 do end return "done"'));
    clock.advance(1000);
    open(null);
    expect((await running).map(plain)).toEqual(['done']);
  });

  test('luaMs stops a loop', async () => {
    let now = 0;
    const clock: LuaClock = { ...manualClock(), monotonicMs: () => (now += 10) };
    const error = await failure(() => specVm({}, { clock, limits: { luaMs: 500 } }).vm.runScript(script(loop)));
    expect(error).toMatchObject({ kind: 'Timeout', message: 'script.lua exceeded its limit of 500 ms of Lua time' });
  });

  test('luaMs is looked at whenever a large string is read', async () => {
    let now = 0;
    const clock: LuaClock = { ...manualClock(), monotonicMs: () => (now += 10) };
    const compare =
      'local a, b = ("x"):rep(300000) .. "a", ("x"):rep(300000) .. "b"\nfor i = 1, 40 do count(a == b) end';
    const source = `local n = 0 local function count() n = n + 1 print(n) end ${compare}`;
    const { vm, printed } = specVm({}, { clock, limits: { luaMs: 500 } });
    expect(await failure(() => vm.runScript(script(source)))).toMatchObject({ kind: 'Timeout' });
    expect(printed.length).toBeLessThan(40);
  });

  test('executionMs stops a loop', async () => {
    let now = 0;
    const clock: LuaClock = { ...manualClock(), monotonicMs: () => (now += 10) };
    const error = await failure(() => specVm({}, { clock, limits: { executionMs: 500 } }).vm.runScript(script(loop)));
    expect(error).toMatchObject({ kind: 'Timeout', message: 'script.lua exceeded its limit of 500 ms' });
  });

  test('executionMs ends a wait, at its last millisecond and not before', async () => {
    const clock = manualClock();
    const { functions } = gate();
    const { vm } = specVm(functions, { clock, limits: { executionMs: 500 } });
    let ended = false;
    const running = Promise.resolve(vm.runScript(script('pcall(funcs.call, "spec:gate") while true do end'))).catch(
      (error) => {
        ended = true;
        return error;
      },
    );
    clock.advance(499);
    await Promise.resolve();
    expect(ended).toBe(false);
    clock.advance(1);
    expect(await running).toMatchObject({
      kind: 'Timeout',
      message: 'script.lua exceeded its limit of 500 ms',
      details: { limit: 'max_execution_ms', limit_ms: 500, queue_ms: 0, guest_ms: 0, wait_ms: 500 },
    });
  });

  test("the caller's deadline is the earlier one and is handed down to calls", async () => {
    const clock = manualClock();
    let seen: number | null = null;
    const functions: { [id: string]: SpecFunction } = {
      'spec:deadline': (_args, context) => {
        seen = context.deadline;
        return new Promise<Value>(() => {});
      },
    };
    const { vm } = specVm(functions, { clock, limits: { executionMs: 500 } });
    const context = { ...ROOT_CONTEXT, deadline: 300 };
    const running = failure(() => vm.runScript({ ...script('funcs.call("spec:deadline")'), context }));
    expect(seen).toBe(300);
    clock.advance(300);
    expect(await running).toMatchObject({
      kind: 'Timeout',
      message: "script.lua did not answer within the 300 ms that its caller's deadline left it",
      details: { limit: 'deadline', limit_ms: 300, queue_ms: 0, guest_ms: 0, wait_ms: 300 },
    });
  });

  test('a run whose deadline has passed already does not start', async () => {
    const clock = manualClock();
    clock.advance(300);
    const { vm, printed } = specVm({}, { clock });
    const run = (deadline: number) =>
      vm.runScript({ ...script('print("ran")'), context: { ...ROOT_CONTEXT, deadline } });
    expect(await failure(() => run(300))).toMatchObject({ kind: 'Timeout' });
    expect(printed).toEqual([]);
    run(301);
    expect(printed).toEqual(['ran']);
  });

  test('a run that ends leaves no timer behind', async () => {
    const clock = manualClock();
    const { functions, open } = gate();
    const { vm } = specVm(functions, { clock, limits: { executionMs: 500 } });
    const running = vm.runScript(script('funcs.call("spec:gate")'));
    expect(clock.timers.size).toBe(1);
    open(null);
    await running;
    expect(clock.timers.size).toBe(0);
  });
});

describe('cancelling', () => {
  test('a cancelled signal ends a waiting script, and pcall does not survive it', async () => {
    const controller = new AbortController();
    const { functions } = gate();
    const context = { ...ROOT_CONTEXT, signal: controller.signal };
    const source = 'while true do pcall(funcs.call, "spec:gate") end';
    const running = failure(() => specVm(functions).vm.runScript({ ...script(source), context }));
    controller.abort();
    expect(await running).toMatchObject({ kind: 'Canceled', message: 'script.lua was canceled' });
  });

  test('a script whose caller is cancelled already does not start', async () => {
    const { vm, printed } = specVm();
    const context = { ...ROOT_CONTEXT, signal: AbortSignal.abort() };
    const error = await failure(() => vm.runScript({ ...script('print("ran")'), context }));
    expect([error.kind, printed]).toEqual(['Canceled', []]);
  });

  test('close() ends what waits and refuses what comes', async () => {
    const { functions } = gate();
    const { vm } = specVm(functions);
    const running = failure(() => vm.runScript(script('funcs.call("spec:gate")')));
    vm.close();
    expect(await running).toMatchObject({ kind: 'Canceled' });
    expect(await failure(() => vm.runScript(script('return 1')))).toMatchObject({ kind: 'Unavailable' });
  });

  test('a call that answers after its script has ended changes nothing', async () => {
    const { functions, open } = gate();
    const { vm, printed } = specVm(functions);
    vm.runScript(script('coroutine.spawn(function() funcs.call("spec:gate") print("late") end)'));
    open(null);
    await new Promise((resolve) => setImmediate(resolve));
    expect(printed).toEqual([]);
  });
});

describe('loadFunction()', () => {
  const load = (vm: LuaVm, source: string, more = {}) =>
    vm.loadFunction({ id: 'my:f', method: 'main', source, ...more });

  test('refuses text that is no Lua before the first call', async () => {
    const error = await failure(() => load(specVm().vm, 'return function('));
    expect(error).toMatchObject({ kind: 'Invalid', details: { source: 'my:f', line: 1 } });
  });

  test('refuses a module that does not exist and suggests the nearest', async () => {
    const error = await failure(() => load(specVm().vm, 'return 1', { modules: ['jsn'] }));
    expect(error.message).toBe("my:f: there is no module 'jsn'; did you mean 'json'?");
  });

  test('runs the main chunk once, at the first call', () => {
    const { vm, printed } = specVm();
    const f = load(vm, 'print("loaded") return function(x) return x end');
    expect(printed).toEqual([]);
    expect([f.call([1], ROOT_CONTEXT), f.call([2], ROOT_CONTEXT)]).toEqual([1, 2]);
    expect(printed).toEqual(['loaded']);
  });

  test('gives every call its own limits', async () => {
    const { vm } = specVm();
    const f = load(vm, 'return function(n) for _ = 1, n do end return n end', { limits: { instructions: 20_000 } });
    for (let i = 0; i < 5; i++) expect(f.call([15_000], ROOT_CONTEXT)).toBe(15_000);
    expect(await failure(() => f.call([25_000], ROOT_CONTEXT))).toMatchObject({ kind: 'Timeout' });
    expect(f.call([15_000], ROOT_CONTEXT)).toBe(15_000);
  });

  test('tries a main chunk that failed again at the next call', async () => {
    let ready = false;
    const { vm } = specVm({ 'spec:ready': () => ready });
    const f = load(vm, 'assert(funcs.call("spec:ready"), "not ready") return function() return 1 end', {
      modules: ['funcs'],
    });
    expect((await failure(() => f.call([], ROOT_CONTEXT))).message).toBe('not ready');
    ready = true;
    expect(f.call([], ROOT_CONTEXT)).toBe(1);
  });

  test('reuses threads without mixing up results', async () => {
    const { functions, open } = gate();
    const { vm } = specVm(functions);
    const f = load(vm, 'return function(x) return x, nil, (funcs.call("spec:gate")) end', { modules: ['funcs'] });
    const first = f.call(['a'], ROOT_CONTEXT);
    const second = f.call(['b'], ROOT_CONTEXT);
    open(1);
    open(2);
    expect([plain(await second), plain(await first)]).toEqual(['b', 'a']);
    const third = f.call(['c'], ROOT_CONTEXT);
    open(3);
    expect(plain(await third)).toBe('c');
  });
});

describe('memory', () => {
  test('strings that are garbage do not count where the host can tell what is alive', () => {
    let live = 0;
    const options = { limits: { stringBytes: 1_000_000 }, externalBytes: () => live };
    const source = 'local s = ("x"):rep(1000) for i = 1, 5000 do local t = s .. i end return "done"';
    expect((specVm({}, options).vm.runScript(script(source)) as Value[]).map(plain)).toEqual(['done']);
    live = 0;
  });

  test('strings that stay alive end the run', async () => {
    let calls = 0;
    const options = { limits: { stringBytes: 1_000_000 }, externalBytes: () => 10_000_000 + 500_000 * calls++ };
    const source = 'local s = ("x"):rep(1000) for i = 1, 50000 do local t = s .. i end return "done"';
    const error = await failure(() => specVm({}, options).vm.runScript(script(source)));
    expect(error).toMatchObject({ kind: 'Unavailable', details: { limit: 'string_bytes', allowed: 1_000_000 } });
  });
});

describe('createVm()', () => {
  test('two VMs share no globals, and each has its own int64 values', () => {
    const [a, b] = [specVm().vm, specVm().vm];
    a.runScript(script('_G.leak = 1'));
    expect(b.runScript(script('return leak'))).toEqual([null]);
    const source = 'return tostring(int64.max), int64.max == int64.parse("9223372036854775807")';
    for (const vm of [a, b]) {
      expect((vm.runScript(script(source)) as Value[]).map(plain)).toEqual(['9223372036854775807', true]);
    }
  });

  test('print gets one line and the place of the call', () => {
    const lines: [string, string][] = [];
    const print = (line: Uint8Array, place: string) => lines.push([new TextDecoder().decode(line), place]);
    specVm({}, { print }).vm.runScript(script('\nprint("a", 1)'));
    expect(lines).toEqual([['a\t1', 'script.lua:2']]);
  });
});
