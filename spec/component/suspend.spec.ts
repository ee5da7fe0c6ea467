import { describe, expect, test } from 'vitest';
import { Trap } from '../../src/abi/errors.js';
import { ExitStatus, GuestEnd } from '../../src/component/guest-end.js';
import { instantiate, type RuntimeOptions } from '../../src/component/instance.js';
import { suspensionOf } from '../../src/component/suspension.js';
import { jspi } from '../../src/component/thunks.js';
import type { ComponentPlan, HostImportInterface, Instance, PlanImport } from '../../src/component/types.js';
import type { Value } from '../../src/values.js';
import { ALONE, componentFrom, coreFrom, exportIndex, guestPlan, live, thrownBy } from './guests.js';

/** An answer that comes when the spec says so. */
function later<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const ALL_LATE = { has: () => true } as unknown as ReadonlySet<string>;

interface Suspended {
  readonly instance: Instance;
  readonly call: (path: string, ...args: unknown[]) => Promise<unknown>;
}

function suspending(plan: ComponentPlan, given: HostImportInterface, options: Partial<RuntimeOptions> = {}): Suspended {
  const names = new Map(plan.imports.map((each) => [each.name, ALL_LATE]));
  const suspension = suspensionOf(plan, names);
  const instance = instantiate(plan, { ...ALONE, resolveImport: () => given, suspension, ...options });
  return {
    instance,
    call: async (path, ...args) => instance.callLater(exportIndex(plan, path), args as Value[], 'js'),
  };
}

/** All microtasks that are there, and those that follow. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('nothing was thrown');
    },
    (thrown: unknown) => thrown,
  );
}

const ADDER = `(module
  (import "host" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $sum (mut i32) (i32.const 0))
  (func (export "add") (param $key i32) (result i32)
    (local $mine i32)
    (local.set $mine (i32.mul (local.get $key) (i32.const 1000)))
    (global.set $sum (i32.add (global.get $sum) (call $get (local.get $key))))
    (i32.add (local.get $mine) (global.get $sum)))
  (func (export "twice") (param $key i32) (result i32)
    (i32.add (call $get (local.get $key)) (call $get (i32.add (local.get $key) (i32.const 1)))))
  (func $trap-after (export "trap-after") (param $key i32) (drop (call $get (local.get $key))) unreachable))`;

const STRINGS = `(component
  (import "a:b/names" (instance $names
    (export "find" (func (param "of" (list string)) (result (option string))))))
  (core module $libc
    (memory (export "memory") 1)
    (global $end (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $end) (i32.const 7)) (i32.const -8)))
      (global.set $end (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $libc (instantiate $libc))
  (core func $find (canon lower (func $names "find") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
  (core module $main
    (import "libc" "memory" (memory 1))
    (import "host" "find" (func $find (param i32 i32 i32)))
    (func (export "ask") (param i32 i32) (result i32)
      (call $find (local.get 0) (local.get 1) (i32.const 16))
      (i32.const 16))
    (func (export "post") (param i32) (i32.store (i32.const 512) (i32.const 7)))
    (func (export "posted") (result i32) (i32.load (i32.const 512))))
  (core instance $main (instantiate $main
    (with "libc" (instance $libc))
    (with "host" (instance (export "find" (func $find))))))
  (func (export "ask") (param "of" (list string)) (result (option string))
    (canon lift (core func $main "ask") (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))
      (post-return (core func $main "post"))))
  (func (export "posted") (result u32) (canon lift (core func $main "posted"))))`;

/** A counter of its own whose methods wait, a destructor that calls an import, and an export that takes a host's borrow. */
const RESOURCES = `(component
  (import "a:b/host" (instance $host
    (export "blob" (type $blob (sub resource)))
    (export "wait" (func (param "of" (borrow $blob)) (result u32)))))
  (alias export $host "blob" (type $blob))
  (core func $wait (canon lower (func $host "wait")))
  (core func $drop-blob (canon resource.drop $blob))
  (core module $dtors (import "host" "wait" (func $wait (param i32) (result i32)))
    (global $blob (export "blob") (mut i32) (i32.const 0))
    (func (export "dtor") (param i32)
      (if (global.get $blob) (then (drop (call $wait (global.get $blob)))))))
  (core instance $dtors (instantiate $dtors (with "host" (instance (export "wait" (func $wait))))))
  (type $item' (resource (rep i32) (dtor (core func $dtors "dtor"))))
  (core func $new (canon resource.new $item'))
  (core func $drop (canon resource.drop $item'))
  (core module $main
    (import "host" "wait" (func $wait (param i32) (result i32)))
    (import "host" "new" (func $new (param i32) (result i32)))
    (import "host" "drop" (func $drop (param i32)))
    (import "host" "drop-blob" (func $drop-blob (param i32)))
    (import "dtors" "blob" (global $blob (mut i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "weigh") (param $item i32) (param $blob i32) (result i32)
      (local $sum i32)
      (local.set $sum (i32.add (local.get $item) (call $wait (local.get $blob))))
      (call $drop-blob (local.get $blob))
      (local.get $sum))
    (func (export "drop-waiting") (param $blob i32)
      (global.set $blob (local.get $blob))
      (call $drop (call $new (i32.const 1)))
      (call $drop-blob (local.get $blob))))
  (core instance $main (instantiate $main
    (with "dtors" (instance $dtors))
    (with "host" (instance
      (export "wait" (func $wait)) (export "new" (func $new)) (export "drop" (func $drop))
      (export "drop-blob" (func $drop-blob))))))
  (export $item "item" (type $item'))
  (func (export "make") (param "rep" u32) (result (own $item)) (canon lift (core func $main "make")))
  (func (export "weigh") (param "item" (borrow $item)) (param "blob" (borrow $blob)) (result u32)
    (canon lift (core func $main "weigh")))
  (func (export "drop-waiting") (param "blob" (borrow $blob)) (canon lift (core func $main "drop-waiting"))))`;

