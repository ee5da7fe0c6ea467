// A plan is data: it crosses to another thread and makes instances there that answer alike.
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { GuestHandle } from '../../src/component/host-handles.js';
import type { ComponentPlan } from '../../src/component/types.js';
import { guestPlan, live, thrownBy } from './guests.js';

function acrossThreads(plan: ComponentPlan): ComponentPlan {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(plan);
  const received = receiveMessageOnPort(port2)?.message as ComponentPlan;
  port1.close();
  return received;
}

describe('a plan that was sent to another thread', () => {
  test('makes instances with the same exports and answers', async () => {
    const plan = await guestPlan('mapper');
    const copy = acrossThreads(plan);
    expect(copy.exports).toEqual(plan.exports);
    const users = [{ id: 1, name: 'Ada', tags: ['admin'], active: true }];
    expect(live(copy).call('transform-users', users)).toEqual(live(plan).call('transform-users', users));
  });

  test('keeps the identity of its resource types', async () => {
    const { call } = live(acrossThreads(await guestPlan('resources')));
    const counter = call('[constructor]counter', 41) as GuestHandle;
    expect([counter.invoke('increment', []), call('peek', counter)]).toEqual([42, 42]);
    expect([...counter.methods.keys()].sort()).toEqual(['increment', 'value']);
    const other = live(acrossThreads(await guestPlan('resources')));
    expect(thrownBy(() => other.call('peek', counter))).toMatchObject({
      facts: { got: expect.stringMatching(/^a counter of another instance: /) },
    });
  });

  test('keeps imports, nested components and several core modules', async () => {
    expect(live(acrossThreads(await guestPlan('crossings'))).call('around', 'é😀')).toBe('é😀');
    const plan = acrossThreads(await guestPlan('imports'));
    expect(
      live(plan, { resolveImport: ({ name }) => (name === 'double' ? (a: number) => 2 * a : undefined) }).call(
        'quadruple',
        3,
      ),
    ).toBe(12);
  });
});
