/** Calls that go on beside their caller: who stops them, and what is left behind. */

import { describe, expect, test } from 'vitest';
import { HostBug, HostError } from '../../src/errors.js';
import { createFunctionTable, NO_DEFAULTS, type TableFunction } from '../../src/functions/table.js';
import { type CallContext, ROOT_CONTEXT } from '../../src/functions/types.js';
import type { Value } from '../../src/values.js';
import { testClock } from '../pool/test-clock.js';
import { plain, type SpecFunction, specVm } from './support.js';

/** `spec:hang` answers when it is told to, and counts the calls that were cancelled. */
function hanging() {
  const answers: ((value: Value) => void)[] = [];
  const state = { canceled: 0, signals: [] as (AbortSignal | null)[] };
  const functions: { [id: string]: SpecFunction } = {
    'spec:hang': (_args, { signal }) =>
      new Promise<Value>((resolve, reject) => {
        state.signals.push(signal);
        answers.push(resolve);
        signal?.addEventListener('abort', () => {
          state.canceled++;
          reject(new HostError('Canceled', 'spec:hang was canceled'));
        });
      }),
    'spec:turn': async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return null;
    },
  };
  return { functions, state, answer: (value: Value) => answers.shift()!(value) };
}

const script = (source: string, context: CallContext = ROOT_CONTEXT) => ({ name: 'async.lua', source, context });

async function outcome(running: Value[] | Promise<Value[]>): Promise<unknown> {
  return (await running).map(plain);
}

describe('future:cancel()', () => {
  test('stops the callee, once', async () => {
    const { functions, state } = hanging();
    const source = 'local f = funcs.async("spec:hang") f:cancel() f:cancel() return f:result()';
    await outcome(specVm(functions).vm.runScript(script(source)));
    expect(state.canceled).toBe(1);
  });

  test('of one call leaves the other calls alone', async () => {
    const { functions, state } = hanging();
    const source = 'local a, b = funcs.async("spec:hang"), funcs.async("spec:hang") a:cancel() funcs.call("spec:turn")';
    await outcome(specVm(functions).vm.runScript(script(source)));
    expect(state.signals.map((signal) => signal?.aborted)).toEqual([true, false]);
  });

  test('of a call that has answered reaches nobody', async () => {
    const { functions, state, answer } = hanging();
    const source = 'local f = funcs.async("spec:hang") f:response():receive() f:cancel() return f:is_canceled()';
    const running = specVm(functions).vm.runScript(script(source));
    answer(1);
    expect(await outcome(running)).toEqual([true]);
    expect(state.canceled).toBe(0);
  });

  test('forgets an answer that comes all the same', async () => {
    let finish: (value: Value) => void = () => {};
    const functions: { [id: string]: SpecFunction } = {
      'spec:deaf': () => new Promise<Value>((resolve) => (finish = resolve)),
      'spec:finish': async () => {
        finish('late');
        await new Promise((resolve) => setImmediate(resolve));
        return null;
      },
    };
    const source =
      'local f = funcs.async("spec:deaf") f:cancel() funcs.call("spec:finish") return (f:result()), (f:response():receive())';
    expect(await outcome(specVm(functions).vm.runScript(script(source)))).toEqual([null, null]);
  });
});

