/** What a thread does with messages while it stands still, on real rings; the host's end is driven by hand. */
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/pool/clock.js';
import { CANCELS, QUEUED, STANDING } from '../../src/threads/control.js';
import { hostEnd, newLinkMemory, threadEnd } from '../../src/threads/link.js';
import { createMailbox } from '../../src/threads/mailbox.js';
import { openOutcome, succeeded } from '../../src/threads/outcome.js';
import type { HostMessage, ThreadMessage } from '../../src/threads/wire.js';

const ask = (request: number): ThreadMessage => ({ kind: 'registry', request });
const answer = (request: number, value: string): HostMessage => ({
  kind: 'reply',
  request,
  outcome: succeeded(value),
});
const recall: HostMessage = { kind: 'recall', id: 't:other' };
const NEVER = Number.POSITIVE_INFINITY;

function ends() {
  const memory = newLinkMemory();
  const handled: HostMessage[] = [];
  const begun = new Set<number>();
  const canceled: number[] = [];
  let dings = 0;
  let nudges = 0;
  const host = hostEnd(memory, {
    postMessage: () => {
      dings++;
      mailbox.touch();
    },
  });
  const thread = threadEnd(memory, { postMessage: () => void nudges++ });
  const mailbox = createMailbox({
    link: thread,
    clock: systemClock,
    handle: (message) => handled.push(message),
    cancel: (call) => {
      if (begun.has(call)) canceled.push(call);
      return begun.has(call);
    },
    onIdle: () => {},
  });
  /** Until the thread has nothing to do and sleeps in its event loop. */
  const asleep = async () => {
    const before = dings;
    for (let turns = 0; turns < 5000; turns++) {
      await turn();
      if (Atomics.load(host.control, 0) === 2) return;
    }
    throw new Error(`the thread does not come to rest (${dings - before} dings)`);
  };
  return { host, mailbox, handled, begun, canceled, asleep, nudges: () => nudges };
}

describe('a thread that stands still for an answer', () => {
  test('handles afterwards what came meanwhile, although nothing more comes', async () => {
    const { host, mailbox, handled, asleep } = ends();
    mailbox.touch();
    await asleep();
    host.post(recall);
    host.post(answer(1, 'here'));
    expect(openOutcome(mailbox.askNow(ask))).toBe('here');
    expect(handled).toEqual([]);
    await asleep();
    expect(handled).toEqual([recall]);
  });

  test('gives an answer that came meanwhile to the promise that waits for it', async () => {
    const { host, mailbox } = ends();
    const first = mailbox.ask(ask, null);
    host.post(answer(1, 'first'));
    host.post(answer(2, 'second'));
    expect(openOutcome(mailbox.askNow(ask))).toBe('second');
    expect(await first).toBe('first');
  });

  test('can be woken afterwards, also where it stood still outside a turn of its loop', async () => {
    const { host, mailbox, handled, asleep } = ends();
    mailbox.touch();
    await asleep();
    mailbox.standUntil(systemClock.now() + 1, { deadlineMs: NEVER, isCancelled: () => false });
    await asleep();
    host.post(recall);
    await asleep();
    expect(handled).toEqual([recall]);
  });

  test('handles what came meanwhile in its order, before what comes later', async () => {
    const { host, mailbox, handled, asleep } = ends();
    const forgets = [1, 2, 3].map((seat): HostMessage => ({ kind: 'forget', id: 't:f', seat }));
    host.post(forgets[0]!);
    host.post(forgets[1]!);
    host.post(answer(1, 'here'));
    mailbox.askNow(ask);
    host.post(forgets[2]!);
    await asleep();
    expect(handled).toEqual(forgets);
  });

  test('gives up at its deadline, and says so to the host', () => {
    const { host, mailbox } = ends();
    const terms = { deadlineMs: systemClock.now() + 5, isCancelled: () => false };
    expect(mailbox.askWithin(ask, terms)).toBeNull();
    expect([host.next(), host.next()]).toEqual([
      { kind: 'registry', request: 1 },
      { kind: 'abandon', request: 1 },
    ]);
  });

  test('gives up when its call is cancelled', () => {
    const { host, mailbox, begun, canceled } = ends();
    begun.add(7);
    host.post({ kind: 'cancel', call: 7 });
    expect(mailbox.askWithin(ask, { deadlineMs: NEVER, isCancelled: () => canceled.includes(7) })).toBeNull();
  });
});

describe('a thread that stands still for a time', () => {
  test('goes on when the time has come, and not before', () => {
    const { mailbox } = ends();
    const until = systemClock.now() + 5;
    expect(mailbox.standUntil(until, { deadlineMs: NEVER, isCancelled: () => false })).toBe(true);
    expect(systemClock.now()).toBeGreaterThanOrEqual(until);
  });

  test('says that it does not need its core, and says it at once where calls wait for one', () => {
    const { host, mailbox, nudges } = ends();
    Atomics.store(host.control, QUEUED, 1);
    Atomics.store(host.control, 1, 2); // the host sleeps in its event loop
    let during = 0;
    const isCancelled = () => {
      during = Math.max(during, Atomics.load(host.control, STANDING));
      return false;
    };
    mailbox.standUntil(systemClock.now() + 1, { deadlineMs: NEVER, isCancelled });
    expect(during).toBe(1);
    expect(nudges()).toBe(1);
    expect(Atomics.load(host.control, STANDING)).toBe(0);
  });

  test('ends at its deadline, or when its call is cancelled', () => {
    const { host, mailbox, begun, canceled } = ends();
    const far = systemClock.now() + 60_000;
    expect(mailbox.standUntil(far, { deadlineMs: systemClock.now() + 2, isCancelled: () => false })).toBe(false);
    begun.add(3);
    host.post({ kind: 'cancel', call: 3 });
    expect(mailbox.standUntil(far, { deadlineMs: NEVER, isCancelled: () => canceled.includes(3) })).toBe(false);
  });
});

test('a guest that runs learns of its end, whatever else was cancelled after it', async () => {
  const { host, mailbox, begun, canceled, handled, asleep } = ends();
  begun.add(1).add(2);
  for (const call of [1, 2]) {
    host.post({ kind: 'cancel', call });
    Atomics.add(host.control, CANCELS, 1);
  }
  host.post(recall);
  mailbox.readCancels();
  expect(canceled).toEqual([1, 2]);
  await asleep();
  expect(handled).toEqual([recall]);
});

describe('a call that is cancelled before it has begun', () => {
  const cancel: HostMessage = { kind: 'cancel', call: 7 };
  /** The host says that call 7 shall end. */
  const cancelIt = (host: ReturnType<typeof ends>['host']) => {
    host.post(cancel);
    Atomics.add(host.control, CANCELS, 1);
  };

  test('and begins before the thread has its turn, hears of it while it runs', () => {
    const { host, mailbox, begun, canceled } = ends();
    cancelIt(host);
    host.post(answer(1, 'definition'));
    // What its function is has to be asked for first: the thread stands still, and keeps what is for later.
    expect(openOutcome(mailbox.askNow(ask))).toEqual(succeeded('definition').value);
    begun.add(7);
    mailbox.readCancels();
    expect(canceled).toEqual([7]);
  });

  test('is told once, and not at all where it does not come', async () => {
    const { host, mailbox, begun, canceled, handled, asleep } = ends();
    cancelIt(host);
    mailbox.readCancels();
    expect(canceled).toEqual([]);
    begun.add(7);
    mailbox.readCancels();
    mailbox.readCancels();
    mailbox.touch();
    await asleep();
    expect({ canceled, handled }).toEqual({ canceled: [7], handled: [] });
  });
});
