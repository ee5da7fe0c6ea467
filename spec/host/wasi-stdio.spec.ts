/** The standard streams, as a guest uses every operation of them; its lines are in the log. */
import { describe, expect, test } from 'vitest';
import { type GuestHost, type GuestUse, withGuest } from './wasi.js';

const METHODS = [
  'write-pieces',
  'write-bytes',
  'write-at-once',
  'write-unasked',
  'write-beyond',
  'check-write',
  'flush',
  'blocking-flush',
  'write-zeroes',
  'blocking-write-zeroes-and-flush',
  'splice',
  'blocking-splice',
  'writable',
  'readable',
  'read-all',
  'read',
  'blocking-read',
  'skip',
  'blocking-skip',
  'terminals',
  'leak',
];

const withStdio = <T>(run: (use: GuestHost) => Promise<T>, options: GuestUse = {}): Promise<T> =>
  withGuest('stdio', METHODS, { fields: { imports: ['wasi:cli', 'wasi:io'] }, ...options }, run);

const utf8 = (text: string) => new TextEncoder().encode(text);
const MANY = 64 * 1024;

describe('what a guest writes', () => {
  test('is in the log line by line, with its function and its stream', async () => {
    await withStdio(async ({ call, logged }) => {
      await call('write-bytes', 'out', utf8('first\nsecond\n'));
      await call('write-bytes', 'err', utf8('third\n'));
      const own = { logger: '', pid: '', location: '' };
      const fields = { function: 't:write_bytes', stream: 'stdout' };
      expect(logged).toEqual([
        { level: 'info', message: 'first', fields, ...own },
        { level: 'info', message: 'second', fields, ...own },
        { level: 'warn', message: 'third', fields: { ...fields, stream: 'stderr' }, ...own },
      ]);
    });
  });

  test.each([
    ['a partial line ends with the call', 'whole\npart', ['whole', 'part']],
    ['an empty line is a line', '\n\n', ['', '']],
    ['nothing is no line', '', []],
    ['the end of a Windows line goes, too', 'a\r\nb\r', ['a', 'b']],
    ['characters of several bytes stay whole', 'grüße 🌍\n', ['grüße 🌍']],
    ['a NUL and control characters stay', 'a\0b\x1b[1m\n', ['a\0b\x1b[1m']],
  ])('%s', async (_, text, lines) => {
    await withStdio(async (use) => {
      await use.call('write-bytes', 'out', utf8(text));
      expect(use.lines()).toEqual(lines.map((line) => `stdout:${line}`));
    });
  });

  test('what is no UTF-8 is replaced, byte by byte', async () => {
    await withStdio(async (use) => {
      await use.call('write-bytes', 'out', new Uint8Array([0x61, 0xff, 0x62, 0xc3, 0x0a, 0xa4]));
      expect(use.lines()).toEqual(['stdout:a�b�', 'stdout:�']);
    });
  });

  test.each([
    [MANY, ['x'.repeat(MANY)]],
    [MANY + 1, ['x'.repeat(MANY), 'x']],
    [2 * MANY + 5, ['x'.repeat(MANY), 'x'.repeat(MANY), 'xxxxx']],
  ])('a line of %d bytes is told in pieces of 64 KiB', async (length, pieces) => {
    await withStdio(async (use) => {
      await use.call('write-bytes', 'out', utf8(`${'x'.repeat(length)}\n`));
      expect(use.logged.map(({ message }) => message)).toEqual(pieces);
    });
  });

  test('a character across the end of a piece stays whole', async () => {
    await withStdio(async (use) => {
      const text = `${'x'.repeat(MANY - 2)}🌍 and more`;
      await use.call('write-bytes', 'out', utf8(text));
      expect(use.logged.map(({ message }) => message)).toEqual(['x'.repeat(MANY - 2), '🌍 and more']);
    });
  });

  test('a megabyte in pieces of 64 bytes is 16384 lines', async () => {
    await withStdio(async (use) => {
      await use.call('write-pieces', 'out', 2n ** 20n, 64);
      expect(use.logged).toHaveLength(2 ** 14);
      expect(new Set(use.logged.map(({ message }) => message.length))).toEqual(new Set([63]));
    });
  });
});

test('more than waits on the way to the log is all there in the end', async () => {
  await withStdio(async (use) => {
    await use.call('write-pieces', 'err', 2n ** 23n, 4096);
    expect(use.logged).toHaveLength(2 ** 17);
    expect(use.logged.every(({ message, level }) => message.length === 63 && level === 'warn')).toBe(true);
  });
});

