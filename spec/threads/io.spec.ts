/** What is asked of the host's thread: by whom it is kept, when it is closed, and what the host's own thread cannot do. */
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import type { IoOperations } from '../../src/io.js';
import { openDesk } from '../../src/threads/io-desk.js';
import { localServices } from '../../src/threads/io-local.js';
import { WaitEnded } from '../../src/wasi/types.js';
import { testClock } from '../pool/test-clock.js';

const NEVER = { deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => false };

function operations() {
  const closed: string[] = [];
  const aborted: string[] = [];
  let late: ((value: string) => void) | null = null;
  const table: IoOperations = {
    'spec.open': (session, [name]) =>
      session.keep(String(name), () => ({ value: `${session.id}/${name}`, close: () => closed.push(String(name)) })),
    'spec.fail': () => {
      throw new HostError('NotFound', 'no such thing');
    },
    'spec.later': (session, [name], signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => aborted.push(String(name)));
        late = (value) => resolve(session.keep('late', () => ({ value, close: () => closed.push('late') })));
      }),
  };
  return { table, closed, aborted, answerLate: (value: string) => late?.(value) };
}

describe('what operations open for one asker', () => {
  test('is kept by its key, and closed with it, the newest first', () => {
    const { table, closed } = operations();
    const desk = openDesk(table, 't:f');
    expect(desk.ask('spec.open', ['a']).answer).toBe('t:f/a');
    expect(desk.ask('spec.open', ['b']).answer).toBe('t:f/b');
    expect(desk.ask('spec.open', ['a']).answer).toBe('t:f/a');
    desk.end();
    desk.end();
    expect(closed).toEqual(['b', 'a']);
  });

  test('is closed at once when it comes after its asker has gone', async () => {
    const { table, closed, aborted, answerLate } = operations();
    const desk = openDesk(table, 't:f');
    const { answer } = desk.ask('spec.later', ['x']);
    desk.end();
    expect(aborted).toEqual(['x']);
    expect(() => answerLate('too late')).toThrow('t:f was canceled');
    expect(closed).toEqual(['late']);
    void answer;
  });

  test('is not there for who asks after the end', () => {
    const desk = openDesk(operations().table, 't:f');
    desk.end();
    expect(() => desk.ask('spec.open', ['a'])).toThrow('t:f was canceled');
  });

  test('is found by the name of an operation, not by what objects inherit', () => {
    const desk = openDesk(operations().table, 't:f');
    expect(() => desk.ask('toString', [])).toThrow('t:f asks the host for toString, which it does not know');
  });
});

describe("on the host's own thread", () => {
  const local = () => {
    const made = operations();
    const services = localServices(made.table, testClock());
    return { ...made, services, client: services.io.open({ id: 't:f', ...NEVER }) };
  };

  test('callNow answers what is there at once', () => {
    const { client } = local();
    expect(client.callNow('spec.open', 'a')).toBe('t:f/a');
    expect(() => client.callNow('spec.fail')).toThrow('no such thing');
  });

  test('callNow is Unavailable, with a next step, for what is not there at once, and gives it up', () => {
    const { client, aborted } = local();
    expect(() => client.callNow('spec.later', 'x')).toThrow(
      expect.objectContaining({ kind: 'Unavailable', message: expect.stringContaining('`threads: 2`') }),
    );
    expect(aborted).toEqual(['x']);
  });

  test('call waits, and gives up when nobody wants the answer any more', async () => {
    const { client, aborted, answerLate } = local();
    const first = client.call('spec.later', ['x']);
    answerLate('here');
    expect(await first).toBe('here');
    const controller = new AbortController();
    const second = client.call('spec.later', ['y'], controller.signal);
    controller.abort();
    await expect(second).rejects.toMatchObject({ kind: 'Canceled' });
    expect(aborted).toEqual(['y']);
  });

  test('what is still open is closed with the host', () => {
    const { client, services, closed } = local();
    client.callNow('spec.open', 'a');
    services.close();
    expect(closed).toEqual(['a']);
  });

  test('a wait ends with its time, or with the deadline of its call', () => {
    const services = localServices(
      {},
      { now: () => performance.now(), after: () => () => {}, afterIdle: () => () => {} },
    );
    const until = services.monotonicMs() + 3;
    services.standUntil(until, NEVER);
    expect(services.monotonicMs()).toBeGreaterThanOrEqual(until);
    const terms = { deadlineMs: services.monotonicMs() + 3, isCancelled: () => false };
    expect(() => services.standUntil(until + 3_600_000, terms)).toThrow(WaitEnded);
    expect(() => services.standUntil(0, { ...NEVER, isCancelled: () => true })).toThrow(WaitEnded);
  });
});
