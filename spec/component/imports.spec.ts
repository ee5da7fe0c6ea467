// What a guest asks of its host: TypeScript functions and classes behind its imports, and what each of their mistakes gives.
import { beforeAll, describe, expect, test } from 'vitest';
import type { GuestHandle } from '../../src/component/host-handles.js';
import type { ComponentPlan, HostImportInterface } from '../../src/component/types.js';
import { HostError } from '../../src/errors.js';
import { CANNOT_WAIT, componentFrom, guestPlan, live, thrownBy, trapOf } from './guests.js';

let plan: ComponentPlan;
let libc: ComponentPlan;
beforeAll(async () => {
  plan = await guestPlan('imports');
  libc = await guestPlan('libc');
});

type Given = Record<string, HostImportInterface | ((...args: never[]) => unknown)>;

/** Grants `given` by interface name without package and version: `log`, `sessions`, `data`, `double`. */
function granting(given: Given) {
  return {
    resolveImport: ({ name }: { name: string }) =>
      given[name.replace(/^moonwit:host\/|@1\.0\.0$/g, '')] as HostImportInterface,
  };
}

function open(given: Given) {
  return live(plan, granting(given));
}

/** A host's session; counts those that exist. */
function sessions() {
  const closed: string[] = [];
  class Session {
    static open: Session[] = [];
    readonly lines: string[] = [];
    readonly label: string;
    constructor(name: string) {
      this.label = name;
      Session.open.push(this);
    }
    name() {
      return this.label;
    }
    write(text: string) {
      return this.lines.push(text);
    }
    static current() {
      return new Session('current');
    }
    [Symbol.dispose]() {
      closed.push(this.label);
      Session.open = Session.open.filter((each) => each !== this);
    }
  }
  const given = {
    Session,
    describe: (session: Session) => `${session.label}: ${session.lines.length}`,
    close: (session: Session) => (session.label === 'bad' ? { err: 'no' } : { ok: session.lines.length }),
  };
  return { given: given as unknown as HostImportInterface, Session, closed };
}

describe('functions', () => {
  test('arguments reach the host lifted, its results reach the guest lowered', () => {
    const seen: unknown[] = [];
    const { call } = open({
      log: {
        log: (...args: unknown[]) => void seen.push(args),
        now: () => 2n ** 63n,
        lookup: (key: string) => (key === 'none' ? undefined : key.toUpperCase()),
      },
      double: (a: number) => a * 2,
    });
    expect(call('greet-and-log', 'Ada')).toBe('Hello, Ada!');
    call('log-many', 2);
    expect(seen).toEqual([
      ['info', 'greeting Ada'],
      ['debug', '1'],
      ['debug', '2'],
    ]);
    expect(call('clock')).toBe(2n ** 63n);
    expect(call('find', ['a', 'none', 'é'])).toEqual(['A', undefined, 'É']);
    expect(call('quadruple', 5)).toBe(20);
  });

  test('records, variants and 17 parameters travel through memory both ways', () => {
    const seen: unknown[] = [];
    const { call } = open({
      data: {
        exchange: (before: object, after: object, reason: string) => {
          seen.push(before, after, reason);
          return reason === 'no' ? { err: 'refused' } : { ok: { ...after, note: reason } };
        },
        sum17: (...values: number[]) => values.reduce((sum, each) => sum + each, 0),
        split: (text: string, separator: string) => text.split(separator),
      },
    });
    const a = { id: 1n, label: 'a', values: [0.5, 1], note: undefined, kind: { plain: true } };
    const b = { id: 2n ** 64n - 1n, label: 'é', values: [], note: 'n', kind: { scaled: 0.25 } };
    expect(call('exchange', a, b, 'yes')).toEqual({ ok: { ...b, note: 'yes' } });
    expect(seen).toEqual([a, b, 'yes']);
    expect(call('exchange', a, b, 'no')).toEqual({ err: 'refused' });
    expect(call('sum', 1)).toBe(BigInt(17 + 136));
    expect(call('split', 'a😀b😀', '😀')).toEqual(['a', 'b', '']);
  });

  test('names may be given in kebab case or in camel case, and functions may be methods of an object', () => {
    class Words {
      prefix = 'got ';
      lookup(key: string) {
        return this.prefix + key;
      }
    }
    const { call } = open({ log: new Words() as unknown as HostImportInterface });
    expect(call('find', ['x'])).toEqual(['got x']);
  });

  test.each([
    ['get-it', { 'get-it': () => 7 }],
    ['getIt', { getIt: () => 7 }],
  ])('an import `get-it` is found as %s', async (_, given) => {
    const plan = await componentFrom(importing('get-it'));
    expect(live(plan, { resolveImport: () => given }).call('f')).toBe(7);
  });

  test.each(['to-string', 'value-of', 'has-own-property'])(
    'an import %s is not what every object inherits',
    async (name) => {
      const plan = await componentFrom(importing(name));
      expect(thrownBy(() => live(plan, { resolveImport: () => ({}) }).call('f'))).toMatchObject({
        kind: 'PermissionDenied',
        message: `called a:b/c#${name}, which is not granted`,
      });
    },
  );
});

