import { execFileSync } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { descriptorBudget } from '../../src/files/bounds.js';
import { openVolume } from '../../src/files/volume.js';
import { CREATE, codeOf, kept, NONE, READ, scratch, specOf, textOf, volume, WRITE } from './support.js';

/** One suite for both ways of walking; what other systems do can be seen on this one. */
describe.each([
  ['by held folders', false],
  ['by real paths', true],
])('a volume, %s', (_, portable) => {
  const open = (path: string, more = {}) => volume(path, more, portable);

  test('reads, writes, appends and truncates at named places', () => {
    const root = open(scratch());
    const file = kept(root.open('a.txt', CREATE));
    expect(file.write(Buffer.from('hello'), 0)).toBe(5);
    expect(file.write(Buffer.from('J'), 0)).toBe(1);
    expect(file.append(Buffer.from('!'))).toBe(1);
    expect(Buffer.from(file.read(100, 1)).toString()).toBe('ello!');
    expect(file.read(100, 6)).toHaveLength(0);
    file.setSize(2n);
    expect(textOf(root, 'a.txt')).toBe('Je');
    expect(root.statAt('a.txt', true)).toMatchObject({ type: 'regular-file', size: 2n, linkCount: 1n });
    kept(root.open('a.txt', { ...WRITE, truncate: true }));
    expect(file.stat().size).toBe(0n);
  });

  test('appends after what another handle has written', () => {
    const root = open(scratch());
    const [a, b] = [kept(root.open('log', CREATE)), kept(root.open('log', WRITE))];
    a.append(Buffer.from('a'));
    b.append(Buffer.from('b'));
    a.append(Buffer.from('c'));
    expect(textOf(root, 'log')).toBe('abc');
  });

  test('makes, lists and removes folders', () => {
    const path = scratch();
    const root = open(path);
    root.createDirectory('d');
    root.createDirectory('d/e/');
    writeFileSync(join(path, 'd/é.txt'), 'x');
    symlinkSync('e', join(path, 'd/l'));
    const d = kept(root.open('d', { ...READ, directory: true }));
    expect([...d.list()].sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'e', type: 'directory' },
      { name: 'l', type: 'symbolic-link' },
      { name: 'é.txt', type: 'regular-file' },
    ]);
    expect(codeOf(() => root.removeDirectory('d'))).toBe('not-empty');
    expect(codeOf(() => root.removeDirectory('d/é.txt'))).toBe('not-directory');
    d.removeDirectory('e/');
    expect(existsSync(join(path, 'd/e'))).toBe(false);
  });

  test('leaves out names that are not UTF-8', () => {
    const path = scratch();
    writeFileSync(Buffer.concat([Buffer.from(`${path}/`), Buffer.from([0x61, 0xff])]), '');
    writeFileSync(join(path, 'ok'), '');
    expect(open(path).list()).toEqual([{ name: 'ok', type: 'regular-file' }]);
  });

  test('renames within and between its folders, over files too', () => {
    const path = scratch();
    const root = open(path);
    mkdirSync(join(path, 'd'));
    writeFileSync(join(path, 'a'), 'a');
    writeFileSync(join(path, 'd/b'), 'b');
    const d = kept(root.open('d', READ));
    root.rename('a', d, 'b');
    expect(readFileSync(join(path, 'd/b'), 'utf8')).toBe('a');
    d.rename('b', root, 'c');
    expect(textOf(root, 'c')).toBe('a');
    expect(codeOf(() => root.rename('c/', root, 'x'))).toBe('not-directory');
    expect(codeOf(() => root.rename('c', root, 'x/'))).toBe('not-directory');
    expect(codeOf(() => root.rename('d', root, 'd/e'))).toBe('invalid');
    expect(codeOf(() => root.rename('.', root, 'x'))).toBe('busy');
    expect(codeOf(() => root.rename('missing', root, 'x'))).toBe('no-entry');
  });

  test('links and reads links', () => {
    const path = scratch();
    const root = open(path);
    writeFileSync(join(path, 'a'), 'a');
    root.symlink('a', 'l');
    root.symlink('l', 'll');
    expect(root.readLink('l')).toBe('a');
    expect(codeOf(() => root.readLink('a'))).toBe('invalid');
    expect(textOf(root, 'll')).toBe('a');
    expect(root.statAt('l', false).type).toBe('symbolic-link');
    expect(root.statAt('l', true).type).toBe('regular-file');
    expect(codeOf(() => root.open('l', { ...READ, follow: false }))).toBe('loop');
    root.link('ll', true, root, 'hard');
    expect(root.statAt('hard', false)).toMatchObject({ type: 'regular-file', linkCount: 2n });
    expect(codeOf(() => root.link('l', false, root, 'hardlink'))).toBe(portable ? 'unsupported' : 'ok');
    if (!portable) expect(root.statAt('hardlink', false).type).toBe('symbolic-link');
    expect(codeOf(() => root.link('a', false, root, 'l'))).toBe('exist');
    expect(codeOf(() => root.link('.', false, root, 'x'))).toBe('not-permitted');
    root.unlinkFile('ll');
    expect(codeOf(() => root.statAt('ll', false))).toBe('no-entry');
    expect(codeOf(() => root.symlink('/a', 'x'))).toBe('not-permitted');
    expect(codeOf(() => root.symlink('a', 'new/'))).toBe('no-entry');
  });

  test('creates once with exclusive, and through a link that leads nowhere without', () => {
    const path = scratch();
    const root = open(path);
    symlinkSync('target', join(path, 'l'));
    expect(codeOf(() => root.open('l', { ...CREATE, exclusive: true }))).toBe('exist');
    expect(existsSync(join(path, 'target'))).toBe(false);
    kept(root.open('l', CREATE)).append(Buffer.from('x'));
    expect(readFileSync(join(path, 'target'), 'utf8')).toBe('x');
    expect(codeOf(() => root.open('target', { ...CREATE, exclusive: true }))).toBe('exist');
    expect(codeOf(() => root.open('new', { ...CREATE, exclusive: true }))).toBe('ok');
  });

  test('sets times, one at a time too', () => {
    const path = scratch();
    const root = open(path);
    writeFileSync(join(path, 'a'), 'a');
    symlinkSync('a', join(path, 'l'));
    root.setTimesAt('l', true, 1_000_000_000_500_000_000n, 2_000_000_000n);
    expect(root.statAt('a', false)).toMatchObject({
      accessedNs: 1_000_000_000_500_000_000n,
      modifiedNs: 2_000_000_000n,
    });
    kept(root.open('a', READ)).setTimes(null, 3_000_000_000n);
    expect(root.statAt('a', false)).toMatchObject({
      accessedNs: 1_000_000_000_500_000_000n,
      modifiedNs: 3_000_000_000n,
    });
    root.setTimesAt('l', false, 4_000_000_000n, 4_000_000_000n);
    expect(root.statAt('l', false).modifiedNs).toBe(4_000_000_000n);
    expect(root.statAt('a', false).modifiedNs).toBe(3_000_000_000n);
    root.setTimes('now', 5_000_000_000n);
    expect(root.stat().modifiedNs).toBe(5_000_000_000n);
    expect(codeOf(() => root.setTimesAt('a', false, -1n, null))).toBe('invalid');
  });

  test.each([
    ['', 'no-entry'],
    ['/', 'not-permitted'],
    ['/a', 'not-permitted'],
    ['..', 'not-permitted'],
    ['d/../..', 'not-permitted'],
    ['d/../../x', 'not-permitted'],
    ['a\0', 'invalid'],
    ['a/', 'not-directory'],
    ['a/.', 'not-directory'],
    ['a/..', 'not-directory'],
    ['a/b', 'not-directory'],
    ['missing/..', 'no-entry'],
    ['n'.repeat(255), 'no-entry'],
    ['n'.repeat(256), 'name-too-long'],
    ['é'.repeat(128), 'name-too-long'],
    [`${'./'.repeat(2047)}a`, 'ok'],
    [`${'./'.repeat(2048)}a`, 'name-too-long'],
    ['loop', 'loop'],
    ['loop/x', 'loop'],
    ['absolute', 'not-permitted'],
    ['absolute/passwd', 'not-permitted'],
    ['a', 'ok'],
    ['./d/.././a', 'ok'],
    ['d/up', 'ok'],
  ] as const)('opening %j gives %s', (name, code) => {
    const path = scratch();
    writeFileSync(join(path, 'a'), 'a');
    mkdirSync(join(path, 'd'));
    symlinkSync('../a', join(path, 'd/up'));
    symlinkSync('loop', join(path, 'loop'));
    symlinkSync('/etc', join(path, 'absolute'));
    const root = open(path);
    expect(codeOf(() => root.open(name, READ))).toBe(code);
  });

  test('follows forty links and not one more', () => {
    const path = scratch();
    writeFileSync(join(path, 'l0'), 'x');
    for (let index = 1; index <= 41; index++) symlinkSync(`l${index - 1}`, join(path, `l${index}`));
    const root = open(path);
    expect(codeOf(() => root.open('l40', READ))).toBe('ok');
    expect(codeOf(() => root.open('l41', READ))).toBe('loop');
  });

  test('walks 256 folders deep, and further from one of them', () => {
    const path = scratch();
    const root = open(path);
    let at = root;
    for (let index = 0; index < 258; index++) {
      at.createDirectory('d');
      at = kept(at.open('d', READ));
    }
    expect(codeOf(() => root.statAt('d/'.repeat(257), true))).toBe('ok');
    expect(codeOf(() => root.statAt('d/'.repeat(258), true))).toBe('name-too-long');
    const deep = kept(root.open('d/'.repeat(257), READ));
    expect(codeOf(() => deep.statAt('d', true))).toBe('ok');
  });

  test('a folder that is held is the start of its paths: nothing above it is in reach, not even of the volume', () => {
    const path = scratch();
    mkdirSync(join(path, 'd'));
    writeFileSync(join(path, 'a'), 'a');
    symlinkSync('../a', join(path, 'd/up'));
    const d = kept(open(path).open('d', READ));
    expect(codeOf(() => d.open('up', READ))).toBe('not-permitted');
    expect(codeOf(() => d.open('../a', READ))).toBe('not-permitted');
  });

  test('opens no pipe and no device, and does not wait for one', () => {
    const path = scratch();
    execFileSync('mkfifo', [join(path, 'pipe')]);
    const root = open(path);
    for (const options of [READ, WRITE, CREATE, NONE]) {
      expect(codeOf(() => root.open('pipe', options))).toBe('not-permitted');
    }
    expect(root.statAt('pipe', true).type).toBe('fifo');
    expect(root.list()).toEqual([{ name: 'pipe', type: 'fifo' }]);
    expect(codeOf(() => volume('/dev').open('null', READ))).toBe('not-permitted');
  });

  test.each([
    ['reading a file opened for writing', WRITE, (file: ReturnType<typeof volume>) => file.read(1, 0)],
    ['writing a file opened for reading', READ, (file: ReturnType<typeof volume>) => file.write(Buffer.from('x'), 0)],
    ['appending to it', READ, (file: ReturnType<typeof volume>) => file.append(Buffer.from('x'))],
    ['resizing it', READ, (file: ReturnType<typeof volume>) => file.setSize(0n)],
  ])('%s fails with bad-descriptor', (_, options, use) => {
    const path = scratch();
    writeFileSync(join(path, 'a'), 'abc');
    const file = kept(open(path).open('a', options));
    expect(codeOf(() => use(file))).toBe('bad-descriptor');
    expect(readFileSync(join(path, 'a'), 'utf8')).toBe('abc');
  });

  test('a closed handle does nothing, and may be closed again', () => {
    const path = scratch();
    writeFileSync(join(path, 'a'), 'abc');
    const root = open(path);
    const file = root.open('a', READ);
    file.close();
    file.close();
    expect(codeOf(() => file.read(1, 0))).toBe('bad-descriptor');
    expect(codeOf(() => file.stat())).toBe('bad-descriptor');
    root.close();
    expect(codeOf(() => root.open('a', READ))).toBe('bad-descriptor');
    expect(codeOf(() => root.list())).toBe('bad-descriptor');
  });

  test.each([
    [0o700, 'ok', 'ok', 'ok'],
    [0o500, 'ok', 'access', 'ok'],
    [0o400, 'ok', 'access', 'ok'],
    [0o300, 'access', 'ok', 'ok'],
    [0o100, 'access', 'access', 'ok'],
    [0o200, 'access', 'access', 'access'],
    [0o077, 'access', 'access', 'access'],
  ])('mode %i bounds reading (%s), writing (%s) and looking up (%s)', (mode, reads, writes, looks) => {
    const path = scratch();
    writeFileSync(join(path, 'a'), 'abc');
    const root = open(path, { mode });
    expect(codeOf(() => root.open('a', READ))).toBe(reads);
    expect(codeOf(() => root.open('a', WRITE))).toBe(writes);
    expect(codeOf(() => root.createDirectory('d'))).toBe(writes);
    expect(codeOf(() => root.statAt('a', true))).toBe(looks);
  });

  test('a missing folder is made with autoInit, with its mode, and is an error without', () => {
    const path = join(scratch(), 'x/y');
    expect(codeOf(() => open(path))).toBe('no-entry');
    expect(codeOf(() => open(path, { autoInit: true, mode: 0o750 }))).toBe('ok');
    expect(statSync(path).mode & 0o777).toBe(0o750);
  });

  test.each([
    ['its folder', 'a/b'],
    ['the folder above it', 'a'],
  ])('a volume is not opened where a link has taken the place of %s', (_, moved) => {
    const path = scratch();
    mkdirSync(join(path, 'a/b'), { recursive: true });
    mkdirSync(join(path, 'elsewhere/b'), { recursive: true });
    expect(codeOf(() => open(join(path, 'a/b')))).toBe('ok');
    renameSync(join(path, moved), join(path, 'away'));
    symlinkSync(moved === 'a' ? 'elsewhere' : '../elsewhere', join(path, moved));
    expect(codeOf(() => open(join(path, 'a/b')))).toBe('not-permitted');
  });

  test('autoInit makes nothing behind a link', () => {
    const path = scratch();
    mkdirSync(join(path, 'elsewhere'));
    symlinkSync('elsewhere', join(path, 'link'));
    expect(codeOf(() => open(join(path, 'link/new/deep'), { autoInit: true }))).toBe('not-permitted');
    expect(existsSync(join(path, 'elsewhere/new'))).toBe(false);
  });

  test('a file is no volume', () => {
    const path = join(scratch(), 'a');
    writeFileSync(path, '');
    expect(codeOf(() => open(path))).toBe('not-directory');
  });

  test('open files are counted: the last one that fits, the first that does not, and again after one was closed', () => {
    const path = scratch();
    writeFileSync(join(path, 'a'), 'abc');
    const budget = descriptorBudget(3);
    const root = kept(openVolume(specOf(path), { budget, portable }));
    const first = root.open('a', READ);
    kept(root.open('a', READ));
    expect(codeOf(() => root.open('a', READ))).toBe('insufficient-memory');
    expect(codeOf(() => root.open('missing', READ))).toBe('insufficient-memory');
    first.close();
    expect(codeOf(() => root.open('missing', READ))).toBe('no-entry');
    expect(codeOf(() => root.open('a', READ))).toBe('ok');
    expect(budget.open).toBe(3);
  });

  test('hard links that are there may be read: the volume cannot know where else a file has names', () => {
    const [path, other] = [scratch(), scratch()];
    writeFileSync(join(other, 'a'), 'shared');
    linkSync(join(other, 'a'), join(path, 'a'));
    expect(textOf(open(path), 'a')).toBe('shared');
  });
});