const READING = { id: 2n ** 63n, label: 'ä', values: [0.5, -1], note: 'x', kind: { scaled: 1.5 } };

/** What the guest `imports` asks for, each answer passed through `give`; constructors cannot wait. */
function hostOf(give: (value: unknown) => unknown): Record<string, unknown> {
  class Session {
    readonly lines: string[] = [];
    readonly label: string;
    constructor(label: string) {
      this.label = label;
    }
    name() {
      return give(this.label);
    }
    write(text: string) {
      return give(this.lines.push(text));
    }
    static current() {
      return give(new Session('current'));
    }
  }
  return {
    log: {
      log: () => give(undefined),
      now: () => give(2n ** 60n),
      lookup: (key: string) => give(key === '' ? undefined : `${key}!`),
    },
    sessions: {
      Session,
      describe: (session: Session) => give(`${session.label}: ${session.lines.length}`),
      close: ({ label }: Session) => give(label === 'bad' ? { err: 'no' } : { ok: 3 }),
    },
    data: {
      exchange: (_: unknown, after: unknown) => give({ ok: after }),
      sum17: (...all: number[]) => give(all.reduce((sum, each) => sum + BigInt(each), 0n)),
      split: (text: string, separator: string) => give(text.split(separator)),
    },
    double: (a: number) => give(a * 2),
  };
}

