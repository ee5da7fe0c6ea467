/** The pool of a function as a thread has it: whose seats it uses, and when their instances go. */
import { expect, test } from 'vitest';
import { seatPool } from '../../src/threads/seat-pool.js';

const ADMISSION = { reentrant: false, signal: null, deadline: null };

/** A pool of which the host lends seat 5 and whatever follows. */
function poolOf() {
  const log: string[] = [];
  let made = 0;
  let seat = 4;
  const source = {
    create: () => `instance ${++made}`,
    condition: () => 'reusable' as const,
    destroy: (instance: string) => void log.push(`destroyed ${instance}`),
  };
  const seats = {
    leaseNow: () => ++seat,
    leaseLater: () => Promise.reject(new Error('no seat')),
    returnSeat: (number: number) => void log.push(`returned ${number}`),
  };
  return { pool: seatPool(source, seats, true), log };
}

/** A call that is under way. */
function running() {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { job: () => ended, end };
}

test('An instance that is to go while it serves a call goes when the call has ended, and its seat gets another one', async () => {
  const { pool, log } = poolOf();
  const { job, end } = running();
  const answer = pool.run(job, ADMISSION);
  pool.forget(5);
  expect(log).toEqual([]);
  end();
  await answer;
  expect(log).toEqual(['destroyed instance 1']);
  expect(pool.run((instance) => instance, ADMISSION)).toBe('instance 2');
});

test('An instance of which the host has let go while its call ran is not kept', async () => {
  const { pool, log } = poolOf();
  const { job, end } = running();
  pool.give({ seat: 9, spent: false });
  const answer = pool.run(job, ADMISSION);
  pool.forget(9);
  end();
  await answer;
  expect(log).toEqual(['destroyed instance 1']);
  pool.close();
  expect(log).toEqual(['destroyed instance 1']);
});

test('All seats that the host wants back while calls run go back when these end', async () => {
  const { pool, log } = poolOf();
  const calls = [running(), running()];
  const answers = calls.map(({ job }) => pool.run(job, ADMISSION));
  pool.returnAll();
  expect(log).toEqual([]);
  for (const { end } of calls) end();
  await Promise.all(answers);
  expect(log).toEqual(['returned 5', 'returned 6']);
  await pool.run(() => null, ADMISSION);
  expect(log).toEqual(['returned 5', 'returned 6']);
});

test('A seat whose call came to nothing is not the next call’s', async () => {
  const { pool } = poolOf();
  pool.give({ seat: 9, spent: false });
  pool.give(null);
  expect(pool.stats().idle).toBe(0);
  await pool.run(() => null, ADMISSION);
  expect(pool.stats().idle).toBe(1); // seat 5, borrowed for it
});
