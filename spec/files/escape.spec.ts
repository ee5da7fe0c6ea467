/**
 * Ways out of a mount, and ways to write to one that is read-only. Each is tried by a guest on real folders with real links;
 * afterwards nothing outside has changed, and no answer has what is outside.
 */
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import type { Host } from '../../src/host/types.js';
import { type Answer, filesRegistry, type Step, textOf } from './guest.js';
import { longScratch, treeHash } from './support.js';

const SECRET = 'what nobody inside may see';

const top = longScratch();
const [inside, outside, readOnly, other] = ['inside', 'outside', 'readonly', 'other'].map((name) => join(top, name));
const guest = { host: null as Host | null };

/** `0:` is to be left, `1:` is read-only, `2:` is a third filesystem. */
const MOUNTS = [
  { path: inside!, guest: '/data' },
  { path: readOnly!, guest: '/ro', readOnly: true },
  { path: other!, guest: '/other' },
];

async function attempts(...steps: readonly Step[]): Promise<string[]> {
  const answers = await guest.host!.call('t:attempts', [steps.map(([op, a, b = '']) => [op, a, b])]);
  return (answers as Answer[]).map(textOf);
}

function build(): void {
  for (const folder of [outside!, join(top, 'inside-too')]) {
    mkdirSync(join(folder, 'dir/empty'), { recursive: true });
    writeFileSync(join(folder, 'secret.txt'), SECRET);
    writeFileSync(join(folder, 'dir/deep.txt'), SECRET);
  }
  mkdirSync(join(inside!, 'd/e'), { recursive: true });
  mkdirSync(other!);
  writeFileSync(join(inside!, 'ok.txt'), 'fine');
  const links: readonly (readonly [name: string, target: string])[] = [
    ['file-link', '../outside/secret.txt'],
    ['folder-link', '../outside'],
    ['slash-link', '../outside/'],
    ['parent-link', '..'],
    ['abs-file', join(outside!, 'secret.txt')],
    ['abs-folder', outside!],
    ['abs-self', inside!],
    ['abs-guest', '/data'],
    ['root-link', '/'],
    ['chain', 'chain-2'],
    ['chain-2', './d/./chain-3'],
    ['d/chain-3', '../file-link'],
    ['d/up', '../../outside'],
    ['d/inner', '../ok.txt'],
    ['d/e/far', '../../../outside/secret.txt'],
    ['dangling', '../outside/new.txt'],
    ['abs-dangling', join(outside!, 'new.txt')],
    ['proc-fd', '/proc/self/fd'],
    ['proc-cwd', '/proc/self/cwd'],
    ['device', '/dev/zero'],
    ['loop-a', 'loop-b'],
    ['loop-b', 'loop-a'],
    ['dots', '././../outside/./secret.txt'],
    ['back', 'd/../../outside/secret.txt'],
  ];
  for (const [name, target] of links) symlinkSync(target, join(inside!, name));
  execFileSync('mkfifo', [join(inside!, 'pipe')]);
  buildReadOnly();
}

function buildReadOnly(): void {
  mkdirSync(join(readOnly!, 'd/empty'), { recursive: true });
  writeFileSync(join(readOnly!, 'file.txt'), 'kept');
  writeFileSync(join(readOnly!, 'd/other.txt'), 'kept too');
  symlinkSync('file.txt', join(readOnly!, 'link'));
  symlinkSync('new.txt', join(readOnly!, 'dangling'));
  linkSync(join(readOnly!, 'file.txt'), join(readOnly!, 'hard'));
}

beforeAll(async () => {
  build();
  guest.host = await createHost({ registry: filesRegistry(MOUNTS) });
});

afterAll(async () => {
  await guest.host?.close();
});

const OUT = 'error: not-permitted';
const GONE = 'error: no-entry';

type Way = readonly [name: string, steps: readonly Step[], answers: readonly (string | RegExp)[]];