// Node has had JSPI since 24.20 and 25.9: before that no guest suspends, and guests that wait hold their thread.
describe.skipIf(jspi() === null)('a guest that suspends', () => {
  test('goes on with what the promise of its import is resolved with', async () => {
    const plan = await coreFrom(ADDER, null);
    const { call } = suspending(plan, { get: async (key: number) => key + 1 });
    expect(await call('add', 5)).toBe(5006);
  });

  test('answers without a wait where its imports answer at once', async () => {
    const plan = await coreFrom(ADDER, null);
    const { call } = suspending(plan, { get: (key: number) => key + 1 });
    expect(await call('twice', 5)).toBe(13);
  });

  test('can suspend again and again in one call, and between answers at once', async () => {
    const plan = await coreFrom(ADDER, null);
    const { call } = suspending(plan, { get: (key: number) => (key % 2 === 0 ? Promise.resolve(key) : key) });
    expect(await call('twice', 4)).toBe(9);
    expect(await call('twice', 5)).toBe(11);
    expect(await call('add', 6)).toBe(6006);
    expect(await call('add', 6)).toBe(6012);
  });

  test('leaves the thread to others: a thousand instances are suspended at once, and end in any order', async () => {
    const plan = await coreFrom(ADDER, null);
    const gates = Array.from({ length: 1000 }, () => later<number>());
    const get = (key: number) => gates[key]!.promise;
    const order: number[] = [];
    const calls = gates.map(async (_, key) => {
      const answer = await suspending(plan, { get }).call('add', key);
      order.push(key);
      return answer;
    });
    await settled();
    expect(order).toEqual([]);
    const keys = gates.map((_, key) => (key * 7919) % gates.length);
    for (const key of keys) gates[key]!.resolve(key);
    expect(await Promise.all(calls)).toEqual(gates.map((_, key) => key * 1001));
    expect(order).toEqual(keys);
  });

  test('is not entered while it is suspended, and its own call goes on undisturbed', async () => {
    const plan = await coreFrom(ADDER, null);
    const gate = later<number>();
    const { call, instance } = suspending(plan, { get: () => gate.promise });
    const first = call('add', 1);
    await settled();
    expect(await rejection(call('add', 2))).toMatchObject({ code: 'cannot-enter' });
    expect(thrownBy(() => instance.call(exportIndex(plan, 'add'), [3], 'js'))).toMatchObject({ code: 'cannot-enter' });
    gate.resolve(41);
    expect(await first).toBe(1041);
    expect(instance.poisoned).toBe(false);
    expect(await call('add', 1)).toBe(1082);
  });

  test('traps after a wait as it does before one: with its frames, and its instance is gone', async () => {
    const plan = await coreFrom(ADDER, null);
    const { call, instance } = suspending(plan, { get: async () => 1 });
    const trap = await rejection(call('trap-after', 1));
    expect(trap).toBeInstanceOf(Trap);
    expect(trap).toMatchObject({ code: 'unreachable', witFunction: 'trap-after' });
    expect((trap as Trap).frames[0]?.function).toBe('trap-after');
    expect(instance.poisoned).toBe(true);
    expect(await rejection(call('add', 1))).toMatchObject({ code: 'cannot-enter' });
  });

  test.each([
    ['an error', new Error('why'), { code: 'import-failed', facts: { name: 'host#get', detail: 'why' } }],
    ['what is no error', 'why', { code: 'import-failed', facts: { name: 'host#get', detail: 'why' } }],
    ['an exit', new ExitStatus(3), { status: 3 }],
  ])('ends with a promise that is rejected with %s', async (_, reason, expected) => {
    const plan = await coreFrom(ADDER, null);
    const { call, instance } = suspending(plan, { get: () => Promise.reject(reason) });
    expect(await rejection(call('add', 1))).toMatchObject(expected);
    expect(instance.poisoned).toBe(true);
  });

  test('ends at once when its wait is interrupted, and what it waited for may come later', async () => {
    const plan = await coreFrom(ADDER, null);
    const gate = later<number>();
    const { call, instance } = suspending(plan, { get: () => gate.promise });
    const ended = rejection(call('add', 1));
    await settled();
    const end = new GuestEnd('enough');
    instance.interrupt(end);
    expect(await ended).toBe(end);
    gate.resolve(1);
    await settled();
    expect(instance.poisoned).toBe(true);
  });

  test('is not touched by an interruption while it does not wait', async () => {
    const plan = await coreFrom(ADDER, null);
    const { call, instance } = suspending(plan, { get: async (key: number) => key });
    instance.interrupt(new GuestEnd('enough'));
    expect(await call('add', 1)).toBe(1001);
    instance.interrupt(new GuestEnd('enough'));
    expect(await call('add', 1)).toBe(1002);
  });

  test('counts the time of its waits by the clock of its terms', async () => {
    const plan = await coreFrom(ADDER, null);
    let nowMs = 0;
    const { call, instance } = suspending(plan, {
      get: async (key: number) => {
        nowMs += 30;
        return key;
      },
    });
    instance.arm({ deadlineMs: Number.POSITIVE_INFINITY, now: () => nowMs, isCancelled: () => false });
    // The clock stands when the wait begins and has moved when it ends: once for each of the two answers but the first's start.
    const twice = call('twice', 1);
    nowMs += 12;
    await twice;
    expect(instance.waitedMs).toBe(12);
    await call('add', 1);
    expect(instance.waitedMs).toBe(0);
  });

  test('lifts and lowers strings, lists and options across the wait, and posts its return after it', async () => {
    const plan = await componentFrom(STRINGS);
    const seen: unknown[] = [];
    const gates = [later<string | undefined>(), later<string | undefined>()];
    const find = (of: string[]) => {
      seen.push(of);
      return gates[seen.length - 1]!.promise;
    };
    const { call } = suspending(plan, { find });
    const long = 'ä'.repeat(5000);
    const first = call('ask', ['one', '', long]);
    await settled();
    expect(seen).toEqual([['one', '', long]]);
    expect(await rejection(call('posted'))).toMatchObject({ code: 'cannot-enter' });
    gates[0]!.resolve(long);
    expect(await first).toBe(long);
    expect(await call('posted')).toBe(7);
    gates[1]!.resolve(undefined);
    expect(await call('ask', [])).toBe(undefined);
  });

  test('tells a result of the wrong type as it does without a wait', async () => {
    const plan = await componentFrom(STRINGS);
    const { call } = suspending(plan, { find: async () => 5 });
    expect(await rejection(call('ask', []))).toMatchObject({
      code: 'import-result',
      facts: { name: 'a:b/names#find', detail: 'expected string, got number 5' },
    });
  });

  test('refuses arguments before it runs, at once', async () => {
    const plan = await componentFrom(STRINGS);
    const { call } = suspending(plan, { find: async () => undefined });
    expect(await rejection(call('ask', 5))).toMatchObject({ name: 'ArgumentMismatch' });
  });

  test('runs where nothing may suspend: an ordinary call has the plain side of its imports', async () => {
    const plan = await coreFrom(ADDER, null);
    const { instance } = suspending(plan, { get: (key: number) => key });
    expect(instance.call(exportIndex(plan, 'add'), [3], 'js')).toBe(3003);
    const other = suspending(plan, { get: async (key: number) => key });
    expect(thrownBy(() => other.instance.call(exportIndex(plan, 'add'), [3], 'js'))).toMatchObject({
      code: 'import-failed',
    });
  });

  test('starts with functions that call its imports, as long as those answer at once', async () => {
    const plan = await coreFrom(
      `(module (import "host" "get" (func $get (param i32) (result i32)))
        (global $g (mut i32) (i32.const 0))
        (func (export "_initialize") (global.set $g (call $get (i32.const 5))))
        (func (export "add") (result i32) (i32.add (global.get $g) (call $get (i32.const 6)))))`,
      null,
    );
    let may: boolean[] = [];
    const probe: { instance?: Instance } = {};
    const get = (key: number) => {
      may.push(probe.instance?.maySuspend ?? false);
      return may.at(-1) === true ? Promise.resolve(key) : key;
    };
    const made = suspending(plan, { get });
    probe.instance = made.instance;
    expect(await made.call('add')).toBe(11);
    expect(may).toEqual([false, true]);
    may = [];
  });

  test.each<[string, ...unknown[]]>([
    ['clock'],
    ['find', ['a', '', 'b'.repeat(100)]],
    ['quadruple', 5],
    ['write-session', 'one', ['a', 'b']],
    ['describe-current'],
    ['open-and-close', 'good'],
    ['open-and-close', 'bad'],
    ['hold', 'kept'],
    ['exchange', READING, { ...READING, kind: { named: 'n' }, note: undefined }, 'why'],
    ['sum', 3],
    ['split', 'a-b-c', '-'],
  ])('%s answers the same whether its imports wait or not', async (path, ...args) => {
    const plan = await guestPlan('imports');
    const resolve = (given: Record<string, unknown>) => ({
      resolveImport: ({ name }: PlanImport) =>
        given[name.replace(/^moonwit:host\/|@1\.0\.0$/g, '')] as HostImportInterface,
    });
    const atOnce = live(plan, resolve(hostOf((value) => value))).call(path, ...args);
    const waiting = suspending(plan, {}, resolve(hostOf(async (value) => value)));
    expect(await waiting.call(path, ...args)).toEqual(atOnce);
    expect(waiting.instance.poisoned).toBe(false);
  });

  describe('with resources', () => {
    class Blob {}

    test('keeps handles and borrows across the wait, for as long as its call', async () => {
      const plan = await componentFrom(RESOURCES);
      const gate = later<number>();
      const { call, instance } = suspending(plan, { Blob, wait: () => gate.promise } as never);
      const item = (await call('make', 30)) as { drop(): void };
      expect(instance.liveHandles).toBe(1);
      const weighed = call('weigh', item, new Blob());
      await settled();
      gate.resolve(12);
      expect(await weighed).toBe(42);
      item.drop();
      expect(instance.liveHandles).toBe(0);
      expect(instance.poisoned).toBe(false);
    });

    test('lets a handle be dropped while it is suspended: the destructor runs when its call has ended', async () => {
      const plan = await componentFrom(RESOURCES);
      const gate = later<number>();
      const { call, instance } = suspending(plan, { Blob, wait: () => gate.promise } as never);
      const one = (await call('make', 1)) as { drop(): void };
      const other = (await call('make', 2)) as { drop(): void };
      const weighed = call('weigh', one, new Blob());
      await settled();
      other.drop();
      expect(instance.liveHandles).toBe(1);
      gate.resolve(1);
      expect(await weighed).toBe(2);
      expect(instance.poisoned).toBe(false);
      expect(await call('make', 3)).toBeDefined();
    });

    test('does not suspend in a destructor: what answers a promise there is a trap', async () => {
      const plan = await componentFrom(RESOURCES);
      const may: boolean[] = [];
      const probe: { instance?: Instance } = {};
      const wait = () => {
        may.push(probe.instance!.maySuspend);
        return 1;
      };
      const made = suspending(plan, { Blob, wait } as never);
      probe.instance = made.instance;
      await made.call('drop-waiting', new Blob());
      expect(may).toEqual([false]);
      const late = suspending(plan, { Blob, wait: async () => 1 } as never);
      expect(await rejection(late.call('drop-waiting', new Blob()))).toMatchObject({ code: 'import-failed' });
    });
  });
});

test('components that call each other have no suspension: frames of the host lie between them', async () => {
  const plan = await componentFrom(`(component
    (import "get" (func $get (result u32)))
    (component $inner (import "get" (func $get (result u32)))
      (core func $get' (canon lower (func $get)))
      (core module $m (import "" "get" (func $get (result i32))) (func (export "f") (result i32) (call $get)))
      (core instance $i (instantiate $m (with "" (instance (export "get" (func $get'))))))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))
    (instance $inner (instantiate $inner (with "get" (func $get))))
    (core func $f (canon lower (func $inner "f")))
    (core module $m (import "" "f" (func $f (result i32))) (func (export "g") (result i32) (call $f)))
    (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
    (func (export "g") (result u32) (canon lift (core func $i "g"))))`);
  expect(suspensionOf(plan, new Map([['get', ALL_LATE]]))).toBe(null);
});
