/** A core module that imports a function of preview 1 by another type than it has was compiled for something else: it does not load. */
import { expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { guestEntry, registryOf, watEntry } from '../host/guests.js';
import { errorOf } from '../host/wasi.js';

const importing = (name: string, type: string) =>
  watEntry('f', `(module (import "wasi_snapshot_preview1" "${name}" (func ${type})) (func (export "f")))`);

test('all 46 functions have the types by which a guest of all of them imports them', async () => {
  await using host = await createHost({ registry: registryOf(guestEntry('f', 'core/preview1', 'sched_yield')) });
  expect(host.describe('t:f').imports?.[0]?.functions).toHaveLength(46);
});

test.each([
  ['fd_write', '(param i64 i64 i64 i64) (result i32)', '(i32, i32, i32, i32) -> (i32)'],
  ['fd_write', '(param i32 i32 i32) (result i32)', '(i32, i32, i32, i32) -> (i32)'],
  ['clock_time_get', '(param i32 i32 i32) (result i32)', '(i32, i64, i32) -> (i32)'],
  ['fd_close', '(param i32)', '(i32) -> (i32)'],
  ['proc_exit', '(param i32) (result i32)', '(i32) -> ()'],
  ['sched_yield', '(result i64)', '() -> (i32)'],
])('%s as %s is refused, with its type', async (name, type, expected) => {
  const { message } = await errorOf(createHost({ registry: registryOf(importing(name, type)) }));
  expect(message).toContain(`the module imports wasi_snapshot_preview1.${name} by another type than it has`);
  expect(message).toContain(`expected ${expected}`);
});

test('what preview 1 does not have, and what TypeScript gives in its place, may have any type', async () => {
  await using host = await createHost({ registry: registryOf(importing('no_such', '(param f64)')) });
  expect(host.list()).toHaveLength(1);
  const own = { wasi_snapshot_preview1: { fdWrite: () => 0 } };
  await using replaced = await createHost({ registry: registryOf(importing('fd_write', '(param f64)')), imports: own });
  expect(replaced.list()).toHaveLength(1);
});