const read = (...paths: readonly string[]): Step[] => paths.map((path) => ['read', path]);

/** One operation and its answer. */
function way(name: string, step: Step, answer: string | RegExp): Way {
  return [name, [step], [answer]];
}

const DOTS: readonly Way[] = [
  way('.. at the front', ['read', '../outside/secret.txt'], OUT),
  way('.. behind .', ['read', './../outside/secret.txt'], OUT),
  way('.. behind a folder', ['read', 'd/../../outside/secret.txt'], OUT),
  way('.. behind two folders', ['read', 'd/e/../../../outside/secret.txt'], OUT),
  way('.. with doubled slashes', ['read', '..//outside//secret.txt'], OUT),
  way('.. with dots between', ['read', 'd/./.././../outside/./secret.txt'], OUT),
  way('.. alone', ['list', '..'], OUT),
  way('../ alone', ['list', '../'], OUT),
  way('d/../.. at the end', ['list', 'd/../..'], OUT),
  way('out and back in', ['read', '../inside/ok.txt'], OUT),
  way('a neighbour whose name begins alike', ['read', '../inside-too/secret.txt'], OUT),
  way('.. two thousand times', ['read', `${'../'.repeat(1300)}etc/passwd`], OUT),
  way('.. from a folder that is held', ['hold', 'd', 'r'], 'h0'),
  [
    '.. from a folder that is held, into the rest of the mount',
    [['hold', 'd', 'r'], ...read('h0:../ok.txt', 'h0:../../outside/secret.txt', 'h0:up/secret.txt')],
    ['h0', OUT, OUT, OUT],
  ],
  way('three dots', ['read', '.../outside/secret.txt'], GONE),
  way('.. with a blank', ['read', '.. /outside/secret.txt'], GONE),
  way('.. percent-encoded', ['read', '%2e%2e/outside/secret.txt'], GONE),
  way('.. with backslashes', ['read', '..\\outside\\secret.txt'], GONE),
  way('.. in fullwidth letters', ['read', '．．/outside/secret.txt'], GONE),
  way('.. with a division slash', ['read', '..\u2215outside\u2215secret.txt'], GONE),
  way('.. with a zero width space', ['read', '..\u200b/outside/secret.txt'], GONE),
  way('.. behind a folder that is missing', ['read', 'missing/../../outside/secret.txt'], GONE),
  way('.. behind a file', ['read', 'ok.txt/../../outside/secret.txt'], 'error: not-directory'),
];

const ABSOLUTE: readonly Way[] = [
  way('an absolute path of the machine', ['read', '/etc/passwd'], OUT),
  way('the absolute path of what is outside', ['read', join(outside!, 'secret.txt')], OUT),
  way('the absolute path of the mount itself', ['read', join(inside!, 'ok.txt')], OUT),
  way('the path that the guest knows the mount by', ['read', '/data/ok.txt'], OUT),
  way('two slashes', ['read', '//etc/passwd'], OUT),
  way('/..', ['read', '/../etc/passwd'], OUT),
  way('/proc/self/root', ['read', '/proc/self/root/etc/passwd'], OUT),
  way('/proc/self/fd', ['list', '/proc/self/fd'], OUT),
  way('/ alone', ['list', '/'], OUT),
  way('a drive letter', ['read', 'C:/Windows/win.ini'], GONE),
  way('a file URL', ['read', 'file:///etc/passwd'], GONE),
];