/** A component whose `f` calls one function of the interface a:b/c. */
function importing(name: string): string {
  return `(component
    (import "a:b/c" (instance $i (export "${name}" (func (result u32)))))
    (core func $low (canon lower (func $i "${name}")))
    (core module $m (import "i" "f" (func $f (result i32))) (func (export "f") (result i32) (call $f)))
    (core instance $c (instantiate $m (with "i" (instance (export "f" (func $low))))))
    (func (export "f") (result u32) (canon lift (core func $c "f"))))`;
}

describe('resources that the host implements', () => {
  test('are made, called and disposed of through the class', () => {
    const { given, closed } = sessions();
    const { call } = open({ sessions: given });
    expect(call('write-session', 's', ['a', 'b', 'c'])).toBe(3);
    expect(closed).toEqual(['s']);
    expect(call('describe-current')).toBe('current: 0');
    expect(closed).toEqual(['s', 'current']);
  });

  test('an own that goes back to the host is its object, not disposed of', () => {
    const { given, closed } = sessions();
    const { call } = open({ sessions: given });
    expect(call('open-and-close', 'x')).toEqual({ ok: 0 });
    expect(call('open-and-close', 'bad')).toEqual({ err: 'no' });
    expect(closed).toEqual([]);
  });

  test('are kept by a guest between calls and disposed of when it drops them, last first', () => {
    const { given, closed, Session } = sessions();
    const { call } = open({ sessions: given });
    expect([call('hold', 'a'), call('hold', 'b')]).toEqual([1, 2]);
    expect(Session.open.length).toBe(2);
    expect([call('release'), call('release'), call('release')]).toEqual(['b', 'a', undefined]);
    expect(closed).toEqual(['b', 'a']);
  });

  test('the host’s own objects are lent to, given to and passed through guests', () => {
    const { given, closed, Session } = sessions();
    const { call } = open({ sessions: given });
    const session = new Session('mine');
    expect(call('name-of', session)).toBe('mine');
    expect(call('name-of', session)).toBe('mine');
    expect(call('pass', session)).toBe(session);
    expect(closed).toEqual([]);
    expect(call('take', session)).toBe('mine');
    expect(closed).toEqual(['mine']);
  });

  test('an object of another class is refused', () => {
    const { given } = sessions();
    expect(thrownBy(() => open({ sessions: given }).call('name-of', { name: () => 'x' }))).toMatchObject({
      facts: { argument: 0, expected: 'borrow<session>', got: 'a table with name' },
    });
  });

  test('a refused argument takes back nothing that imports gave before', () => {
    const { given, Session } = sessions();
    const { call } = open({ sessions: given });
    call('hold', 'a');
    expect(thrownBy(() => call('take', {}))).toMatchObject({ facts: { got: 'an empty table' } });
    expect(call('release')).toBe('a');
    expect(Session.open).toEqual([]);
  });

  test('a guest that does not drop what it was lent traps', () => {
    const { given, Session } = sessions();
    const guest = open({ sessions: given });
    expect(trapOf(() => guest.call('leak-borrow', new Session('x')))).toMatchObject({
      code: 'borrows-remain',
      facts: { count: 1 },
    });
    expect(guest.instance.poisoned).toBe(true);
  });

  test('a constructor that throws fails the call under its name', () => {
    class Session {
      constructor() {
        throw new Error('closed today');
      }
    }
    expect(trapOf(() => open({ sessions: { Session } as never }).call('hold', 'x'))).toMatchObject({
      code: 'import-failed',
      facts: { name: 'moonwit:host/sessions#[constructor]session', detail: 'closed today' },
    });
  });
});

