/** What the platform does that snippets cannot show: key pairs, bounds of matching, the lines of the log. */

import { generateKeyPairSync } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import type { JwtAlgorithm, LogRecord } from '../../src/lua/platform.js';
import { pinoLog } from '../../src/platform/log.js';
import { nodePlatform } from '../../src/platform/node.js';
import { lazyPackages } from '../../src/platform/packages.js';
import { specVm } from '../lua/support.js';

const platform = nodePlatform();
const bytes = (text: string) => new TextEncoder().encode(text);

function pem(keys: {
  privateKey: { export(o: object): string | Buffer };
  publicKey: { export(o: object): string | Buffer };
}) {
  return {
    secret: bytes(String(keys.privateKey.export({ type: 'pkcs8', format: 'pem' }))),
    open: bytes(String(keys.publicKey.export({ type: 'spki', format: 'pem' }))),
  };
}

const rsa = pem(generateKeyPairSync('rsa', { modulusLength: 2048 }));
const curve = (namedCurve: string) => pem(generateKeyPairSync('ec', { namedCurve }));

describe('jwt', () => {
  const pairs: [JwtAlgorithm, { secret: Uint8Array; open: Uint8Array }][] = [
    ['RS256', rsa],
    ['RS384', rsa],
    ['RS512', rsa],
    ['PS256', rsa],
    ['PS384', rsa],
    ['PS512', rsa],
    ['ES256', curve('P-256')],
    ['ES384', curve('P-384')],
    ['ES512', curve('P-521')],
  ];

  test.each(pairs)('%s signs with the private key and verifies with the public one', (algorithm, { secret, open }) => {
    const token = platform.jwt.sign('{"exp":100,"n":9007199254740993}', secret, algorithm);
    const claims = platform.jwt.verify(token, open, algorithm, 99);
    expect(new TextDecoder().decode(claims)).toBe('{"exp":100,"n":9007199254740993}');
    expect(() => platform.jwt.verify(token, open, algorithm, 100)).toThrow('the token was refused: jwt expired');
  });

  test('a public key is not taken for the secret of an HS256 token', () => {
    const forged = platform.jwt.sign('{"exp":100}', bytes('x'), 'HS256');
    expect(() => platform.jwt.verify(forged, rsa.open, 'RS256', 1)).toThrow('invalid algorithm');
    expect(() => platform.jwt.verify(forged, rsa.open, 'HS256', 1)).toThrow(HostError);
  });

  test('a token of another key pair is refused', () => {
    const token = platform.jwt.sign('{"exp":100}', curve('P-256').secret, 'ES256');
    expect(() => platform.jwt.verify(token, curve('P-256').open, 'ES256', 1)).toThrow('invalid signature');
  });

  test('a curve that does not fit the algorithm is the caller’s mistake', () => {
    try {
      platform.jwt.sign('{}', curve('P-256').secret, 'ES384');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ kind: 'Invalid', details: { algorithm: 'ES384' } });
    }
  });

  test('Lua signs and verifies with key pairs', async () => {
    const { vm } = specVm();
    const source =
      'local secret, open = ... local token = crypto.jwt.encode({exp = 99999999999, sub = "x"}, secret, "ES256") ' +
      'return crypto.jwt.verify(token, open, "ES256").sub == "x"';
    const { secret, open } = curve('P-256');
    expect(await vm.runScript({ name: 'jwt.lua', source, args: [secret, open] })).toEqual([true]);
  });
});

describe('matchesOf()', () => {
  test('answers for each text', () => {
    expect(platform.matchesOf('^a.c$', ['abc', 'abd', 'a\nc', ''])).toEqual([true, false, false, false]);
    expect(platform.matchesOf('(?is)^A.C$', ['abc', 'a\nc'])).toEqual([true, true]);
    expect(platform.matchesOf('x', [])).toEqual([]);
  });

  test('works again after a pattern that was stopped', () => {
    expect(() => platform.matchesOf('^(a+)+$', [`${'a'.repeat(60)}!`])).toThrow('matching failed');
    expect(platform.matchesOf('a', ['a'])).toEqual([true]);
  });

  test('an escaped parenthesis is no group', () => {
    expect(platform.matchesOf('\\(\\?=', ['(?='])).toEqual([true]);
    expect(platform.matchesOf('[(?=]+', ['(?='])).toEqual([true]);
  });

  test('the texts of one search do not reach the next', () => {
    platform.matchesOf('a', ['a']);
    expect(platform.matchesOf('a', ['b'])).toEqual([false]);
  });
});

describe('pinoLog()', () => {
  const record: LogRecord = {
    level: 'warn',
    message: 'm',
    logger: 'db',
    pid: '{local|1}',
    location: 'a.lua:3',
    fields: {},
  };

  function linesOf(records: readonly LogRecord[]): unknown[] {
    const file = join(mkdtempSync(join(tmpdir(), 'moonwit-log-')), 'log');
    const fd = openSync(file, 'w');
    const log = pinoLog(lazyPackages(), fd);
    for (const each of records) log(each);
    const text = readFileSync(file, 'utf8');
    closeSync(fd);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }

  test('writes a line of JSON at once', () => {
    const [line] = linesOf([{ ...record, fields: { n: 1 } }]);
    expect(line).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      logger: 'db',
      pid: '{local|1}',
      location: 'a.lua:3',
      n: 1,
      msg: 'm',
    });
  });

  test('the lowest level is written, and a nameless logger has no name', () => {
    const [line] = linesOf([{ ...record, level: 'debug', logger: '' }]);
    expect(line).toMatchObject({ level: 'debug' });
    expect(line).not.toHaveProperty('logger');
  });

  test('fields of a script do not replace the line’s own', () => {
    const [line] = linesOf([{ ...record, fields: { level: 'x', msg: 'y', time: 1, pid: 2, location: 3, logger: 4 } }]);
    expect(line).toMatchObject({
      level: 'warn',
      msg: 'm',
      pid: '{local|1}',
      location: 'a.lua:3',
      logger: 'db',
      'fields.level': 'x',
      'fields.msg': 'y',
      'fields.pid': 2,
    });
  });

  test('line ends and integers of 64 bits stay inside their line', () => {
    const lines = linesOf([{ ...record, message: 'a\nb', fields: { id: 9007199254740993n } }, record]);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ msg: 'a\nb' });
  });
});

test('a VM without a platform says so', async () => {
  const { vm } = specVm({}, { platform: undefined as never });
  const source = 'local r, err = hash.md5("x") return r, err:kind()';
  const [value, kind] = await vm.runScript({ name: 'bare.lua', source });
  expect([value, new TextDecoder().decode((kind as { bytes: Uint8Array }).bytes)]).toEqual([null, 'Unavailable']);
});