const LINKS: readonly Way[] = [
  way('a link to a file outside', ['read', 'file-link'], OUT),
  way('the same by a stream', ['read-stream', 'file-link'], OUT),
  way('the same with a slash', ['read', 'file-link/'], OUT),
  way('a link to a file outside, its facts', ['stat', 'file-link'], OUT),
  way('a link to a file outside, its hash', ['hash-at', 'file-link'], OUT),
  way('a link is seen itself, and no more', ['lstat', 'file-link'], /^type=symbolic-link links=1 size=21 /),
  way('a file through a link to a folder', ['read', 'folder-link/secret.txt'], OUT),
  way('the same through a link that ends with a slash', ['read', 'slash-link/secret.txt'], OUT),
  way('a folder deeper down', ['read', 'folder-link/dir/deep.txt'], OUT),
  way('a link to a folder, listed', ['list', 'folder-link'], OUT),
  way('the same with a slash at the end', ['list', 'folder-link/'], OUT),
  way('the same with a dot at the end', ['list', 'folder-link/.'], OUT),
  way('a link to a folder, held without following', ['open', 'folder-link', 'rn'], 'error: loop'),
  way('the same with a slash: it follows', ['open', 'folder-link/', 'rn'], OUT),
  way('through a link and back', ['read', 'folder-link/../inside/ok.txt'], OUT),
  way('a link to the folder above', ['read', 'parent-link/outside/secret.txt'], OUT),
  way('the same, back in', ['read', 'parent-link/inside/ok.txt'], OUT),
  way('an absolute link to a file', ['read', 'abs-file'], OUT),
  way('an absolute link to a folder', ['read', 'abs-folder/secret.txt'], OUT),
  way('an absolute link to the mount itself', ['read', 'abs-self/ok.txt'], OUT),
  way('an absolute link as the guest would mean it', ['read', 'abs-guest/ok.txt'], OUT),
  way('a link to the root of the machine', ['read', 'root-link/etc/passwd'], OUT),
  way('a chain of links whose last one leads out', ['read', 'chain'], OUT),
  way('a link in a folder below', ['read', 'd/up/secret.txt'], OUT),
  way('a link two folders below', ['read', 'd/e/far'], OUT),
  way('a link with dots in it', ['read', 'dots'], OUT),
  way('a link that goes down before it goes up', ['read', 'back'], OUT),
  way('a link to /proc/self/fd', ['list', 'proc-fd'], OUT),
  way('a descriptor through it', ['read', 'proc-fd/0'], OUT),
  way('a link to /proc/self/cwd', ['read', 'proc-cwd/package.json'], OUT),
  way('a link to a device', ['read-at', 'device', '0,1'], OUT),
  way('links in a circle', ['read', 'loop-a'], 'error: loop'),
  way('what an absolute link says', ['readlink', 'abs-file'], OUT),
  way('a link of the guest’s to an absolute path', ['symlink', '/etc/passwd', 'made-abs'], OUT),
  [
    'a link of the guest’s that leads out, then through it',
    [
      ['symlink', '../outside/secret.txt', 'made'],
      ['read', 'made'],
      ['write', 'made', 'x'],
      ['unlink', 'made'],
    ],
    ['', OUT, OUT, ''],
  ],
  [
    'a link of the guest’s to a folder, then through it',
    [
      ['symlink', '../../outside', 'd/made'],
      ['list', 'd/made/'],
      ['mkdir', 'd/made/new'],
      ['unlink', 'd/made'],
    ],
    ['', OUT, OUT, ''],
  ],
  [
    'a link that leads out once it is moved up',
    [
      ['read', 'd/inner'],
      ['rename', 'd/inner', 'moved'],
      ['read', 'moved'],
      ['rename', 'moved', 'd/inner'],
    ],
    ['fine', '', OUT, ''],
  ],
  [
    'a second name for a link that leads out',
    [
      ['link', 'file-link', 'second'],
      ['read', 'second'],
      ['unlink', 'second'],
    ],
    ['', OUT, ''],
  ],
];

