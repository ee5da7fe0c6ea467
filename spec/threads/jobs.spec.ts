/** Calls on their way: where they go, and what becomes of one that does not end. On real links, with threads that say nothing. */
import { expect, test } from 'vitest';
import { HostBug } from '../../src/errors.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { ACTIVE, STANDING, STARTED } from '../../src/threads/control.js';
import type { CrewState, Job } from '../../src/threads/crew-state.js';
import { type HostThread, hasBegun } from '../../src/threads/host-thread.js';
import { submit } from '../../src/threads/jobs.js';
import { hostEnd, newLinkMemory, threadEnd } from '../../src/threads/link.js';
import { succeeded } from '../../src/threads/outcome.js';
import { dispatch } from '../../src/threads/placing.js';
import { turnQueue } from '../../src/threads/turn-queue.js';
import { testClock } from '../pool/test-clock.js';

const silent = { postMessage() {}, ref() {}, unref() {} };

function silentThread(number: number, link = hostEnd(newLinkMemory(), silent)) {
  const thread = { number, link, worker: silent, calls: new Map(), dead: false };
  Object.assign(thread, { guests: 0, blocked: 0, imports: new Map(), leases: new Map(), held: new Map(), sent: 0 });
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

/** What a thread is told: a call of `name`. */
const check = (name: string) => ({
  message: (call: number) => ({ kind: 'check', call, name, source: '', method: null }) as const,
});

test('Calls are numbered as they are sent: one that overtakes others has begun before them, and is not made twice', async () => {
  const thread = silentThread(1);
  const state = crewOf(thread);
  thread.calls.set(0, {} as Job);
  thread.guests = 1; // the thread is a guest's: they wait, and functions take turns
  const answers = ['f', 'f', 'g'].map((key) => submit(state, key, 'lua', ROOT_CONTEXT, check(key)));
  expect(state.queue.size()).toBe(3);
  thread.guests = 0;
  thread.calls.clear();
  dispatch(state);
  const sent = [...thread.calls.values()].map(({ number, key }) => `${number} ${key}`);
  expect(sent).toEqual(['1 f', '2 g', '3 f']);
  Atomics.store(thread.link.control, STARTED, 2);
  expect([...thread.calls.keys()].map((number) => hasBegun(thread, number))).toEqual([true, true, false]);
  for (const call of thread.calls.values()) call.end(succeeded(null), false, 0);
  await Promise.all(answers);
});

test.each([[2 ** 31 - 2], [2 ** 32 - 2]])('After %i calls it is still known which have begun', async (lastCall) => {
  const thread = silentThread(1);
  Atomics.store(thread.link.control, STARTED, lastCall);
  const state = crewOf(thread);
  state.lastCall = lastCall;
  for (const key of ['f', 'g', 'h', 'i']) submit(state, key, 'lua', ROOT_CONTEXT, check(key)).catch(() => {});
  const numbers = [...thread.calls.keys()];
  expect(numbers).toEqual([1, 2, 3, 4].map((more) => lastCall + more));
  for (const [at, number] of numbers.entries()) {
    expect(numbers.map((each) => hasBegun(thread, each))).toEqual(numbers.map((_, place) => place < at));
    Atomics.store(thread.link.control, STARTED, number);
  }
});

test('A call whose threads all end before they begin it fails, and says why the last one ended', async () => {
  const state = crewOf(silentThread(1));
  const answer = submit(state, 't:f', 'lua', ROOT_CONTEXT, check('f')).catch((error: unknown) => error);
  let threads = 0;
  for (let thread = [...state.threads.values()][0]!; threads < 20; threads++) {
    state.threads.clear();
    const next = silentThread(thread.number + 1);
    const [job] = thread.calls.values();
    if (job === undefined) break;
    state.threads.set(next.number, next);
    job.lost(false, `end ${threads}`);
    dispatch(state);
    thread = next;
  }
  expect(threads).toBe(10);
  expect(await answer).toMatchObject({ kind: 'Unavailable', message: expect.stringContaining('end 9') });
});

test('A mistake of ours on the way to a thread is told as one, and its thread counts as running no longer than it looks', async () => {
  const memory = newLinkMemory();
  const thread = silentThread(1, hostEnd(memory, silent));
  thread.calls.set(7, { number: 7, kind: 'lua' } as Job);
  Atomics.store(thread.link.control, ACTIVE, 1);
  const answer = submit(crewOf(thread), 't:f', 'lua', ROOT_CONTEXT, {
    message: () => (null as unknown as { link: never }).link,
  }).catch((error: unknown) => error);
  const error = await answer;
  expect(error).toBeInstanceOf(HostBug);
  expect(error).toMatchObject({
    message: expect.stringMatching(
      /^bug in moonwit: t:f was sent to a thread: TypeError: Cannot read properties of null/,
    ),
    cause: expect.any(TypeError),
  });
  // What it looks for, and finds, changes nothing.
  expect(threadEnd(memory, silent).next()).toMatchObject({ kind: 'forget', seat: -1 });
});