describe('the end of a run', () => {
  test('with an error stops the calls that it has left', async () => {
    const { functions, state } = hanging();
    const source = 'funcs.async("spec:hang") funcs.call("spec:turn") error("x")';
    await expect(async () => specVm(functions).vm.runScript(script(source))).rejects.toThrow('x');
    expect(state.canceled).toBe(1);
  });

  test('by its caller stops them, too', async () => {
    const { functions, state } = hanging();
    const canceler = new AbortController();
    const source = 'funcs.async("spec:hang") funcs.call("spec:hang")';
    const running = specVm(functions).vm.runScript(script(source, { ...ROOT_CONTEXT, signal: canceler.signal }));
    canceler.abort();
    await expect(running).rejects.toMatchObject({ kind: 'Canceled', message: 'async.lua was canceled' });
    expect(state.canceled).toBe(2);
  });

  test('by returning stops calls that killed tasks wait for, and lets futures end by themselves', async () => {
    const { functions, state } = hanging();
    const source = 'coroutine.spawn(function() funcs.call("spec:hang") end) funcs.async("spec:hang") return 1';
    expect(await outcome(specVm(functions).vm.runScript(script(source)))).toEqual([1]);
    expect(state.signals.map((signal) => signal?.aborted)).toEqual([true, false]);
  });

  test('in another task stops the call that main waits for', async () => {
    const { functions, state } = hanging();
    const source = 'coroutine.spawn(function() funcs.call("spec:turn") error("boom") end) funcs.call("spec:hang")';
    await expect(async () => specVm(functions).vm.runScript(script(source))).rejects.toThrow('boom');
    expect(state.canceled).toBe(1);
  });

  test('of a channel partner in the same VM loses no value: who is gone receives nothing', async () => {
    const { functions } = hanging();
    const { vm } = specVm(functions);
    const shared = vm.loadFunction({
      id: 'spec:shared',
      method: 'main',
      source:
        'local ch = channel.new(1) return function(mode, v) if mode == "send" then ch:send(v) else return (ch:receive()) end end',
    });
    await shared.call(['send', 0], ROOT_CONTEXT);
    await shared.call(['receive'], ROOT_CONTEXT);
    const canceler = new AbortController();
    const gone = Promise.resolve(shared.call(['receive'], { ...ROOT_CONTEXT, signal: canceler.signal }));
    const refused = expect(gone).rejects.toMatchObject({ kind: 'Canceled' });
    canceler.abort();
    await refused;
    const there = Promise.resolve(shared.call(['receive'], ROOT_CONTEXT));
    await shared.call(['send', 7], ROOT_CONTEXT);
    expect(await there).toBe(7);
  });

  test('leaves no listener on the signal of the caller', async () => {
    const { functions, answer } = hanging();
    const canceler = new AbortController();
    const source = 'funcs.call("spec:hang") return 1';
    const running = specVm(functions).vm.runScript(script(source, { ...ROOT_CONTEXT, signal: canceler.signal }));
    answer(1);
    expect(await outcome(running)).toEqual([1]);
    canceler.abort(); // nothing is left to be told
  });
});

describe('bugs of the host', () => {
  test('in an async call end the run', async () => {
    const functions: { [id: string]: SpecFunction } = {
      'spec:bug': async () => {
        throw new HostBug('on purpose');
      },
    };
    const source = 'funcs.async("spec:bug"):response():receive() return 1';
    await expect(async () => specVm(functions).vm.runScript(script(source))).rejects.toBeInstanceOf(HostBug);
  });
});