describe('a host function that fails', () => {
  const log = (lookup: (key: string) => unknown) => ({ log: { lookup } });

  test('by an exception traps and keeps the exception as the cause', () => {
    const mine = new TypeError('mine');
    const guest = open(
      log(() => {
        throw mine;
      }),
    );
    const trap = trapOf(() => guest.call('find', ['x']));
    expect([trap.code, trap.facts, trap.cause]).toEqual([
      'import-failed',
      { name: 'moonwit:host/log#lookup', detail: 'mine' },
      mine,
    ]);
    expect(trap.frames.length).toBeGreaterThan(0);
    expect(guest.instance.poisoned).toBe(true);
  });

  test('by a HostError passes it on unchanged', () => {
    const mine = new HostError('NotFound', 'no such key');
    expect(
      thrownBy(() =>
        open(
          log(() => {
            throw mine;
          }),
        ).call('find', ['x']),
      ),
    ).toBe(mine);
  });

  test('by a thrown string says the string', () => {
    expect(
      trapOf(() =>
        open(
          log(() => {
            throw 'words';
          }),
        ).call('find', ['x']),
      ).facts.detail,
    ).toBe('words');
  });

  test('by a promise says what to do, and the promise’s rejection is not left unhandled', () => {
    const trap = trapOf(() => open(log(() => Promise.reject(new Error('later')))).call('find', ['x']));
    expect(trap.facts).toEqual({ name: 'moonwit:host/log#lookup', detail: CANNOT_WAIT });
  });

  test.each([
    [5, 'expected string, got number 5'],
    ['\ud800', 'expected string of Unicode scalar values, got a lone surrogate'],
    [['x'], 'expected string, got an array of 1'],
  ])('by the result %j says what was expected', (result, detail) => {
    expect(trapOf(() => open(log(() => result)).call('find', ['x']))).toMatchObject({
      code: 'import-result',
      facts: { name: 'moonwit:host/log#lookup', detail },
    });
  });

  test('by a result of the wrong shape names the place', () => {
    const reading = { id: 1n, label: 'a', values: [], note: undefined, kind: 'plain' };
    const { call } = open({ data: { exchange: () => ({ ok: { ...reading, kind: { sclaed: 1 } } }) } });
    expect(trapOf(() => call('exchange', reading, reading, '')).facts.detail).toBe(
      'ok.kind: expected one of kind: plain, scaled, named, got "sclaed"',
    );
  });

  test('by an object of another class says which resource was expected', () => {
    const { given } = sessions();
    const Session = { ...given }.Session as unknown as { current: () => unknown };
    Session.current = () => ({});
    expect(trapOf(() => open({ sessions: given }).call('describe-current'))).toMatchObject({
      code: 'import-result',
      facts: { name: 'moonwit:host/sessions#[static]session.current', detail: 'expected session, got an empty table' },
    });
  });

  test('by a result that differs each time it is read says so', () => {
    let reads = 0;
    const result = {
      get ok() {
        reads += 1;
        return reads === 1 ? 5 : { id: 1n, label: '', values: [], kind: 'plain' };
      },
    };
    const { call } = open({ data: { exchange: () => result } });
    const reading = { id: 1n, label: 'a', values: [], note: undefined, kind: 'plain' };
    expect(trapOf(() => call('exchange', reading, reading, '')).facts.detail).toBe('it changed while it was read');
  });

  test('by calling back into the same instance cannot enter it, whatever it does with the error', () => {
    const guest: { current?: ReturnType<typeof open> } = {};
    let inner: unknown;
    guest.current = open(
      log(() => {
        inner = thrownBy(() => guest.current?.call('pure', 1));
        return 'caught';
      }),
    );
    expect(trapOf(() => guest.current?.call('find', ['x'])).code).toBe('cannot-enter');
    expect(inner).toMatchObject({ code: 'cannot-enter', facts: { detail: 'it is in a call already' } });
    expect(guest.current.instance.poisoned).toBe(true);
  });

  test('may call another instance of the same plan', () => {
    const other = open(log((key) => `${key}!`));
    const { call } = open(log((key) => (other.call('find', [key]) as string[])[0]));
    expect(call('find', ['a', 'b'])).toEqual(['a!', 'b!']);
  });
});

describe('what is not granted', () => {
  test('an import that nothing was given for fails only when it is called', () => {
    const guest = open({});
    expect(guest.call('pure', 41)).toBe(42);
    expect(thrownBy(() => guest.call('quadruple', 1))).toMatchObject({
      message: 'called double#, which is not granted',
    });
    expect(thrownBy(() => open({}).call('hold', 'x'))).toMatchObject({
      message: 'called moonwit:host/sessions@1.0.0#[constructor]session, which is not granted',
    });
  });

  test('an interface without the function that is called is refused by the function’s name', () => {
    expect(thrownBy(() => open({ log: { now: () => 1 } }).call('find', ['x']))).toMatchObject({
      message: 'called moonwit:host/log@1.0.0#lookup, which is not granted',
    });
  });

  test('a guest on libc loads, answers where it asks nothing, and is refused where it prints', () => {
    const guest = live(libc);
    expect(guest.call('pure', 4)).toBeDefined();
    expect(guest.instance.poisoned).toBe(false);
    expect(thrownBy(() => guest.call('shout', 'hi'))).toMatchObject({ kind: 'PermissionDenied' });
    expect(guest.instance.poisoned).toBe(true);
  });
});

