import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setInText } from '../../src/env/dotenv-text.js';
import type { Environment } from '../../src/env/types.js';
import { withFolder } from '../registry/helpers.js';
import { environmentOf } from './helpers.js';

function envOf(root: string, extra = ''): Promise<Environment> {
  const list = `
  - {name: f, kind: env.storage.file, file_path: .env${extra}}
  - {name: a, kind: env.variable, storage: f, variable: A}
  - {name: b, kind: env.variable, storage: f, variable: B}
`;
  return environmentOf(list, { base: root });
}

describe('a file storage', () => {
  test('reads quotes, comments, exports and lines inside quotes', () =>
    withFolder({ '.env': '# head\nexport A="x # y" # tail\nB=\'two\nlines\'\n' }, async (root) => {
      expect({ ...(await envOf(root)).all() }).toEqual({ A: 'x # y', B: 'two\nlines' });
    }));

  test('sees what others write to the file, or put in its place', () =>
    withFolder({ '.env': 'A=1\n' }, async (root) => {
      const env = await envOf(root);
      expect(env.get('A', '')).toBe('1');
      writeFileSync(join(root, '.env'), 'A=12\n');
      expect(env.get('A', '')).toBe('12');
      writeFileSync(join(root, 'new'), 'A=13\n');
      renameSync(join(root, 'new'), join(root, '.env'));
      expect(env.get('A', '')).toBe('13');
    }));

  test('keeps comments, order, line ends and mode when a value is set, and leaves nothing beside it', () =>
    withFolder({ '.env': '# one\r\nA=1 # why\r\n\r\n# two\r\nexport B = "2"\r\n' }, async (root) => {
      chmodSync(join(root, '.env'), 0o600);
      const env = await envOf(root);
      env.set('A', 'new value', '');
      env.set('B', '3', '');
      expect(readFileSync(join(root, '.env'), 'utf8')).toBe(
        '# one\r\nA="new value" # why\r\n\r\n# two\r\nexport B = 3\r\n',
      );
      expect(statSync(join(root, '.env')).mode & 0o777).toBe(0o600);
      expect(readdirSync(root)).toEqual(['.env']);
      expect({ ...env.all() }).toEqual({ A: 'new value', B: '3' });
    }));

  test('follows a link to the file and leaves it a link', () =>
    withFolder({ real: 'A=1\n' }, async (root) => {
      symlinkSync('real', join(root, '.env'));
      (await envOf(root)).set('A', '2', '');
      expect(readFileSync(join(root, 'real'), 'utf8')).toBe('A=2\n');
    }));

  test('with auto_create is empty while missing, and is made with its folders and modes when a value is set', () =>
    withFolder({}, async (root) => {
      const list = `
  - {name: f, kind: env.storage.file, file_path: sub/deep/.env, auto_create: true, file_mode: "0600", dir_mode: "0700"}
  - {name: a, kind: env.variable, storage: f, variable: A}
`;
      const env = await environmentOf(list, { base: root });
      expect(env.get('A', '')).toBeNull();
      expect(readdirSync(root)).toEqual([]);
      env.set('A', 'x', '');
      expect(env.get('A', '')).toBe('x');
      expect(statSync(join(root, 'sub/deep/.env')).mode & 0o777).toBe(0o600);
      expect(statSync(join(root, 'sub/deep')).mode & 0o777).toBe(0o700);
    }));

  test.each<[string, (path: string) => void, string]>([
    ['gone', (path) => renameSync(path, `${path}.old`), 'ENOENT'],
    [
      'a folder',
      (path) => {
        renameSync(path, `${path}.old`);
        mkdirSync(path);
      },
      'it is not a file',
    ],
    [
      'a pipe',
      (path) => {
        renameSync(path, `${path}.old`);
        execFileSync('mkfifo', [path]);
      },
      'it is not a file',
    ],
    ['no UTF-8', (path) => writeFileSync(path, new Uint8Array([0x41, 0x3d, 0xff])), 'it is not valid UTF-8'],
    ['too large', (path) => writeFileSync(path, `A=${'x'.repeat(1024 * 1024)}`), 'it is larger than 1048576 bytes'],
  ])('whose file is %s is Unavailable and says why, without the values', (_name, spoil, reason) =>
    withFolder({ '.env': 'A=SECRET\n' }, async (root) => {
      const env = await envOf(root);
      env.get('A', '');
      spoil(join(root, '.env'));
      const message = `ns:f: the file ${join(root, '.env')} cannot be used: ${reason}`;
      expect(() => env.get('A', '')).toThrow(expect.objectContaining({ kind: 'Unavailable', message }));
      expect(() => env.set('A', 'SECRET', '')).toThrow(expect.objectContaining({ kind: 'Unavailable', message }));
    }),
  );
});

describe('setInText()', () => {
  test.each([
    ['', 'A', 'x', 'A=x\n'],
    ['B=1', 'A', 'x', 'B=1\nA=x\n'],
    ['A=1\n', 'A', '', 'A=""\n'],
    ['A=1\n', 'A', 'say "hi"', 'A=\'say "hi"\'\n'],
    ['A=1\nA=2\n', 'A', '3', 'A=1\nA=3\n'],
    ['B="\nA=1\n"\n', 'A', '2', 'B="\nA=1\n"\nA=2\n'],
    ['A = `old`# c\n', 'A', 'b', 'A = b# c\n'],
  ])('turns %j with %s=%j into %j', (text, key, value, after) => {
    expect(setInText(text, key, value, parse)).toBe(after);
  });

  test('refuses a key that the format cannot name', () => {
    expect(setInText('', 'ns:v', 'x', parse)).toBeNull();
  });

  test('changes no other value, whatever the texts, and gives null where it cannot', () => {
    const piece = fc.constantFrom('A', 'B', '=', '"', "'", '`', '#', ' ', '\n', '\\', 'n', '\r\n', 'export ', '$', 'é');
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, fc.constantFrom('A', 'B', 'C'), text, (before, key, value) => {
        const after = setInText(before, key, value, parse);
        if (after !== null) expect(parse(after)).toEqual({ ...parse(before), [key]: value });
      }),
      { numRuns: 1000 },
    );
  });

  test('holds every value of one line that does not use all three quotes', () => {
    const character = fc.constantFrom('a', ' ', '#', '"', "'", '$', '=', '%', 'é', '{');
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        expect(setInText('', 'A', characters.join(''), parse)).not.toBeNull();
      }),
    );
  });
});
