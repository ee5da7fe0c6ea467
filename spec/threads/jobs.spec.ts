/** Calls on their way: where they go, and what becomes of one that does not end. On real links, with threads that say nothing. */
import { expect, test } from 'vitest';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { STANDING } from '../../src/threads/control.js';
import type { CrewState, Job } from '../../src/threads/crew-state.js';
import type { HostThread } from '../../src/threads/host-thread.js';
import { submit } from '../../src/threads/jobs.js';
import { hostEnd, newLinkMemory } from '../../src/threads/link.js';
import { succeeded } from '../../src/threads/outcome.js';
import { turnQueue } from '../../src/threads/turn-queue.js';
import { testClock } from '../pool/test-clock.js';

const silent = { postMessage() {}, ref() {}, unref() {} };

function silentThread(number: number, link = hostEnd(newLinkMemory(), silent)) {
  const thread = { number, link, worker: silent, calls: new Map(), dead: false };
  Object.assign(thread, { guests: 0, blocked: 0, imports: new Map(), leases: new Map(), sent: 0 });
  return thread as unknown as HostThread;
}

function crewOf(thread: HostThread, clock = testClock()): CrewState {
  return {
    threads: new Map([[thread.number, thread]]),
    queue: turnQueue<Job>(),
    grants: new Map(),
    cores: 1,
    clock,
    loop: { touch() {} },
    lastThread: 1,
    lastCall: 0,
    started: 0,
    callsWait: false,
  } as unknown as CrewState;
}

test('A thread that wakes between two looks at it leaves the call that it lets in a thread of its own', async () => {
  const link = hostEnd(newLinkMemory(), silent);
  let looks = 0;
  const control = {
    get() {
      Atomics.store(link.control, STANDING, ++looks % 2);
      return link.control;
    },
  };
  const wavering = silentThread(1, Object.create(link, { control }));
  wavering.calls.set(7, {} as Job);
  wavering.guests = 1;
  const state = crewOf(wavering);
  // Its thread ends at once, which nobody is told.
  Object.assign(state, { entry: new URL('data:text/javascript,'), onExit() {}, log: null });
  let placed: HostThread | null = null;
  const answer = submit(state, 't:f', 'guest', ROOT_CONTEXT, {
    message: (call) => ({ kind: 'check', call, name: 'f', source: '', method: null }),
    placed: (thread) => {
      placed = thread;
    },
  });
  answer.catch(() => {});
  expect(placed).toMatchObject({ number: 2 });
  for (const call of placed!.calls.values()) call.end(succeeded('answered'), false, 0);
  expect(await answer).toBe('answered');
});

test('Where it does not end in its grace, its caller goes on and its instance is not entered again', async () => {
  const clock = testClock();
  const thread = silentThread(1);
  const state = crewOf(thread, clock);
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