describe('what a guest catches', () => {
  test('a failed import fails the call although the guest caught the exception', async () => {
    const wat = `(module (import "host" "f" (func $f))
      (func (export "g") (result i32) (try (do (call $f)) (catch_all)) (i32.const 7)))`;
    const { call, instance } = live(await legacyCatch(wat), {
      resolveImport: () => ({
        f: () => {
          throw new HostError('Timeout', 'too late');
        },
      }),
    });
    expect(thrownBy(() => call('g'))).toMatchObject({ kind: 'Timeout' });
    expect(instance.poisoned).toBe(true);
  });
});

/** Exception handling as V8 of Node 20 has it; wabt assembles it. */
async function legacyCatch(text: string): Promise<ComponentPlan> {
  const { default: wabt } = await import('wabt');
  const parsed = (await wabt()).parseWat('made.wat', text, { exceptions: true });
  const { compileCoreModule } = await import('../../src/component/core-plan.js');
  return compileCoreModule(new Uint8Array(parsed.toBinary({}).buffer), null, { name: 'made' });
}

describe('an import that a component exports again', () => {
  const text = `(component
    (import "f" (func $f (param "v" (list string)) (param "n" (option u8)) (result (result string (error u64)))))
    (export "g" (func $f)))`;

  test('is checked, lifted and lowered like any other function', async () => {
    const plan = await componentFrom(text);
    const seen: unknown[] = [];
    const options = {
      resolveImport: () => (v: string[], n?: number) => {
        seen.push(v, n);
        return v.length > 0 ? { ok: v.join() } : { err: 2n ** 40n };
      },
    };
    const js = live(plan, options, 'js');
    expect(js.call('g', ['a', 'é'])).toEqual({ ok: 'a,é' });
    const go = live(plan, options, 'go');
    expect(go.call('g', [], 7)).toEqual({ err: 2 ** 40 });
    expect(seen).toEqual([['a', 'é'], undefined, [], 7]);
    expect(thrownBy(() => js.call('g', [5]))).toMatchObject({ facts: { path: [1], expected: 'string' } });
  });

  test('hands resources through', async () => {
    const plan = await componentFrom(`(component
      (import "i" (instance $i (export "r" (type $r (sub resource)))
        (export "make" (func (result (own $r)))) (export "use" (func (param "r" (borrow $r)) (result u32)))
        (export "take" (func (param "r" (own $r)) (result u32)))
        (export "copy" (func (param "r" (borrow $r)) (result (own $r))))))
      (export "i" (instance $i)))`);
    class R {
      n = 7;
    }
    const { call } = live(plan, {
      resolveImport: () =>
        ({
          R,
          make: () => new R(),
          use: (r: R) => r.n,
          take: (r: R) => r.n + 1,
          copy: (r: R) => Object.assign(new R(), { n: r.n + 10 }),
        }) as never,
    });
    const r = call('make');
    expect(r).toBeInstanceOf(R);
    expect([call('use', r), call('use', r), call('take', r)]).toEqual([7, 7, 8]);
    expect(call('use', call('copy', r))).toBe(17);
    expect(thrownBy(() => call('use', {}))).toMatchObject({ facts: { expected: 'borrow<r>' } });
  });
});

describe('guest resources in the hands of host functions', () => {
  /** Exports a resource; `f` makes one, lends it to the import `see`, and answers what `see` did. */
  const text = `(component
    (core module $d (func (export "dtor") (param i32)))
    (core instance $d (instantiate $d))
    (type $r' (resource (rep i32) (dtor (core func $d "dtor"))))
    (export $r "r" (type $r'))
    (import "see" (func $see (param "v" u32)))
    (core func $new (canon resource.new $r'))
    (core func $low (canon lower (func $see)))
    (core module $m
      (import "i" "new" (func $new (param i32) (result i32))) (import "i" "see" (func $see (param i32)))
      (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
      (func (export "rep") (param i32) (result i32) (local.get 0))
      (func (export "f") (param i32) (call $see (local.get 0))))
    (core instance $c (instantiate $m (with "i" (instance (export "new" (func $new)) (export "see" (func $low))))))
    (func (export "make") (param "v" u32) (result (own $r)) (canon lift (core func $c "make")))
    (func (export "rep") (param "r" (borrow $r)) (result u32) (canon lift (core func $c "rep")))
    (func (export "f") (param "v" u32) (canon lift (core func $c "f"))))`;

  test('dropping a guest’s resource while the guest is in a call traps, and that call fails too', async () => {
    const plan = await componentFrom(text);
    let held: GuestHandle | undefined;
    let inner: unknown;
    const guest = live(plan, {
      resolveImport: () => () => {
        inner = thrownBy(() => held?.destroy());
      },
    });
    held = guest.call('make', 5) as GuestHandle;
    expect(trapOf(() => guest.call('f', 1)).code).toBe('cannot-enter');
    expect(inner).toMatchObject({ code: 'cannot-enter' });
    expect(guest.instance.poisoned).toBe(true);
    expect(trapOf(() => guest.call('f', 1)).facts.detail).toBe('it has trapped before');
  });
});
