import { describe, expect, test } from 'vitest';
import { poolPolicy } from '../../src/pool/policy.js';
import { createPool } from '../../src/pool/pool.js';
import { type Admission, AdmissionEnded, type InstanceCondition } from '../../src/pool/types.js';
import { NO_POOL_FIELDS, normalizePool, type PoolFields } from '../../src/registry/pool.js';
import { testClock } from './test-clock.js';

const OUTSIDE: Admission = { reentrant: false, signal: null, deadline: null };

interface Thing {
  readonly number: number;
  condition: InstanceCondition;
}

const configOf = (fields: Partial<PoolFields>) => normalizePool({ ...NO_POOL_FIELDS, ...fields });

function makePool(fields: Partial<PoolFields>) {
  const clock = testClock();
  let made = 0;
  const alive = new Set<number>();
  const source = {
    create(): Thing {
      made++;
      alive.add(made);
      return { number: made, condition: 'reusable' };
    },
    condition: (thing: Thing) => thing.condition,
    destroy: (thing: Thing) => void alive.delete(thing.number),
  };
  const pool = createPool(poolPolicy(configOf(fields), 2), source, clock);
  return { pool, clock, alive };
}

/** A job that goes on until `end` is called. */
function longJob() {
  const seen: number[] = [];
  const ends: (() => void)[] = [];
  const job = (thing: Thing) => {
    seen.push(thing.number);
    return new Promise<number>((resolve) => ends.push(() => resolve(thing.number)));
  };
  return { job, seen, end: () => ends.shift()?.() };
}

