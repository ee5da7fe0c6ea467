import { describe, expect, test } from 'vitest';
import { checkHostPattern } from '../../src/registry/kinds/hosts.js';
import { IMPORT_GROUPS, parseImport } from '../../src/registry/kinds/imports.js';
import { parseMilliseconds } from '../../src/registry/kinds/units.js';
import { normalizeGuestPath } from '../../src/registry/kinds/wasi.js';
import { insidePath } from '../../src/registry/paths.js';

function isHost(pattern: string): boolean {
  let isFine = true;
  checkHostPattern(pattern, () => {
    isFine = false;
  });
  return isFine;
}

describe('checkHostPattern()', () => {
  test.each([
    'localhost',
    'a.b',
    'A.B',
    'a.b:1',
    'a.b:65535',
    '*.a.b',
    '*.a.b:443',
    'x_y.z',
    'a.b.',
    '127.0.0.1',
    '255.255.255.255:80',
    '10.0.0.0/8',
    '0.0.0.0/0',
    '1.2.3.4/32',
    '::',
    '::1',
    '1:2:3:4:5:6:7:8',
    '::ffff:1.2.3.4',
    'fe80::/10',
    '::/128',
    '[::1]',
    '[::1]:80',
  ])('accepts %s', (pattern) => {
    expect(isHost(pattern)).toBe(true);
  });

  test.each([
    '',
    ' ',
    '*',
    '*.',
    'a b',
    'a.b:',
    'a.b:0',
    'a.b:65536',
    'a.b:x',
    'http://a.b',
    'a.b/x',
    'a..b',
    '-a',
    'a.*.b',
    '**.a',
    '256.0.0.1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4/33',
    '1.2.3.4/',
    '/8',
    'a.b/8',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::/129',
    '[::1',
    '[::1]:0',
    '[a.b]:1',
    'a'.repeat(64),
    'é.fr',
  ])('refuses %j', (pattern) => {
    expect(isHost(pattern)).toBe(false);
  });
});

describe('parseImport()', () => {
  test.each(Object.keys(IMPORT_GROUPS))('accepts %s in any case and version', (group) => {
    for (const name of [group, group.toUpperCase(), `${group}@0.2.0`, `${group}@9.9.9-rc`]) {
      expect(parseImport(name), name).toEqual({ group, interface: null });
    }
  });

  test('accepts every interface of a group, alone', () => {
    for (const [group, names] of Object.entries(IMPORT_GROUPS)) {
      for (const name of names) expect(parseImport(`${group}/${name}@0.2.3`)).toEqual({ group, interface: name });
    }
  });

  test.each([
    '',
    '@',
    'wasi',
    'wasi:',
    'wasi:cli/',
    'wasi:cli/environment/x',
    'cli',
    'wasi:cli-x',
    '__proto__',
    'constructor',
    'constructor/name',
    'wasi1/x',
  ])('refuses %j', (name) => {
    expect(parseImport(name)).toBeNull();
  });
});

describe('parseMilliseconds()', () => {
  test.each([
    ['0', 0],
    ['1500', 1500],
    ['1.5', 1.5],
    ['10ms', 10],
    ['1.5s', 1500],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['-1', null],
    ['1d', null],
    ['', null],
    ['s', null],
    ['1 s', null],
    ['1e3', null],
    ['1s'.repeat(21), null],
  ])('reads %j as %s', (text, expected) => {
    expect(parseMilliseconds(text)).toBe(expected);
  });
});

describe('normalizeGuestPath()', () => {
  test.each([
    ['/', '/'],
    ['/a', '/a'],
    ['/a/', '/a'],
    ['//a///b/./c/..', '/a/b'],
    ['/..', '/'],
    ['/../../a', '/a'],
    ['a', null],
    ['', null],
    ['./a', null],
    ['/a\0', null],
  ])('gives %j as %s', (path, expected) => {
    expect(normalizeGuestPath(path)).toBe(expected);
  });
});

describe('insidePath()', () => {
  test.each([
    ['a', 'a'],
    ['./a//b/.', 'a/b'],
    ['a/../b', 'b'],
    ['', ''],
    ['a\\b', 'a/b'],
    ['..', null],
    ['a/../..', null],
    ['a/../../a', null],
    ['a\\..\\..\\b', null],
    ['/a', null],
    ['\\a', null],
    ['C:/a', null],
    ['a\0', null],
  ])('gives %j as %s', (path, expected) => {
    expect(insidePath(path)).toBe(expected);
  });
});
