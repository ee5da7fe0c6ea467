import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import type { Core, Wait } from '../../src/lua/core.js';
import { createCore } from '../../src/lua/create-core.js';
import { newEnvironment } from '../../src/lua/environment.js';
import { type LuaFunction, lua_gettop, lua_pushstring } from '../../src/lua/fengari.js';
import { TAG, TValue } from '../../src/lua/internals.js';
import { pushCompiled } from '../../src/lua/libs/load.js';
import { hostFunction } from '../../src/lua/raise.js';
import { answerOf, startRun } from '../../src/lua/scheduler.js';
import { setField } from '../../src/lua/tables.js';
import { newWait, settle, suspend } from '../../src/lua/waits.js';
import { portableText } from '../../src/text.js';
import { callerOf, plain, realClock, type SpecFunction } from './support.js';

/** A run with a global `wait(name)`, which only other Lua tasks can end, by `wake(name)`: what channels are built on. */
function runWithWaits(source: string, functions: { [id: string]: SpecFunction } = {}): unknown {
  const core = createCore({ functions: callerOf(functions), clock: realClock, text: portableText(), print: () => {} });
  const environment = newEnvironment(core, { name: 'waits.lua', modules: null, imports: {}, resolveFile: null });
  for (const [name, f] of Object.entries(waitFunctions(core))) {
    setField(core.L, environment.globals, name, new TValue(TAG.HOST_FUNCTION, hostFunction(core, f)));
  }
  const reach = { hosts: [], by: 'script' } as const;
  const facts = { name: 'waits.lua', functionId: null, timeoutMs: null };
  const spec = { ...facts, context: ROOT_CONTEXT, limits: core.limits, reach };
  const run = startRun(core, spec, (L) => {
    pushCompiled(core, L, 'waits.lua', source, environment.globals);
    return 0;
  });
  return answerOf(core, run, (root) => core.transcoder.rangeToGo(root, 1, lua_gettop(root)).map(plain));
}

function waitFunctions(core: Core): { readonly [name: string]: LuaFunction } {
  const waits = new Map<string, Wait>();
  const nameAt = (L: Parameters<LuaFunction>[0]) => String(plain(core.transcoder.toGo(L, 1)));
  return {
    wait: (L) => {
      const name = nameAt(L);
      const wait = newWait(core, L, `wait for ${name}`, false, (state, { value }) => {
        lua_pushstring(state, value as string);
        return 1;
      });
      waits.set(name, wait);
      return suspend(core, L, wait);
    },
    wake: (L) => {
      settle(core, waits.get(nameAt(L))!, `${nameAt(L)} woken`, undefined);
      return 0;
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

describe('waits that other tasks end', () => {
  test('a woken task goes on when its waker waits or ends, without leaving the turn', () => {
    const source = `
      local seen = {}
      coroutine.spawn(function() local word = wait("a") seen[#seen + 1] = word wake("main") end)
      wake("a")
      seen[#seen + 1] = "waker goes on"
      wait("main")
      return seen`;
    expect(runWithWaits(source)).toEqual([['waker goes on', 'a woken']]);
  });

  test('a wait passes through coroutines and pcall', () => {
    const source = `
      coroutine.spawn(function() wait("start") wake("inner") end)
      local co = coroutine.wrap(function() wake("start") return pcall(wait, "inner") end)
      return co()`;
    expect(runWithWaits(source)).toEqual([true, 'inner woken']);
  });

  test('a run whose tasks all wait for each other fails and names the place of each', async () => {
    const source = 'coroutine.spawn(function()\n  wait("x")\nend)\nwait("y")';
    const error = await failure(() => runWithWaits(source));
    expect(error.message).toBe(
      'all tasks are asleep (deadlock: all coroutines blocked with no pending operations, threads=2)',
    );
    expect(error.kind).toBe('Internal');
    expect(error.details).toEqual({ tasks: ['waits.lua:4: waits in wait for y', 'waits.lua:2: waits in wait for x'] });
  });

  test('the place of a task that waits inside a coroutine is the line inside it', async () => {
    const error = await failure(() => runWithWaits('coroutine.wrap(function()\n\n  wait("y")\nend)()'));
    expect(error.details).toEqual({ tasks: ['waits.lua:3: waits in wait for y'] });
  });

  test('a run is not asleep while one task waits for something outside', async () => {
    const functions: { [id: string]: SpecFunction } = {
      'spec:later': () => new Promise((resolve) => setImmediate(() => resolve(1))),
    };
    const source = 'coroutine.spawn(function() funcs.call("spec:later") wake("y") end) return wait("y")';
    expect(await runWithWaits(source, functions)).toEqual(['y woken']);
  });

  test('a run that falls asleep after an outside wait fails, too', async () => {
    const functions: { [id: string]: SpecFunction } = {
      'spec:later': () => new Promise((resolve) => setImmediate(() => resolve(1))),
    };
    const error = await failure(() => runWithWaits('funcs.call("spec:later") wait("y")', functions));
    expect(error.message).toMatch(/^all tasks are asleep/);
  });

  test('a deadlock cannot be caught', async () => {
    const error = await failure(() => runWithWaits('pcall(wait, "y") return 1'));
    expect(error.message).toMatch(/^all tasks are asleep/);
  });
});