const WRITES: readonly Way[] = [
  way('writing through a link', ['write', 'file-link', 'x'], OUT),
  way('the same by a stream', ['write-stream', 'file-link', 'x'], OUT),
  way('writing in place through a link', ['write-at', 'file-link', '0:x'], OUT),
  way('appending through a link', ['append', 'file-link', 'x'], OUT),
  way('truncating through a link', ['open', 'file-link', 'wt'], OUT),
  way('resizing through a link', ['set-size', 'file-link', '0'], OUT),
  way('setting times through a link', ['times', 'file-link', '1.0,1.0'], OUT),
  way('the times of the link itself are its own', ['ltimes', 'file-link', '1.0,1.0'], ''),
  way('creating through a link that leads nowhere', ['write', 'dangling', 'x'], OUT),
  way('the same with an absolute link', ['write', 'abs-dangling', 'x'], OUT),
  way('creating exclusively where a link is', ['open', 'dangling', 'wcx'], 'error: exist'),
  way('creating without following where a link is', ['open', 'dangling', 'wcn'], 'error: loop'),
  way('creating a file above', ['write', '../outside/new.txt', 'x'], OUT),
  way('creating a file behind a link', ['write', 'folder-link/new.txt', 'x'], OUT),
  way('making a folder above', ['mkdir', '../new'], OUT),
  way('making a folder behind a link', ['mkdir', 'folder-link/new'], OUT),
  way('making a folder where a link leads nowhere', ['mkdir', 'dangling'], 'error: exist'),
  way('making a link above', ['symlink', 'x', '../outside/x'], OUT),
  way('making a link behind a link', ['symlink', 'x', 'folder-link/x'], OUT),
  way('removing a file above', ['unlink', '../outside/secret.txt'], OUT),
  way('removing a file behind a link', ['unlink', 'folder-link/secret.txt'], OUT),
  way('removing a link with a slash', ['unlink', 'folder-link/'], 'error: not-directory'),
  way('removing a folder above', ['rmdir', '../outside/dir/empty'], OUT),
  way('removing a folder behind a link', ['rmdir', 'folder-link/dir/empty'], OUT),
  way('removing a link as a folder', ['rmdir', 'folder-link'], 'error: not-directory'),
  way('removing ..', ['rmdir', '..'], OUT),
  way('moving a file out', ['rename', 'ok.txt', '../outside/ok.txt'], OUT),
  way('moving a file behind a link', ['rename', 'ok.txt', 'folder-link/ok.txt'], OUT),
  way('moving a file in', ['rename', '../outside/secret.txt', 'mine.txt'], OUT),
  way('moving a file in from behind a link', ['rename', 'folder-link/secret.txt', 'mine.txt'], OUT),
  way('moving a folder in', ['rename', '../outside/dir', 'mine'], OUT),
  way('moving to another mount', ['rename', 'ok.txt', '2:ok.txt'], 'error: cross-device'),
  way('moving from a read-only mount', ['rename', '1:file.txt', 'mine.txt'], 'error: read-only'),
  way('a second name for a file outside', ['link', '../outside/secret.txt', 'mine.txt'], OUT),
  way('the same behind a link', ['link', 'folder-link/secret.txt', 'mine.txt'], OUT),
  way('the same following a link', ['link-follow', 'file-link', 'mine.txt'], OUT),
  way('the same at the end of a chain', ['link-follow', 'chain', 'mine.txt'], OUT),
  way('a second name outside', ['link', 'ok.txt', '../outside/mine.txt'], OUT),
  way('a second name behind a link', ['link', 'ok.txt', 'folder-link/mine.txt'], OUT),
  way('a second name in another mount', ['link', 'ok.txt', '2:mine.txt'], 'error: cross-device'),
  way('a second name for a file of a read-only mount', ['link', '1:file.txt', 'mine.txt'], 'error: read-only'),
  way('copying out', ['splice', 'ok.txt', 'file-link'], OUT),
];

