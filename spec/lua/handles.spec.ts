import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import type { LuaCallable } from '../../src/lua/vm.js';
import type { ResourceHandle } from '../../src/values.js';
import { counterHandle } from './functions.js';
import { type SpecFunction, specVm } from './support.js';

/** A VM with `spec:open(name)`, and the names of handles that were dropped, in order. */
function opening(): {
  readonly opened: ReturnType<typeof specVm>;
  readonly dropped: string[];
  lua(source: string): void;
} {
  const dropped: string[] = [];
  let inner: LuaCallable | null = null;
  const functions: { [id: string]: SpecFunction } = {
    'spec:open': (args) => {
      const name = `counter ${String(args[0])}`;
      return counterHandle(0, () => dropped.push(name));
    },
    'spec:bad_open': () => ({
      ...counterHandle(0),
      drop: () => {
        throw new HostError('Internal', 'wasm trap: unreachable');
      },
    }),
    'spec:later': () => new Promise((resolve) => setImmediate(() => resolve(null))),
    'lua:inner': (args, context) => inner!.call(args, context),
  };
  const opened = specVm(functions);
  return {
    opened,
    dropped,
    lua(source) {
      inner = opened.vm.loadFunction({ id: 'lua:inner', method: 'main', source, modules: ['funcs'] });
    },
  };
}

const script = (source: string) => ({ name: 'handles.lua', source });

describe('handles that a script has received', () => {
  test('are dropped when it ends, in the order in which they came', () => {
    const { opened, dropped } = opening();
    opened.vm.runScript(script('local a, b = funcs.call("spec:open", 1), funcs.call("spec:open", 2)'));
    expect(dropped).toEqual(['counter 1', 'counter 2']);
  });

  test('are dropped when it fails', async () => {
    const { opened, dropped } = opening();
    const run = async () => opened.vm.runScript(script('funcs.call("spec:open", 1) error("x")'));
    await expect(run).rejects.toMatchObject({ message: 'handles.lua:1: x' });
    expect(dropped).toEqual(['counter 1']);
  });

  test('are dropped when it exceeds a limit', async () => {
    const { opened, dropped } = opening();
    const limited = { ...script('funcs.call("spec:open", 1) while true do end'), limits: { instructions: 10_000 } };
    await expect(async () => opened.vm.runScript(limited)).rejects.toMatchObject({ kind: 'Timeout' });
    expect(dropped).toEqual(['counter 1']);
  });

  test('live while it waits', async () => {
    const { opened, dropped } = opening();
    const source = 'local c = funcs.call("spec:open", 1) funcs.call("spec:later") return (c:increment())';
    const running = opened.vm.runScript(script(source));
    expect(dropped).toEqual([]);
    expect(await running).toEqual([1]);
    expect(dropped).toEqual(['counter 1']);
  });

  test('are dropped once when it dropped them itself', () => {
    const { opened, dropped } = opening();
    opened.vm.runScript(script('local c = funcs.call("spec:open", 1) c:drop() c:drop()'));
    expect(dropped).toEqual(['counter 1']);
  });

  test('live on when it returns them, at any depth', () => {
    const { opened, dropped } = opening();
    const source = 'local a, b = funcs.call("spec:open", 1), funcs.call("spec:open", 2) return {list = {b}}';
    const [result] = opened.vm.runScript(script(source)) as [{ list: [ResourceHandle] }];
    expect(dropped).toEqual(['counter 1']);
    expect(result.list[0].methods.get('increment')!([])).toBe(1);
  });

  test('make it fail when their destructor fails', async () => {
    const { opened } = opening();
    const run = async () => opened.vm.runScript(script('funcs.call("spec:bad_open") return 1'));
    await expect(run).rejects.toMatchObject({ message: 'wasm trap: unreachable' });
  });

  test('do not hide its own error when their destructor fails', async () => {
    const { opened } = opening();
    const run = async () => opened.vm.runScript(script('funcs.call("spec:bad_open") error("own")'));
    await expect(run).rejects.toMatchObject({ message: 'handles.lua:1: own' });
  });
});

describe('handles between Lua functions', () => {
  test('a returned one belongs to the caller, the others end with the callee', () => {
    const { opened, dropped, lua } = opening();
    lua('return function() local a, b = funcs.call("spec:open", 1), funcs.call("spec:open", 2) return b end');
    const seen = 'local c = funcs.call("lua:inner") return (c:increment())';
    expect(opened.vm.runScript(script(seen))).toEqual([1]);
    expect(dropped).toEqual(['counter 1', 'counter 2']);
  });

  test('an argument stays with the caller', () => {
    const { opened, lua } = opening();
    lua('return function(c) return (c:increment()) end');
    const source =
      'local c = funcs.call("spec:open", 1) local a = funcs.call("lua:inner", c) return a, (c:increment())';
    expect(opened.vm.runScript(script(source))).toEqual([1, 2]);
  });

  test('an argument given by TypeScript is not dropped', () => {
    const { opened, dropped } = opening();
    const source = 'return function(c) return (c:increment()) end';
    const f = opened.vm.loadFunction({ id: 'lua:f', method: 'main', source });
    expect(f.call([counterHandle(5, () => dropped.push('argument'))], ROOT_CONTEXT)).toBe(6);
    expect(dropped).toEqual([]);
  });
});
