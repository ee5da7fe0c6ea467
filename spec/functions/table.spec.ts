import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { MAX_CHAIN, printChain } from '../../src/functions/context.js';
import { RETRY_DEFAULTS, type RetryPolicy } from '../../src/functions/retry.js';
import { createFunctionTable, type FunctionTable, NO_DEFAULTS, type TableFunction } from '../../src/functions/table.js';
import { type CallContext, ROOT_CONTEXT } from '../../src/functions/types.js';
import { timedOut } from '../../src/timed-out.js';
import type { Value } from '../../src/values.js';
import { testClock } from '../pool/test-clock.js';

type Body = (args: readonly Value[], context: CallContext, table: FunctionTable) => Value | Promise<Value>;

function makeTable(bodies: Record<string, Body>, retry: RetryPolicy | null = null, tellsTime = false) {
  const clock = testClock();
  const closed: string[] = [];
  const functions = Object.entries(bodies).map(([id, body]): TableFunction => {
    const callAs: TableFunction['callAs'] = (args, context) => body(args, context, table);
    const close = () => void closed.push(id);
    const call: TableFunction['call'] = (args, context) => callAs(args, context, 'go');
    return {
      id,
      signature: null,
      defaults: { ...NO_DEFAULTS, retry },
      handles: 'none',
      tellsTime,
      call,
      callAs,
      close,
    };
  });
  const table = createFunctionTable({ functions, clock, random: () => 0.5 });
  return { table, clock, closed };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

const never = () => new Promise<never>(() => {});

async function errorOf(call: () => Value | Promise<Value>): Promise<HostError> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(HostError);
    return error as HostError;
  }
  throw new Error('expected an error');
}

describe('call()', () => {
  test('answers at once where the function does', () => {
    const { table } = makeTable({ 'a:f': (args) => args[0] });
    expect(table.call('a:f', [7], ROOT_CONTEXT)).toBe(7);
  });

  test('answers with a promise where the function waits', async () => {
    const { table } = makeTable({ 'a:f': async (args) => args[0] });
    const answer = table.call('a:f', [7], ROOT_CONTEXT);
    expect(answer).toBeInstanceOf(Promise);
    expect(await answer).toBe(7);
  });

  test('turns whatever a function throws into a HostError', async () => {
    const { table } = makeTable({
      'a:f': () => {
        throw new RangeError('no');
      },
      'a:g': async () => {
        throw 'text';
      },
    });
    expect(await errorOf(() => table.call('a:f', [], ROOT_CONTEXT))).toMatchObject({ kind: 'Internal', message: 'no' });
    expect(await errorOf(() => table.call('a:g', [], ROOT_CONTEXT))).toMatchObject({
      kind: 'Internal',
      message: 'text',
    });
  });

  test('hands values of the context down, and options not', () => {
    const seen: CallContext[] = [];
    const { table } = makeTable({ 'a:f': (_, context) => void seen.push(context) });
    table.call('a:f', [], { ...ROOT_CONTEXT, values: { tenant: 't' }, options: { timeoutMs: 50 } });
    expect(seen[0]).toMatchObject({ values: { tenant: 't' }, chain: ['a:f'], deadline: 50, options: {} });
  });

  test('is Unavailable once the table is closed, and every function is closed once', async () => {
    const { table, closed } = makeTable({ 'a:f': () => 1, 'a:g': () => 2 });
    await table.close();
    expect(closed).toEqual(['a:f', 'a:g']);
    expect(await errorOf(() => table.call('a:f', [], ROOT_CONTEXT))).toMatchObject({ kind: 'Unavailable' });
  });
});

describe('the chain', () => {
  test(`may be ${MAX_CHAIN} calls deep, and one more is Unavailable and names it`, async () => {
    const down: Body = (args, context, table) => {
      const left = args[0] as number;
      return left === 1 ? 'bottom' : table.call('a:down', [left - 1], context);
    };
    const { table } = makeTable({ 'a:down': down });
    expect(table.call('a:down', [MAX_CHAIN], ROOT_CONTEXT)).toBe('bottom');
    const error = await errorOf(() => table.call('a:down', [MAX_CHAIN + 1], ROOT_CONTEXT));
    expect(error).toMatchObject({ kind: 'Unavailable', message: 'call chain deeper than 64: a:down ×65' });
    expect(error.details?.chain).toHaveLength(65);
  });

  test.each([
    [['a:f'], 'a:f'],
    [['a:f', 'a:g'], 'a:f → a:g'],
    [['a:f', 'a:f', 'a:g'], 'a:f ×2 → a:g'],
    [['a:s', 'a:f', 'a:g', 'a:f', 'a:g', 'a:h'], 'a:s → (a:f → a:g) ×2 → a:h'],
  ])('%j prints as %s', (chain, text) => {
    expect(printChain(chain)).toBe(text);
  });
});

describe('cancelling', () => {
  test('ends a call that waits', async () => {
    const abort = new AbortController();
    const { table } = makeTable({ 'a:f': never });
    const error = errorOf(() => table.call('a:f', [], { ...ROOT_CONTEXT, signal: abort.signal }));
    abort.abort();
    expect(await error).toMatchObject({ kind: 'Canceled', message: 'a:f was canceled', retryable: false });
  });

  test('keeps a call from starting', async () => {
    let calls = 0;
    const { table } = makeTable({ 'a:f': () => ++calls });
    await errorOf(() => table.call('a:f', [], { ...ROOT_CONTEXT, signal: AbortSignal.abort() }));
    expect(calls).toBe(0);
  });
});