const NAMES: readonly Way[] = [
  way('NUL at the end', ['read', 'ok.txt\0'], 'error: invalid'),
  way('NUL before the way out', ['read', 'ok.txt\0/../../outside/secret.txt'], 'error: invalid'),
  way('NUL in a link', ['symlink', 'ok.txt\0/../..', 'made'], 'error: invalid'),
  way('a path that is too long', ['read', `${'d/../'.repeat(900)}ok.txt`], 'error: name-too-long'),
  way('a name that is too long', ['read', 'n'.repeat(256)], 'error: name-too-long'),
  way('a link that is too long', ['symlink', 'n/'.repeat(2048), 'made'], 'error: name-too-long'),
  way('no name', ['mkdir', ''], GONE),
  way('another case', ['read', 'OK.TXT'], GONE),
  way('a pipe, read', ['read', 'pipe'], OUT),
  way('a pipe, written', ['write', 'pipe', 'x'], OUT),
  way('a pipe, resized', ['set-size', 'pipe', '0'], OUT),
  [
    'two normal forms of one letter are two names',
    [
      ['write', 'e\u0301', '1'],
      ['read', '\u00e9'],
      ['unlink', 'e\u0301'],
    ],
    ['', GONE, ''],
  ],
];

const HELD: readonly Way[] = [
  [
    'a folder that is moved while it is held',
    [
      ['mkdir', 'm'],
      ['hold', 'm', 'r'],
      ['rename', 'm', 'd/e/m'],
      ['read', 'h0:../../../../outside/secret.txt'],
      ['read', 'h0:../ok.txt'],
      ['write', 'h0:x', 'x'],
      ['unlink', 'd/e/m/x'],
      ['rmdir', 'd/e/m'],
    ],
    ['', 'h0', '', OUT, OUT, '', '', ''],
  ],
  [
    'a folder that is removed while it is held',
    [
      ['mkdir', 'm'],
      ['hold', 'm', 'r'],
      ['rmdir', 'm'],
      ['write', 'h0:x', 'x'],
      ['read', 'h0:../outside/secret.txt'],
      ['list', 'h0:'],
    ],
    ['', 'h0', '', GONE, OUT, ''],
  ],
  [
    'a folder that is replaced by a link while it is held',
    [
      ['mkdir', 'm'],
      ['write', 'm/secret.txt', 'mine'],
      ['hold', 'm', 'r'],
      ['rename', 'm', 'm-2'],
      ['symlink', '../outside', 'm'],
      ['read', 'h0:secret.txt'],
      ['read', 'm/secret.txt'],
      ['unlink', 'm'],
      ['unlink', 'm-2/secret.txt'],
      ['rmdir', 'm-2'],
    ],
    ['', '', 'h0', '', '', 'mine', OUT, '', '', ''],
  ],
];

function matches(answer: string, expected: string | RegExp): boolean {
  return typeof expected === 'string' ? answer === expected : expected.test(answer);
}

describe.each([
  ['dots', DOTS],
  ['absolute paths', ABSOLUTE],
  ['links', LINKS],
  ['writing', WRITES],
  ['names', NAMES],
  ['held folders', HELD],
])('no way out of a mount by %s', (_, ways) => {
  test.each(ways)('%s', async (__, steps, expected) => {
    const before = treeHash(outside!);
    const answers = await attempts(...steps);
    expect(answers.map((answer, index) => matches(answer, expected[index]!) || answer)).toEqual(
      expected.map(() => true),
    );
    expect(treeHash(outside!)).toBe(before);
    expect(answers.join()).not.toContain(SECRET);
    expect(readFileSync(join(inside!, 'ok.txt'), 'utf8')).toBe('fine');
  });
});

const RO = 'error: read-only';

