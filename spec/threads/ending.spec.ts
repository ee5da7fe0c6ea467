/** What a thread may still do when the host has given it up, and what of it counts. On real links, driven by hand. */
import { expect, test } from 'vitest';
import type { LogRecord } from '../../src/lua/platform.js';
import type { CrewState, Job } from '../../src/threads/crew-state.js';
import { threadGone } from '../../src/threads/ending.js';
import type { HostThread } from '../../src/threads/host-thread.js';
import { hostEnd, newLinkMemory, threadEnd } from '../../src/threads/link.js';
import { begin } from '../../src/threads/thread-calls.js';
import { turnQueue } from '../../src/threads/turn-queue.js';
import { testClock } from '../pool/test-clock.js';

const silent = { postMessage() {}, ref() {}, unref() {} };

function crewOfOne() {
  const memory = newLinkMemory();
  const thread = { number: 1, link: hostEnd(memory, silent), worker: silent, calls: new Map(), dead: false, guests: 0 };
  Object.assign(thread, {
    requests: new Map(),
    imports: new Map(),
    leases: new Map(),
    desks: new Map(),
    held: new Map(),
    blocked: 0,
  });
  const logged: LogRecord[] = [];
  const state = {
    threads: new Map([[1, thread]]),
    queue: turnQueue<Job>(),
    grants: new Map(),
    clock: testClock(),
    loop: { touch() {} },
    log: (record: LogRecord) => void logged.push(record),
    cores: 1,
    lost: 0,
    directBefore: 0,
    callsWait: false,
  };
  return {
    state: state as unknown as CrewState,
    thread: thread as unknown as HostThread,
    inside: threadEnd(memory, silent),
    logged,
  };
}

test('A thread that the host has given up begins nothing: its calls are made elsewhere', () => {
  const { state, thread, inside } = crewOfOne();
  const ended: string[] = [];
  for (const number of [1, 2]) {
    const lost = (started: boolean) => void ended.push(`${number} ${started ? 'had begun' : 'had not begun'}`);
    thread.calls.set(number, { number, lost } as unknown as Job);
  }
  begin({ link: inside }, 1);
  threadGone(state, thread, 'an end');
  expect(ended).toEqual(['1 had begun', '2 had not begun']);
  expect(() => begin({ link: inside }, 2)).toThrow('given this thread up');
});

test('What a thread has logged before its end is in the log', () => {
  const { state, thread, inside, logged } = crewOfOne();
  const record: LogRecord = { level: 'info', message: 'the last one', fields: {} } as unknown as LogRecord;
  inside.post({ kind: 'log', record }, true);
  threadGone(state, thread, 'an end');
  expect(logged).toEqual([expect.objectContaining({ message: 'the last one' })]);
});
