/** What a guest waits for, and how little its host is asked for it. */
import { describe, expect, test } from 'vitest';
import { Pollable, pollInterface, waitForAny } from '../../src/wasi/poll.js';
import type { World } from '../../src/wasi/types.js';
import { at, never, ready, remote, rig } from './rig.js';

describe('waitForAny()', () => {
  test('answers what is ready without waiting', () => {
    const self = rig();
    expect(waitForAny(self.world, [never, ready, at(self, 5), ready])).toEqual([1, 3]);
    expect(self.waits).toEqual([]);
  });

  test('sleeps until the first of several times, once', () => {
    const self = rig();
    expect(waitForAny(self.world, [at(self, 30), at(self, 20), at(self, 20), never])).toEqual([1, 2]);
    expect(self.waits).toEqual(['sleep 20']);
  });

  test('names a pollable twice that is twice in the list', () => {
    const self = rig(() => ({ ready: [7] }));
    const [timer, socket] = [at(self, 0), remote(7)];
    expect(waitForAny(self.world, [timer, socket, timer, socket])).toEqual([0, 1, 2, 3]);
    expect(self.waits).toEqual(['net.poll [7] 0']);
  });

  test('asks the host once for all that is at the host', () => {
    const self = rig(() => ({ ready: [3], tookMs: 4 }));
    expect(waitForAny(self.world, [remote(1), remote(2), remote(3)])).toEqual([2]);
    expect(self.waits).toEqual(['net.poll [1,2,3] null']);
  });

  test('lets the host wait no longer than the first timer', () => {
    const self = rig((_, timeoutMs) => ({ ready: [], tookMs: timeoutMs ?? 0 }));
    self.nowMs = 10;
    expect(waitForAny(self.world, [remote(1), at(self, 25), at(self, 40)])).toEqual([1]);
    expect(self.waits).toEqual(['net.poll [1] 15']);
  });

  test('asks again when the host answered too early', () => {
    const answers = [[], [], [1]];
    const self = rig(() => ({ ready: answers.shift()!, tookMs: 1 }));
    expect(waitForAny(self.world, [remote(1)])).toEqual([0]);
    expect(self.waits).toHaveLength(3);
  });

  test('asks for the others when something is ready already, without waiting', () => {
    const self = rig(() => ({ ready: [2] }));
    expect(waitForAny(self.world, [ready, remote(1), remote(2)])).toEqual([0, 2]);
    expect(self.waits).toEqual(['net.poll [1,2] 0']);
  });

  test('answers by a promise where the guest suspends', async () => {
    const self = rig(() => ({ ready: [1] }), true);
    const answer = waitForAny(self.world, [remote(1), at(self, 50)]);
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toEqual([0]);
  });
});

describe('a pollable', () => {
  test('that is at the host is asked for with no time to wait', () => {
    const self = rig(() => ({ ready: [] }));
    expect(new Pollable(self.world, remote(4)).ready()).toBe(false);
    expect(self.waits).toEqual(['net.poll [4] 0']);
  });

  test('that is a timer is known without asking', () => {
    const self = rig();
    const pollable = new Pollable(self.world, at(self, 5));
    expect(pollable.ready()).toBe(false);
    expect(pollable.block()).toBeUndefined();
    expect(pollable.ready()).toBe(true);
    expect(self.waits).toEqual(['sleep 5']);
  });
});

test('poll refuses a list of nothing', () => {
  const { poll } = pollInterface(rig().world as World) as { poll: (list: unknown[]) => unknown };
  expect(() => poll([])).toThrow('the list of pollables is empty');
});
