/** How module `time` behaves over time, on a clock that the specs move. */

import { describe, expect, test } from 'vitest';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { steppedClock } from './clock.js';
import { plain, type SpecFunction, specVm } from './support.js';

/** Runs a script that prints; lines are read between steps of the clock. */
function start(source: string, functions: { [id: string]: SpecFunction } = {}, limits = {}) {
  const clock = steppedClock();
  const { vm, printed } = specVm(functions, { clock });
  const run = async () => vm.runScript({ name: 'time.lua', source, limits });
  const ended = run().then((values) => values.map(plain));
  ended.catch(() => {});
  return { clock, vm, printed, ended };
}

describe('time.sleep()', () => {
  test('ends when its time has come and not a millisecond before', async () => {
    const { clock, printed, ended } = start('time.sleep("100ms") print("awake")');
    await clock.advance(99);
    expect(printed).toEqual([]);
    await clock.advance(1);
    expect(printed).toEqual(['awake']);
    await ended;
  });

  test('of several tasks end in the order of their times', async () => {
    const source = `
      for _, ms in ipairs{30, 10, 20} do coroutine.spawn(function() time.sleep(ms * time.MILLISECOND) print(ms) end) end
      time.sleep("40ms")`;
    const { clock, printed, ended } = start(source);
    await clock.advance(25);
    expect(printed).toEqual(['10', '20']);
    await clock.advance(15);
    expect(printed).toEqual(['10', '20', '30']);
    await ended;
  });

  test('lasts longer than a timer of the platform can', async () => {
    const { clock, printed } = start('time.sleep("1000h") print("awake")');
    await clock.advance(1000 * 3_600_000 - 1);
    expect(printed).toEqual([]);
    await clock.advance(1);
    expect(printed).toEqual(['awake']);
  });

  test('counts for the execution limit and not for Lua time', async () => {
    const limited = start('time.sleep("1h")', {}, { executionMs: 50 });
    await limited.clock.advance(50);
    await expect(limited.ended).rejects.toMatchObject({
      kind: 'Timeout',
      message: 'time.lua exceeded its limit of 50 ms',
    });
    expect(limited.clock.pending).toBe(0);
    const patient = start('time.sleep("1h") return 1', {}, { luaMs: 10 });
    await patient.clock.advance(3_600_000);
    expect(await patient.ended).toEqual([1]);
  });
});

describe('timers', () => {
  test('send the time at which they fire', async () => {
    const { clock, printed, ended } = start('print(time.after("1.5s"):receive():utc())');
    await clock.advance(1500);
    expect(printed).toEqual(['2024-01-01 00:00:01.5 +0000 UTC']);
    await ended;
  });

  test('reset() counts from the moment of the reset', async () => {
    const source = `
      local timer = time.timer("100ms")
      coroutine.spawn(function() time.sleep("60ms") print(timer:reset("100ms")) end)
      timer:channel():receive()
      print("fired")`;
    const { clock, printed } = start(source);
    await clock.advance(159);
    expect(printed).toEqual(['true']);
    await clock.advance(1);
    expect(printed).toEqual(['true', 'fired']);
  });

  test('nothing is left on the clock when the run has returned, failed, or was stopped', async () => {
    const begin =
      'time.timer("1h") time.ticker("1s") time.after("1h") coroutine.spawn(function() time.sleep("1h") end) ';
    const returned = start(`${begin} return 1`);
    await returned.ended;
    const failed = start(`${begin} error("x")`);
    await expect(failed.ended).rejects.toThrow('x');
    const stopped = start(`${begin} time.sleep("1h")`);
    stopped.vm.close();
    await expect(stopped.ended).rejects.toMatchObject({ kind: 'Canceled' });
    expect([returned, failed, stopped].map(({ clock }) => clock.pending)).toEqual([0, 0, 0]);
  });

  test('stop() takes the timer off the clock', async () => {
    const { clock } = start('time.timer("1h"):stop() time.ticker("1h"):stop() time.sleep("1ms") time.sleep("1ms")');
    await clock.advance(0);
    expect(clock.pending).toBe(1);
  });
});

describe('tickers', () => {
  test('tick at multiples of their period', async () => {
    const source = `
      local ticker = time.ticker("100ms")
      for at in function() return (ticker:channel():receive()) end do print(at:utc():format("05.000")) end`;
    const { clock, printed } = start(source);
    await clock.advance(350);
    expect(printed).toEqual(['00.100', '00.200', '00.300']);
  });

  test('keep sixteen ticks for who is late and drop the others', async () => {
    const source = `
      local ticker, count = time.ticker("10ms"), 0
      time.sleep("1005ms")
      ticker:stop()
      for _ in function() return (ticker:channel():receive()) end do count = count + 1 end
      print(count)`;
    const { clock, printed } = start(source);
    await clock.advance(1005);
    expect(printed).toEqual(['16']);
  });

  test('of a nanosecond tick once a millisecond', async () => {
    const source = `
      local ticker, count = time.ticker(1), 0
      for _ in function() return (ticker:channel():receive()) end do count = count + 1 print(count) end`;
    const { clock, printed } = start(source);
    await clock.advance(5);
    expect(printed).toEqual(['1', '2', '3', '4', '5']);
  });
});

describe('deadlines', () => {
  test("a caller's deadline ends a script that sleeps", async () => {
    const clock = steppedClock();
    const { vm } = specVm({}, { clock });
    const context = { ...ROOT_CONTEXT, deadline: 20 };
    const ended = Promise.resolve(vm.runScript({ name: 'time.lua', source: 'time.sleep("1h")', context }));
    const refused = expect(ended).rejects.toMatchObject({ kind: 'Timeout' });
    await clock.advance(20);
    await refused;
    expect(clock.pending).toBe(0);
  });
});