describe('retry options of with_options', () => {
  /** A host's table on a clock that stands, whose function fails `failures` times. */
  function flaky(failures: number, random = 0.5) {
    const clock = testClock();
    const state = { attempts: 0 };
    const callAs: TableFunction['callAs'] = () => {
      if (++state.attempts <= failures) throw new HostError('Unavailable', `attempt ${state.attempts}`);
      return state.attempts;
    };
    const call: TableFunction['call'] = (args, context) => callAs(args, context, 'go');
    const fn = {
      id: 'a:f',
      signature: null,
      defaults: NO_DEFAULTS,
      handles: 'none' as const,
      call,
      callAs,
      close() {},
    };
    const table = createFunctionTable({ functions: [fn], clock, random: () => random });
    const luaClock = { monotonicMs: clock.now, wallMs: () => 0, timer: clock.after };
    const { vm } = specVm({}, { functions: table, clock: luaClock });
    return { clock, state, vm };
  }

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const call = (retry: string) => script(`return funcs.new():with_options{retry = ${retry}}:call("a:f")`);

  test('call again, later and later, until the call succeeds', async () => {
    const { clock, state, vm } = flaky(3);
    const running = vm.runScript(call('{max_attempts = 5, initial_delay = 100, backoff_factor = 3, max_delay = 500}'));
    const attempts: number[] = [];
    for (const ms of [99, 1, 299, 1, 499, 1]) {
      await settled();
      clock.advance(ms);
      await settled();
      attempts.push(state.attempts);
    }
    expect(attempts).toEqual([1, 2, 2, 3, 3, 4]);
    expect(await outcome(running)).toEqual([4, null]);
  });

  test('give up after max_attempts with the last error', async () => {
    const { clock, vm } = flaky(9);
    const running = vm.runScript(call('{max_attempts = 2, initial_delay = "10ms"}'));
    await settled();
    clock.advance(10);
    expect(await outcome(running)).toEqual([null, { error: 'attempt 2', kind: 'Unavailable' }]);
  });

  test('jitter moves each delay by up to its share', async () => {
    const { clock, state, vm } = flaky(1, 0);
    const running = vm.runScript(call('{max_attempts = 2, initial_delay = 100, jitter = 0.5}'));
    await settled();
    clock.advance(49);
    await settled();
    expect(state.attempts).toBe(1);
    clock.advance(1);
    await settled();
    expect(state.attempts).toBe(2);
    await running;
  });

  test('kinds that are skipped or not named are not retried', async () => {
    for (const kinds of ['skip_kinds = {"Unavailable"}', 'retry_kinds = {"Timeout"}']) {
      const { state, vm } = flaky(1);
      expect(await outcome(vm.runScript(call(`{max_attempts = 3, ${kinds}}`)))).toMatchObject([
        null,
        { kind: 'Unavailable' },
      ]);
      expect(state.attempts).toBe(1);
    }
  });

  test('cancelling the future ends the pause between attempts', async () => {
    const { clock, state, vm } = flaky(1);
    const source =
      'local f = funcs.new():with_options{retry = {max_attempts = 3}}:async("a:f") f:cancel() return f:is_canceled()';
    expect(await outcome(vm.runScript(script(source)))).toEqual([true]);
    expect(clock.pending).toBe(0);
    expect(state.attempts).toBe(1);
  });

  test('a timeout bounds all attempts together', async () => {
    const { clock, state, vm } = flaky(9);
    const source =
      'return funcs.new():with_options{timeout = 250, retry = {max_attempts = 9, initial_delay = 100, backoff_factor = 1, jitter = 0}}:call("a:f")';
    const running = vm.runScript(script(source));
    for (let step = 0; step < 5; step++) {
      await settled();
      clock.advance(100);
    }
    expect(await outcome(running)).toMatchObject([null, { error: 'attempt 3' }]);
    expect([state.attempts, clock.pending]).toEqual([3, 0]);
  });

  test('no attempt is made that the deadline of the caller would not let begin', async () => {
    const { clock, state, vm } = flaky(1);
    const context = { ...ROOT_CONTEXT, deadline: 150 };
    const running = vm.runScript({ ...call('{max_attempts = 3, initial_delay = 200}'), context });
    expect(await outcome(running)).toMatchObject([null, { error: 'attempt 1' }]);
    expect([state.attempts, clock.pending]).toEqual([1, 0]);
  });
});

describe('many waits', () => {
  test('on one signal do not warn of a leak', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const answers: (() => void)[] = [];
    const callAs: TableFunction['callAs'] = () => new Promise((resolve) => answers.push(() => resolve(1)));
    const call: TableFunction['call'] = (args, context) => callAs(args, context, 'go');
    const fn = {
      id: 'a:f',
      signature: null,
      defaults: NO_DEFAULTS,
      handles: 'none' as const,
      call,
      callAs,
      close() {},
    };
    const table = createFunctionTable({ functions: [fn], clock: testClock(), random: Math.random });
    const source =
      'local done = channel.new() for i = 1, 50 do coroutine.spawn(function() funcs.call("a:f") done:send(1) end) end ' +
      'for i = 1, 50 do done:receive() end return 50';
    const context = { ...ROOT_CONTEXT, signal: new AbortController().signal };
    const running = specVm({}, { functions: table }).vm.runScript(script(source, context));
    for (const answer of answers) answer();
    expect(await outcome(running)).toEqual([50]);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});