describe('an output stream', () => {
  test('permits 1 MiB at a time', async () => {
    await withStdio(async ({ call }) => expect(await call('check-write', 'out')).toEqual({ ok: 2n ** 20n }));
  });

  test('traps a write that check-write was not asked for, and the next call works', async () => {
    await withStdio(async ({ call, fails, lines }) => {
      expect((await fails('write-unasked', 'out', utf8('x'))).message).toContain(
        'import wasi:io/streams#[method]output-stream.write failed: 1 bytes written, 0 permitted by check-write: ask it before each write',
      );
      expect(await call('write-unasked', 'out', utf8(''))).toEqual({ ok: true });
      expect(lines()).toEqual([]);
    });
  });

  test('takes as much as check-write permitted, and traps one byte more', async () => {
    await withStdio(async ({ call, fails }) => {
      expect(await call('write-beyond', 'err', 0n)).toEqual({ ok: true });
      expect((await fails('write-beyond', 'err', 1n)).message).toContain('1048577 bytes written, 1048576 permitted');
    });
  });

  test('takes 4096 bytes at once, and traps one byte more', async () => {
    await withStdio(async ({ call, fails }) => {
      expect(await call('write-at-once', 'out', new Uint8Array(4096))).toEqual({ ok: true });
      expect((await fails('write-at-once', 'out', new Uint8Array(4097))).message).toContain(
        '4097 bytes at once: it takes up to 4096',
      );
      expect(await call('blocking-write-zeroes-and-flush', 'out', 4096n)).toEqual({ ok: true });
      expect((await fails('blocking-write-zeroes-and-flush', 'out', 4097n)).message).toContain('up to 4096');
    });
  });

  test('writes zeroes', async () => {
    await withStdio(async ({ call, lines }) => {
      expect(await call('write-zeroes', 'out', 3n)).toEqual({ ok: true });
      expect(await call('blocking-write-zeroes-and-flush', 'err', 2n)).toEqual({ ok: true });
      expect(lines()).toEqual(['stdout:\0\0\0', 'stderr:\0\0']);
    });
  });

  test.each(['flush', 'blocking-flush'])('has nothing to wait for in %s', async (method) => {
    await withStdio(async ({ call }) => {
      expect(await call(method, 'out')).toEqual({ ok: true });
      expect(await call('writable', 'out')).toBe(true);
    });
  });
});

describe('the input', () => {
  test('is empty unless it is given', async () => {
    await withStdio(async ({ call }) => {
      expect(await call('read-all', 10n)).toEqual({ ok: new Uint8Array(0) });
      for (const method of ['read', 'blocking-read', 'skip', 'blocking-skip']) {
        expect(await call(method, 1n)).toEqual({ err: 'closed' });
        expect(await call(method, 0n)).toEqual({ ok: method.includes('skip') ? 0n : new Uint8Array(0) });
      }
      expect(await call('splice', 'out', 10n)).toEqual({ err: 'closed' });
      expect(await call('readable')).toBe(true);
    });
  });

  test('that is given is there for every call', async () => {
    await withStdio(
      async ({ call }) => {
        for (const piece of [1n, 4n, 1000n]) {
          expect(await call('read-all', piece)).toEqual({ ok: utf8('hello\nworld\n') });
        }
        expect(await call('read', 5n)).toEqual({ ok: utf8('hello') });
        expect(await call('blocking-read', 2n ** 64n - 1n)).toEqual({ ok: utf8('hello\nworld\n') });
        expect(await call('skip', 7n)).toEqual({ ok: 7n });
        expect(await call('blocking-skip', 100n)).toEqual({ ok: 12n });
        expect(await call('readable')).toBe(true);
      },
      { stdin: 'hello\nworld\n' },
    );
  });

  test.each(['splice', 'blocking-splice'])('goes to the output by %s', async (method) => {
    await withStdio(
      async ({ call, lines }) => {
        expect(await call(method, 'out', 7n)).toEqual({ ok: 7n });
        expect(await call(method, 'err', 100n)).toEqual({ ok: 12n });
        expect(await call(method, 'out', 0n)).toEqual({ ok: 0n });
        expect(lines()).toEqual(['stdout:hello', 'stdout:w', 'stderr:hello', 'stderr:world']);
      },
      { stdin: new TextEncoder().encode('hello\nworld\n') },
    );
  });
});

test('no stream of a function is a terminal', async () => {
  await withStdio(async ({ call }) => expect(await call('terminals')).toEqual([false, false, false]));
});

test('streams and pollables that a call leaves open end with it', async () => {
  const pool = { type: 'static', size: 1, workers: 1 };
  await withStdio(
    async ({ call, host }) => {
      for (let count = 0; count < 20; count++) await call('leak', 500);
      expect(host.describe('t:leak').poolStats).toMatchObject({ running: 0, idle: 1 });
    },
    { fields: { imports: ['wasi:cli', 'wasi:io'], pool } },
  );
});

test('a guest that drops nothing has its instance replaced before the host is full of what it left', async () => {
  const pool = { type: 'static', size: 1, workers: 1 };
  await withStdio(
    async ({ call, fails }) => {
      for (let count = 0; count < 4; count++) await call('leak', 40_000);
      expect(await fails('leak', 60_000)).toMatchObject({
        kind: 'Unavailable',
        message: expect.stringContaining('more than 100000 resources of the host are open in one instance'),
      });
      await call('leak', 1);
    },
    { fields: { imports: ['wasi:cli', 'wasi:io'], pool } },
  );
});

test.each([
  ['stdout', 'out', 'write-bytes', 'wasi:cli/stdout#get-stdout', ['wasi:io'], 'wasi:cli'],
  ['stderr', 'err', 'write-bytes', 'wasi:cli/stderr#get-stderr', ['wasi:io', 'wasi:cli/stdout'], 'wasi:cli'],
  [
    'streams',
    'out',
    'write-bytes',
    'wasi:io/streams#[method]output-stream.blocking-write-and-flush',
    ['wasi:cli'],
    'wasi:io',
  ],
])('%s is denied where nothing grants it', async (_, to, method, called, imports, grant) => {
  await withStdio(
    async ({ fails, lines }) => {
      expect(await fails(method, to, utf8('x'))).toMatchObject({
        kind: 'PermissionDenied',
        message: `t:write_bytes called ${called}, which its entry does not grant: add "${grant}" to imports`,
      });
      expect(lines()).toEqual([]);
    },
    { fields: { imports } },
  );
});