describe('every pool type', () => {
  test.each(['inline', 'lazy', 'static', 'adaptive'] as const)(
    '%s answers at once where an instance is free',
    (type) => {
      const { pool } = makePool({ type });
      pool.warm();
      expect(pool.run((thing) => thing.number > 0, OUTSIDE)).toBe(true);
    },
  );

  test.each(['inline', 'lazy', 'static', 'adaptive'] as const)('%s never enters a spent instance again', (type) => {
    const { pool } = makePool({ type, size: 1, workers: 1, maxSize: 1 });
    const numbers = [1, 2, 3].map(() =>
      pool.run((thing) => {
        thing.condition = 'spent';
        return thing.number;
      }, OUTSIDE),
    );
    expect(numbers).toEqual([1, 2, 3]);
    expect(pool.stats()).toMatchObject({ created: 3, destroyed: 3, running: 0, idle: 0 });
  });

  test.each(['inline', 'lazy', 'static', 'adaptive'] as const)('%s frees the slot of a job that throws', (type) => {
    const { pool } = makePool({ type, maxSize: 1, workers: 1, size: 1 });
    const fail = () =>
      pool.run(() => {
        throw new Error('no');
      }, OUTSIDE);
    expect(fail).toThrow('no');
    expect(fail).toThrow('no');
    expect(pool.stats().running).toBe(0);
  });

  test.each(['inline', 'lazy', 'static', 'adaptive'] as const)('%s holds nothing after close()', async (type) => {
    const { pool, alive, clock } = makePool({ type, maxSize: 1, workers: 1, size: 1 });
    const { job, end } = longJob();
    pool.warm();
    const running = pool.run(job, OUTSIDE);
    pool.close();
    expect(() => pool.run(() => 0, OUTSIDE)).toThrow(AdmissionEnded);
    end();
    await running;
    expect([...alive]).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('inline', () => {
  test('gives every call a new instance, and lets go of it', () => {
    const { pool, alive } = makePool({ type: 'inline' });
    expect([1, 2, 3].map(() => pool.run((thing) => thing.number, OUTSIDE))).toEqual([1, 2, 3]);
    expect(alive.size).toBe(0);
  });
});

describe('lazy', () => {
  test('makes nothing before the first call, then uses the instance again', () => {
    const { pool } = makePool({ type: 'lazy' });
    pool.warm();
    expect(pool.stats().created).toBe(0);
    expect([1, 2, 3].map(() => pool.run((thing) => thing.number, OUTSIDE))).toEqual([1, 1, 1]);
  });

  test('never runs more than max_size calls at once, and starts those that wait in order', async () => {
    const { pool } = makePool({ type: 'lazy', maxSize: 2 });
    const { job, seen, end } = longJob();
    const order: number[] = [];
    const calls = [0, 1, 2, 3].map((call) => Promise.resolve(pool.run(job, OUTSIDE)).then(() => order.push(call)));
    expect(pool.stats()).toMatchObject({ running: 2, queued: 2, created: 2 });
    for (let round = 0; round < 4; round++) {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(calls);
    expect(order).toEqual([0, 1, 2, 3]);
    expect(seen).toEqual([1, 2, 1, 2]);
    expect(pool.stats()).toMatchObject({ running: 0, queued: 0, created: 2 });
  });

  test('drops idle instances after 30 s, not before', () => {
    const { pool, clock, alive } = makePool({ type: 'lazy' });
    void pool.run(() => 0, OUTSIDE);
    clock.advance(29_999);
    expect(alive.size).toBe(1);
    clock.advance(1);
    expect(alive.size).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('counts the 30 s from the last use', () => {
    const { pool, clock, alive } = makePool({ type: 'lazy' });
    void pool.run(() => 0, OUTSIDE);
    clock.advance(20_000);
    void pool.run(() => 0, OUTSIDE);
    clock.advance(29_999);
    expect(alive.size).toBe(1);
    clock.advance(1);
    expect(alive.size).toBe(0);
  });

  test('gives a call from inside the pool an instance above the bound', async () => {
    const { pool, alive } = makePool({ type: 'lazy', maxSize: 1 });
    const inner = pool.run(
      (outer) => pool.run((thing) => [outer.number, thing.number], { ...OUTSIDE, reentrant: true }),
      OUTSIDE,
    );
    expect(inner).toEqual([1, 2]);
    expect(alive.size).toBe(1);
  });
});

describe('static', () => {
  test('has its instances before the first call and keeps them', () => {
    const { pool, clock, alive } = makePool({ type: 'static', size: 4, workers: 2 });
    pool.warm();
    expect(pool.stats()).toMatchObject({ idle: 4, created: 4 });
    clock.advance(1_000_000);
    expect(alive.size).toBe(4);
  });

  test('holds callers back beyond its buffer, and drops none', async () => {
    const { pool } = makePool({ type: 'static', size: 1, workers: 1, buffer: 2 });
    const { job, end } = longJob();
    const calls = [0, 1, 2, 3, 4].map(() => pool.run(job, OUTSIDE));
    expect(pool.stats()).toMatchObject({ running: 1, queued: 2, heldBack: 2 });
    for (let round = 0; round < 5; round++) {
      end();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await Promise.all(calls)).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('adaptive', () => {
  test('shrinks by one each idle time, down to one', () => {
    const { pool, clock } = makePool({ type: 'adaptive', warmStart: true, maxSize: 8 });
    pool.warm();
    expect(pool.stats().idle).toBe(2);
    clock.advance(30_000);
    expect(pool.stats().idle).toBe(1);
    clock.advance(300_000);
    expect(pool.stats().idle).toBe(1);
  });
});

describe('waiting', () => {
  test('ends with the signal, and leaves its place to the next', async () => {
    const { pool } = makePool({ type: 'lazy', maxSize: 1 });
    const { job, seen, end } = longJob();
    const first = pool.run(job, OUTSIDE);
    const abort = new AbortController();
    const second = Promise.resolve(pool.run(job, { ...OUTSIDE, signal: abort.signal }));
    const third = pool.run(() => 'third', OUTSIDE);
    abort.abort();
    await expect(second).rejects.toMatchObject({ reason: 'aborted' });
    end();
    await first;
    expect(await third).toBe('third');
    expect(seen).toEqual([1]);
  });

  test('ends at the deadline and says how long it took', async () => {
    const { pool, clock } = makePool({ type: 'lazy', maxSize: 1 });
    const { job, end } = longJob();
    const first = pool.run(job, OUTSIDE);
    const second = Promise.resolve(pool.run(job, { ...OUTSIDE, deadline: 50 }));
    clock.advance(50);
    await expect(second).rejects.toMatchObject({ reason: 'deadline', queuedMs: 50 });
    end();
    await first;
    expect(pool.stats()).toMatchObject({ running: 0, queued: 0 });
  });
});

describe('pinned instances', () => {
  test('are not used again until they are free', () => {
    const { pool } = makePool({ type: 'lazy', maxSize: 1 });
    const held = pool.run((thing) => {
      thing.condition = 'pinned';
      return thing;
    }, OUTSIDE) as Thing;
    expect(pool.run((thing) => thing.number, OUTSIDE)).toBe(2);
    expect(pool.stats().pinned).toBe(1);
    held.condition = 'spent';
    expect(pool.run((thing) => thing.number, OUTSIDE)).toBe(2);
    expect(pool.stats()).toMatchObject({ pinned: 0, destroyed: 1 });
  });
});

describe('creation that fails', () => {
  test('fails the call, frees the slot, and the next caller gets its turn', async () => {
    const clock = testClock();
    let fails = true;
    const source = {
      create: async () => {
        if (fails) throw new Error('no memory');
        return 1;
      },
      condition: () => 'reusable' as const,
      destroy: () => {},
    };
    const pool = createPool(poolPolicy(configOf({ type: 'lazy', maxSize: 1 }), 2), source, clock);
    const first = Promise.resolve(pool.run((thing) => thing, OUTSIDE));
    const second = Promise.resolve(pool.run((thing) => thing, OUTSIDE));
    const both = Promise.allSettled([first, second]);
    await expect(first).rejects.toThrow('no memory');
    fails = false;
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await pool.run((thing) => thing, OUTSIDE)).toBe(1);
    expect(pool.stats()).toMatchObject({ running: 0, queued: 0, idle: 1 });
  });
});
