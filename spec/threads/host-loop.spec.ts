/** What the host's loop does with messages that nobody can read, and with what throws while it handles one; on real rings. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { hostLoop } from '../../src/threads/host-loop.js';
import type { HostThread } from '../../src/threads/host-thread.js';
import { hostEnd, newLinkMemory, threadEnd } from '../../src/threads/link.js';
import { ringWriter } from '../../src/threads/ring.js';
import type { ThreadMessage } from '../../src/threads/wire.js';

const silent = { postMessage() {} };

/** A loop over threads of which only the rings are there. */
function loopOver(count: number, handle: (thread: number, message: ThreadMessage) => void) {
  const unreadable: string[] = [];
  const ends = Array.from({ length: count }, (_, number) => {
    const memory = newLinkMemory();
    const thread = { number, link: hostEnd(memory, silent), calls: new Map() } as unknown as HostThread;
    return { memory, thread, inside: threadEnd(memory, silent) };
  });
  const threads = new Set(ends.map(({ thread }) => thread));
  const loop = hostLoop({
    threads: () => threads,
    handle: (thread, message) => handle(thread.number, message),
    unreadable(thread, error) {
      unreadable.push(`${thread.number}: ${(error as Error).message}`);
      threads.delete(thread);
    },
    dispatch: () => false,
    mayLook: () => false,
    now: () => performance.now(),
  });
  return { loop, ends, unreadable };
}

const wake = (thread: number): ThreadMessage => ({ kind: 'wake', thread });

describe('the loop of the host', () => {
  test('tells which thread has sent what cannot be read, and hears the others', async () => {
    const handled: number[] = [];
    const { loop, ends, unreadable } = loopOver(2, (thread) => handled.push(thread));
    ringWriter(ends[0]!.memory.toHost).post(new Uint8Array([255, 0]));
    ends[1]!.inside.post(wake(1));
    loop.touch();
    await turn();
    await turn();
    expect(unreadable).toEqual(['0: bug in moonwit: a message between threads has the kind 255']);
    expect(handled).toEqual([1]);
    ends[1]!.inside.post(wake(1));
    loop.touch();
    await turn();
    await turn();
    expect(handled).toEqual([1, 1]);
    loop.stop();
  });

  test('hears a thread no more that was ended for what it said', async () => {
    const handled: number[] = [];
    const { loop, ends } = loopOver(2, (thread) => {
      handled.push(thread);
      ends[0]!.thread.dead = true;
    });
    for (const { inside } of ends) inside.post(wake(1));
    ends[0]!.inside.post(wake(1));
    loop.touch();
    await turn();
    await turn();
    loop.stop();
    expect(handled).toEqual([0, 1]);
  });

  test('goes on with what is left where handling a message throws, which its program learns', async () => {
    const handled: unknown[] = [];
    const { loop, ends } = loopOver(1, (_thread, message) => {
      handled.push(message);
      if (handled.length === 1) throw new Error('the program\u2019s own');
    });
    const [{ inside }] = ends as [(typeof ends)[0]];
    inside.post(wake(1));
    inside.post(wake(2));
    const uncaught: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => uncaught.push(error.message));
    try {
      loop.touch();
      for (let turns = 0; turns < 5; turns++) await turn();
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const each of others) process.on('uncaughtException', each);
    }
    expect(uncaught).toEqual(['the program\u2019s own']);
    expect(handled).toEqual([wake(1), wake(2)]);
    loop.stop();
  });
});