describe('deadlines', () => {
  test('a timeout ends a call that waits, and says where the time went', async () => {
    const { table, clock } = makeTable({ 'a:f': never });
    const error = errorOf(() => table.call('a:f', [], { ...ROOT_CONTEXT, options: { timeoutMs: 50 } }));
    clock.advance(50);
    expect(await error).toMatchObject({
      kind: 'Timeout',
      message: 'a:f did not answer within its timeout of 50 ms',
      details: { limit: 'timeout', limit_ms: 50, wait_ms: 50, queue_ms: 0, guest_ms: 0 },
    });
    expect(clock.pending).toBe(0);
  });

  test('what ends by itself has time to tell where its own went; else it has not started', async () => {
    const telling = async (ms: number) => {
      const { table, clock } = makeTable(
        {
          'a:f': () =>
            new Promise((_, reject) => {
              const spent = { queueMs: 10, guestMs: 35, waitMs: 5 };
              clock.after(ms, () => reject(timedOut('a:f', 'deadline', 50, spent)));
            }),
        },
        null,
        true,
      );
      const error = errorOf(() => table.call('a:f', [], { ...ROOT_CONTEXT, options: { timeoutMs: 50 } }));
      clock.advance(ms);
      await settled();
      clock.advance(200);
      return error;
    };
    const details = { limit: 'timeout', limit_ms: 50 };
    expect(await telling(149)).toMatchObject({ details: { ...details, queue_ms: 10, guest_ms: 35, wait_ms: 5 } });
    expect(await telling(1000)).toMatchObject({ details: { ...details, guest_ms: 0, wait_ms: 0 } });
  });

  test('nested calls inherit the deadline, and the earlier one wins', async () => {
    let inner: unknown = null;
    const { table, clock } = makeTable({
      'a:outer': async (_, context, table) => {
        inner = await errorOf(() => table.call('a:inner', [], { ...context, options: { timeoutMs: 500 } }));
        return null;
      },
      'a:inner': never,
    });
    const error = errorOf(() => table.call('a:outer', [], { ...ROOT_CONTEXT, options: { timeoutMs: 50 } }));
    clock.advance(50);
    expect(await error).toMatchObject({ kind: 'Timeout', details: { id: 'a:outer', limit: 'timeout', limit_ms: 50 } });
    expect(inner).toMatchObject({ kind: 'Timeout', details: { id: 'a:inner', limit: 'deadline', limit_ms: 50 } });
  });

  test('a call whose deadline has passed does not start', async () => {
    let calls = 0;
    const { table, clock } = makeTable({ 'a:f': () => ++calls });
    clock.advance(10);
    const error = await errorOf(() => table.call('a:f', [], { ...ROOT_CONTEXT, deadline: 10 }));
    expect(error).toMatchObject({ kind: 'Timeout', details: { limit: 'deadline' } });
    expect(calls).toBe(0);
  });

  test('an answer that comes too late is a Timeout all the same', async () => {
    const { table, clock } = makeTable({ 'a:f': () => void clock.advance(51) });
    const error = await errorOf(() => table.call('a:f', [], { ...ROOT_CONTEXT, options: { timeoutMs: 50 } }));
    expect(error).toMatchObject({ kind: 'Timeout', details: { limit: 'timeout', guest_ms: 51 } });
  });
});

describe('retry', () => {
  const policy: RetryPolicy = { ...RETRY_DEFAULTS, maxAttempts: 3 };
  const failing = (kind: 'Unavailable' | 'Invalid', retryable: boolean | null = null) => {
    const times: number[] = [];
    const body: Body = () => {
      times.push(clock.now());
      throw new HostError(kind, 'no', { retryable });
    };
    const { table, clock } = makeTable({ 'a:f': body }, policy);
    return { table, clock, times };
  };

  test('calls again after 100 ms and 200 ms, then gives the last error', async () => {
    const { table, clock, times } = failing('Unavailable');
    const error = errorOf(() => table.call('a:f', [], ROOT_CONTEXT));
    for (let step = 0; step < 40; step++) {
      await Promise.resolve();
      clock.advance(10);
    }
    expect(await error).toMatchObject({ kind: 'Unavailable' });
    expect(times).toEqual([0, 100, 300]);
  });

  test('does not call again after Invalid, nor after what is not retryable', async () => {
    const invalid = failing('Invalid');
    await errorOf(() => invalid.table.call('a:f', [], ROOT_CONTEXT));
    expect(invalid.times).toHaveLength(1);
    const final = failing('Unavailable', false);
    await errorOf(() => final.table.call('a:f', [], ROOT_CONTEXT));
    expect(final.times).toHaveLength(1);
  });

  test('gives the answer of the attempt that succeeds', async () => {
    let calls = 0;
    const body: Body = () => {
      calls++;
      if (calls === 1) throw new HostError('Unavailable', 'not yet');
      return 'there';
    };
    const { table, clock } = makeTable({ 'a:f': body }, policy);
    const answer = table.call('a:f', [], ROOT_CONTEXT);
    await Promise.resolve();
    clock.advance(100);
    expect(await answer).toBe('there');
  });
});
