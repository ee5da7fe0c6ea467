/** The limit of the function that gave a handle, for what its holder calls later. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createHost, type Handle } from '../../src/index.js';

/** Method `turn` counts down from its argument, 0 for ever; the destructor of rep 9 never ends. */
const RESOURCE = `(component
  (core module $ends (func (export "dtor") (param i32)
    (if (i32.eq (local.get 0) (i32.const 9)) (then (loop $for_ever (br $for_ever))))))
  (core instance $end (instantiate $ends))
  (type $own (resource (rep i32) (dtor (core func $end "dtor"))))
  (export $r "r" (type $own))
  (core func $new (canon resource.new $own))
  (core module $module
    (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "turn") (param i32 i32) (result i32)
      (loop $more
        (local.set 1 (i32.sub (local.get 1) (i32.const 1)))
        (br_if $more (local.get 1)))
      (i32.const 7)))
  (core instance $i (instantiate $module (with "" (instance (export "new" (func $new))))))
  (func (export "make") (param "rep" u32) (result (own $r)) (canon lift (core func $i "make")))
  (func (export "[method]r.turn") (param "self" (borrow $r)) (param "times" u32) (result u32)
    (canon lift (core func $i "turn"))))`;

const LIMIT_MS = 500;
const registry = {
  namespace: 't',
  entries: [
    {
      name: 'make',
      kind: 'function.wat',
      source: RESOURCE,
      method: 'make',
      limits: { max_execution_ms: LIMIT_MS },
    },
  ],
};
const ENDED = { kind: 'Timeout', message: `t:make exceeded its limit of ${LIMIT_MS} ms` };

const make = (host: Awaited<ReturnType<typeof createHost>>, rep: number) => host.call<Handle>('t:make', [rep]);

describe.each([0, 2])('with %i threads', (threads) => {
  test('a method that never ends is stopped with Timeout, and its resource is lost', async () => {
    await using host = await createHost({ registry, threads });
    const handle = await make(host, 1);
    await expect(handle.call('turn', 0)).rejects.toMatchObject(ENDED);
    await expect(handle.call('turn', 1)).rejects.toMatchObject({ kind: 'Internal' });
  });

  test('a destructor that never ends is stopped with Timeout', async () => {
    await using host = await createHost({ registry, threads });
    const handle = await make(host, 9);
    await expect(handle.drop()).rejects.toMatchObject(ENDED);
  });

  test('the time since the handle was given counts for no method', async () => {
    await using host = await createHost({ registry, threads });
    const handle = await make(host, 1);
    await sleep(LIMIT_MS + 10);
    // Long enough that the guest asks whether it may go on.
    expect(await handle.call('turn', 1_000_000)).toBe(7);
    await handle.drop();
  });
});
