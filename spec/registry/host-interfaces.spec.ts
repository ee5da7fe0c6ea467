/** Which names of interfaces `imports` may hold, by what the host program offers. */
import { expect, test } from 'vitest';
import { ANY_INTERFACE } from '../../src/registry/kinds/imports.js';
import { loadText } from './helpers.js';

const text = (name: string) =>
  `namespace: ns\nentries:\n  - {name: f, kind: function.wat, source: (module), method: m, imports: ["${name}"]}\n`;

const NEXT_STEP = 'or give it to createHost({ imports })';

test.each<[string, string, string[], 'loads' | 'fails' | 'fails with the next step']>([
  ['a name among the given', 'foreign:notes/kv@1.2.0', ['foreign:notes/kv'], 'loads'],
  ['a name that is not', 'acme:shop/stock', ['foreign:notes/kv'], 'fails with the next step'],
  ['a name where nothing was given', 'acme:shop/stock', [], 'fails with the next step'],
  ['a name of WASI', 'wasi:nothing/here', ['foreign:notes/kv'], 'fails'],
  ['any name where any may be', 'acme:shop/stock@1.0.0', [ANY_INTERFACE], 'loads'],
  ['a name of WASI where any may be', 'wasi:nothing/here', [ANY_INTERFACE], 'fails'],
  ['a nearly known name where any may be', 'wazi:cli/stdout', [ANY_INTERFACE], 'fails with the next step'],
  ['a bare word where any may be', 'double', [ANY_INTERFACE], 'fails'],
])('%s', async (_, name, hostImports, expected) => {
  const result = await loadText(text(name), { hostImports });
  const hints = result.ok
    ? ['loads']
    : result.problems.map((each) => (each.expected?.endsWith(NEXT_STEP) ? 'fails with the next step' : 'fails'));
  expect(hints).toEqual([expected]);
});
