/** Stacks of errors: whoever reads one finds the line of his own that called. */
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';

const mine = new HostError('Conflict', 'always the same');
const registry = {
  namespace: 't',
  entries: [
    { name: 'trap', kind: 'function.wat', source: '(module (func (export "f") unreachable))', method: 'f' },
    { name: 'lua', kind: 'function.lua', source: 'return { f = function() error("boom") end }', method: 'f' },
    {
      name: 'waits',
      kind: 'function.lua',
      source: 'return { f = function() require("time").sleep("1ms") error("boom") end }',
      method: 'f',
      modules: ['time'],
    },
  ],
};
const functions = { 't:same': () => Promise.reject(mine) };

describe('the stack of an error of host.call', () => {
  test.each(['t:trap', 't:lua', 't:waits', 't:unknown', 'malformed'])('%s has who awaits it', async (id) => {
    await using host = await createHost({ registry });
    async function whoAwaits() {
      await host.call(id);
    }
    const error = (await whoAwaits().catch((thrown: unknown) => thrown)) as HostError;
    expect(error).toBeInstanceOf(HostError);
    expect(error.stack).toMatch(/ at (?:async )?whoAwaits \(.*stacks\.spec\.ts:\d+:\d+\)/);
  });

  test('ends somewhere, however often an error is thrown again', async () => {
    await using host = await createHost({ functions });
    const awaiting = ['await host.call("t:same")'];
    // Each place that awaits is a line of its own.
    for (let place = 0; place < 100; place++) awaiting.push(`${'\n'.repeat(place)} await host.call("t:same")`);
    for (const code of awaiting) {
      const call = new Function('host', `return (async () => { ${code} })()`);
      await expect(call(host)).rejects.toBe(mine);
    }
    expect(mine.stack!.split('\n').length).toBeLessThan(60);
  });
});

describe('the stack of a trap', () => {
  const SOURCE = `(module
    (func unreachable)
    (func (export "boom") (call 0))
    (func $named (export "bang") (call 1))
    (func (export "loops") (loop $more (br_if $more (i32.eqz (memory.grow (i32.const 0)))) (call 2)))
    (memory 1))`;
  const entry = (method: string) => ({ name: method, kind: 'function.wat', source: SOURCE, method });
  const shared = { namespace: 't', entries: [entry('loops'), entry('boom'), entry('bang')] };
  const trapOf = async (id: string) => {
    await using host = await createHost({ registry: shared });
    return (await host.call(id).catch((thrown: unknown) => thrown)) as HostError;
  };

  test('has functions without a name by their exports, and others by index', async () => {
    const { details } = await trapOf('t:bang');
    const frames = (details as { stack: string }).stack.split('\n').map((line) => line.replace(/ \(0x\w+\)$/, ''));
    expect(frames).toEqual(['at func[0]', 'at boom', 'at named']);
  });

  test('of a core module names no instance: entries with the same text share one plan, and were told the name of the first', async () => {
    expect((await trapOf('t:boom')).details).toEqual({
      function: 't:boom',
      trap: 'unreachable',
      export: 'boom',
      stack: expect.any(String),
    });
  });
});
