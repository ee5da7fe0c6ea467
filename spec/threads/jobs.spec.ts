/** What becomes of a call that does not end when it is told to: on a real link, with a thread that says nothing. */
import { expect, test } from 'vitest';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import type { CrewState, Job } from '../../src/threads/crew-state.js';
import type { HostThread } from '../../src/threads/host-thread.js';
import { submit } from '../../src/threads/jobs.js';
import { hostEnd, newLinkMemory } from '../../src/threads/link.js';
import { succeeded } from '../../src/threads/outcome.js';
import { turnQueue } from '../../src/threads/turn-queue.js';
import { testClock } from '../pool/test-clock.js';

const silent = { postMessage() {}, ref() {}, unref() {} };

test('Where it does not end in its grace, its caller goes on and its instance is not entered again', async () => {
  const clock = testClock();
  const thread = { number: 1, link: hostEnd(newLinkMemory(), silent), worker: silent, calls: new Map(), dead: false };
  Object.assign(thread, { guests: 0, blocked: 0, imports: new Map(), leases: new Map(), sent: 0 });
  const state = {
    threads: new Map([[1, thread as unknown as HostThread]]),
    queue: turnQueue<Job>(),
    grants: new Map(),
    cores: 1,
    clock,
    loop: { touch() {} },
    lastCall: 0,
    callsWait: false,
  } as unknown as CrewState;
  const stop = new AbortController();
  const ended: boolean[] = [];
  const answer = submit(
    state,
    't:f',
    'lua',
    { ...ROOT_CONTEXT, signal: stop.signal },
    {
      message: (call) => ({ kind: 'check', call, name: 'f', source: '', method: null }),
      ended: (spent) => void ended.push(spent),
    },
  ).catch((error: unknown) => error);
  expect(thread.calls.size).toBe(1);
  stop.abort();
  clock.advance(999);
  expect(ended).toEqual([]);
  clock.advance(1);
  expect(ended).toEqual([true]);
  expect(await answer).toMatchObject({ kind: 'Canceled' });
  // It ends after all: its thread is left alone.
  (thread.calls.get(1) as Job).end(succeeded(null), false, -1);
  clock.advance(100_000);
  expect(thread.dead).toBe(false);
});
