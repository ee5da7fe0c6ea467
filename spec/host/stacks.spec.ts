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