const READ_ONLY: readonly Way[] = [
  way('opening to write', ['open', '1:file.txt', 'w'], RO),
  way('opening to read and write', ['open', '1:file.txt', 'rw'], RO),
  way('opening to create what is there', ['open', '1:file.txt', 'rc'], RO),
  way('opening to create what is not there', ['open', '1:new.txt', 'rc'], RO),
  way('opening exclusively', ['open', '1:file.txt', 'rx'], RO),
  way('truncating what is opened to read', ['open', '1:file.txt', 'rt'], RO),
  way('opening a folder to change it', ['open', '1:d', 'rm'], RO),
  way('opening the mount to change it', ['open', '1:.', 'rm'], RO),
  way('writing', ['write', '1:file.txt', 'x'], RO),
  way('writing in place', ['write-at', '1:file.txt', '0:x'], RO),
  way('writing by a stream', ['write-stream', '1:file.txt', 'x'], RO),
  way('writing by a stream in place', ['write-stream-at', '1:file.txt', '0:x'], RO),
  way('appending', ['append', '1:file.txt', 'x'], RO),
  way('writing zeroes', ['zeroes', '1:file.txt', '3'], RO),
  way('copying into it', ['splice', 'ok.txt', '1:file.txt'], RO),
  way('resizing', ['set-size', '1:file.txt', '0'], RO),
  way('resizing what is opened to read', ['set-size-reading', '1:file.txt', '0'], RO),
  way('creating a file', ['write', '1:new.txt', 'x'], RO),
  way('creating through a link that leads nowhere', ['write', '1:dangling', 'x'], RO),
  way('writing through a link', ['write', '1:link', 'x'], RO),
  way('writing by a second name', ['write', '1:hard', 'x'], RO),
  way('setting times', ['times', '1:file.txt', 'now,now'], RO),
  way('setting times of a link', ['ltimes', '1:link', 'now,now'], RO),
  way('setting times of the mount', ['times', '1:', 'now,now'], RO),
  way('making a folder', ['mkdir', '1:new'], RO),
  way('making a folder that is there', ['mkdir', '1:d'], RO),
  way('removing a folder', ['rmdir', '1:d/empty'], RO),
  way('removing a file', ['unlink', '1:file.txt'], RO),
  way('removing a link', ['unlink', '1:link'], RO),
  way('renaming', ['rename', '1:file.txt', '1:moved.txt'], RO),
  way('renaming to its own name', ['rename', '1:file.txt', '1:file.txt'], RO),
  way('moving out', ['rename', '1:file.txt', '0:moved.txt'], RO),
  way('moving in', ['rename', '0:ok.txt', '1:moved.txt'], RO),
  way('a second name inside', ['link', '1:file.txt', '1:second.txt'], RO),
  way('a second name elsewhere', ['link', '1:file.txt', '0:second.txt'], RO),
  way('a second name for a file from elsewhere', ['link', '0:ok.txt', '1:second.txt'], RO),
  way('making a link', ['symlink', 'file.txt', '1:made'], RO),
  [
    'writing through what was opened to read',
    [
      ['hold', '1:file.txt', 'r'],
      ['write-at', 'h0:', '0:x'],
      ['set-size', 'h0:', '0'],
      ['times', 'h0:', 'now,now'],
    ],
    ['h0', RO, RO, RO],
  ],
  [
    'writing in a folder that was opened to read',
    [
      ['hold', '1:d', 'r'],
      ['write', 'h0:new.txt', 'x'],
      ['mkdir', 'h0:new'],
      ['unlink', 'h0:other.txt'],
    ],
    ['h0', RO, RO, RO],
  ],
  [
    'from the writable mount, by its own paths',
    [
      ['write', '0:../readonly/file.txt', 'x'],
      ['symlink', '../readonly/file.txt', '0:made'],
      ['write', '0:made', 'x'],
      ['unlink', '0:made'],
    ],
    [OUT, '', OUT, ''],
  ],
];

describe('a read-only mount is not written', () => {
  test.each(READ_ONLY)('by %s', async (_, steps, expected) => {
    const before = treeHash(readOnly!);
    expect(await attempts(...steps)).toEqual(expected);
    expect(treeHash(readOnly!)).toBe(before);
  });

  test('it is read', async () => {
    expect(await attempts(['read', '1:link'], ['list', '1:d'])).toEqual([
      'kept',
      'empty:directory other.txt:regular-file',
    ]);
  });
});
