/** Binaries that are broken, and hashes that do not fit them: a registry with one does not load, and says why. */

import { describe, expect, test } from 'vitest';
import { isComponent, planBinary } from '../../src/engine/compile.js';
import { guestBytes, guestHash } from '../host/guests.js';
import { binaryFolder, clearError, folderOf, loadError, sha256, withHost } from './helpers.js';

/** Cut where a section ends, behind the last export, a component is whole. */
async function stillWorks(bytes: Uint8Array): Promise<boolean> {
  const plan = await planBinary(bytes, null, 'cut');
  if (!plan.ok || plan.plan.exports.length === 0) return false;
  return await withHost({ registry: binaryFolder(bytes) }, async (host) => {
    expect(await host.call('bad:f', [[]])).toEqual([]);
    return true;
  });
}

describe('a truncated binary', () => {
  test('is a problem of its entry, wherever it is cut', { timeout: 120_000 }, async () => {
    const bytes = guestBytes('mapper');
    let refused = 0;
    for (let length = 0; length < bytes.length; length += 50) {
      if (await stillWorks(bytes.slice(0, length))) continue;
      const { kind, message } = await loadError(binaryFolder(bytes.slice(0, length)));
      expect(kind, `cut at ${length}`).toBe('Invalid');
      expect(message, `cut at ${length}`).toMatch(/_index.yaml:4:\d+: bad:f: /);
      refused++;
    }
    expect(refused).toBeGreaterThan(bytes.length / 50 - 3);
  });

  test.each(['echo', 'resources', 'compose', 'linked', 'crossings', 'imports', 'libc', 'core/strings'])(
    '%s gives problems or a plan, never an exception',
    { timeout: 120_000 },
    async (guest) => {
      const bytes = guestBytes(guest);
      for (let length = 0; length < bytes.length; length += 50) {
        const result = await planBinary(bytes.slice(0, length), null, 'cut');
        if (!result.ok) for (const problem of result.problems) expect(problem.message, `cut at ${length}`).not.toBe('');
      }
    },
  );

  test('that is empty, or text, or a module of another version, says so', async () => {
    const cases: [Uint8Array, RegExp][] = [
      [new Uint8Array(), /not a WebAssembly binary\n.*\n.*\n {2}expected 00 61 73 6d at the start, got an empty file/],
      [new TextEncoder().encode('\n (module)'), /text is the source of a function\.wat, got WebAssembly text/],
      [new TextEncoder().encode('local x'), /expected 00 61 73 6d at the start, got 6c 6f 63 61 at the start/],
      [new Uint8Array([0, 0x61, 0x73, 0x6d, 2, 0, 0, 0]), /version/i],
      [new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), /method|export/],
    ];
    for (const [bytes, text] of cases) expect((await loadError(binaryFolder(bytes))).message).toMatch(text);
  });
});

test('what is wrong with a binary is one problem, which names its other entries', async () => {
  const bytes = guestBytes('mapper').slice(0, 1000);
  const entry = (name: string) =>
    `  - {name: ${name}, kind: function.wasm, fs: here, path: /f.wasm, hash: "${sha256(bytes)}", method: m}\n`;
  const head = 'namespace: bad\nentries:\n  - {name: here, kind: fs.directory, directory: .}\n';
  const files = { 'f.wasm': bytes, '_index.yaml': head + entry('a') + entry('b') + entry('c') };
  const { message } = await loadError(folderOf(files));
  expect(message).toMatch(/:4:\d+: bad:a: .* \(also used by bad:b, bad:c\)\n/);
  expect(message).not.toMatch(/bad:b: |bad:c: /);
  expect(message).toContain('1 problem in 1 file');
});

describe('one byte changed', () => {
  test('gives problems, a trap or an answer, never a crash', { timeout: 120_000 }, async () => {
    const bytes = guestBytes('compute');
    for (let at = 8; at < bytes.length; at += 97) {
      const changed = Uint8Array.from(bytes);
      changed[at] = changed[at]! ^ 0x55;
      const called = withHost({ registry: binaryFolder(changed, undefined, 'compute') }, (host) =>
        host.call('bad:f', [6, 7], { timeout: 5000 }),
      );
      const fine = await called.then(
        () => true,
        () => false,
      );
      if (!fine) await clearError(called);
    }
  });
});

describe('a hash', () => {
  const bytes = guestBytes('compute');
  const right = guestHash('compute');

  test.each([
    ['of another binary', guestHash('mapper'), /hash/],
    ['in capitals', right.toUpperCase(), /hash/i],
    ['with capital digits', `sha256:${right.slice(7).toUpperCase()}`, /hash/],
    ['one digit short', right.slice(0, -1), /hash/],
    ['one digit long', `${right}0`, /hash/],
    ['without its algorithm', right.slice(7), /hash/],
    ['of another algorithm', right.replace('sha256', 'sha1'), /hash/],
    ['with a space', `${right} `, /hash/],
    ['of the page', 'sha256:...', /hash/],
  ])('%s is refused with the right one', async (_, hash, text) => {
    const { kind, message } = await loadError(binaryFolder(bytes, hash, 'compute'));
    expect(kind).toBe('Invalid');
    expect(message).toMatch(text);
    expect(message).toContain(right.slice(7));
  });

  test('that is empty is required', async () => {
    expect((await loadError(binaryFolder(bytes, '', 'compute'))).message).toContain('bad:f: hash is required');
  });

  test('that is right loads', async () => {
    expect(isComponent(bytes)).toBe(true);
    await withHost({ registry: binaryFolder(bytes, right, 'compute') }, async (host) => {
      expect(await host.call('bad:f', [6, 7])).toBe(42);
    });
  });
});
