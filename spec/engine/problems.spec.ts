/** What the engine finds wrong with an entry, told at its place in the YAML. */
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../src/engine/compile.js';
import { formatProblems } from '../../src/registry/format.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import type { Problem } from '../../src/registry/types.js';
import { nodeText } from '../../src/text-node.js';
import { GUESTS, guestHash } from '../host/guests.js';

async function problemsOf(yaml: string): Promise<{ problems: readonly Problem[]; text: string }> {
  const engine = createEngine({ hostImports: {}, text: nodeText(), watCache: null });
  const loaded = await loadRegistry({
    sources: [{ file: 'r.yaml', text: yaml }],
    base: GUESTS,
    files: nodeFiles(),
    check: async (entry, bytes) => {
      if (entry.kind !== 'function.wat' && entry.kind !== 'function.wasm') return [];
      const result = await engine.compile(entry, bytes);
      return result.ok ? [] : result.problems;
    },
  });
  if (loaded.ok) return { problems: [], text: '' };
  return { problems: loaded.problems, text: formatProblems(loaded.problems, loaded.sources) };
}

/** A registry of one function.wat; its WAT starts at line 6, column 7. */
function wat(source: string, fields = 'method: f'): string {
  const indented = source.split('\n').map((line) => `      ${line}`);
  return [
    'namespace: t',
    'entries:',
    '  - name: f',
    '    kind: function.wat',
    '    source: |',
    ...indented,
    ...fields.split('\n').map((line) => `    ${line}`),
    '',
  ].join('\n');
}

function wasm(guest: string, fields: string): string {
  const lines = [
    'namespace: t',
    'entries:',
    '  - name: guests',
    '    kind: fs.directory',
    '    directory: .',
    '  - name: f',
    '    kind: function.wasm',
    '    fs: guests',
    `    path: /${guest}.wasm`,
    `    hash: ${guestHash(guest)}`,
  ];
  return [...lines, ...fields.split('\n').map((line) => `    ${line}`), ''].join('\n');
}

const GOOD = '(module (func (export "f") (param i32) (result i32) local.get 0))';

describe('WAT', () => {
  test.each<[string, string, Partial<Problem>]>([
    [
      'an unknown instruction',
      '(module\n  (func (export "f")\n    i32.cnst 1))',
      { line: 8, column: 11, code: 'wat-invalid' },
    ],
    ['a type error', '(module\n  (func (export "f") (result i32)\n    i64.const 1))', { line: 8, code: 'wat-invalid' }],
    ['an unknown name', '(module (func (export "f") call $nobody))', { line: 6, column: 39, code: 'wat-invalid' }],
    [
      'that behind letters',
      '(module (; äöü😀 ;) (func (export "f") call $nobody))',
      { line: 6, column: 51, code: 'wat-invalid' },
    ],
    ['text that ends early', '(module (func (export "f")', { code: 'wat-invalid' }],
    ['a duplicate export', '(module (func (export "f")) (func (export "f")))', { line: 6, code: 'wat-invalid' }],
    ['no text of WAT at all', 'hello', { line: 6, column: 7, code: 'wat-invalid' }],
  ])('%s is a problem at its own line', async (_, source, expected) => {
    const { problems } = await problemsOf(wat(source));
    expect(problems[0]).toMatchObject({ entry: 't:f', file: 'r.yaml', ...expected });
  });

  test('every error of a text is told', async () => {
    const { problems } = await problemsOf(wat('(module\n  (func i32.cnst)\n  (func i64.cnst))'));
    expect(problems.map((problem) => problem.line)).toEqual([7, 8]);
  });

  test('the caret stands under the wrong word', async () => {
    const { text } = await problemsOf(wat('(module (func (export "f") call $nobody))'));
    const [source, carets] = text.split('\n').slice(1, 3) as [string, string];
    expect(source.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('$nobody');
  });

  const TWO_MEMORIES = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0, 5, 5, 2, 0, 1, 0, 1]);

  test.skipIf(WebAssembly.validate(TWO_MEMORIES))('what this Node lacks is named', async () => {
    const { problems } = await problemsOf(wat('(module (memory 1) (memory 1) (func (export "f")))'));
    expect(problems[0]).toMatchObject({ code: 'wasm-feature' });
    expect(problems[0]!.message).toContain('has no several memories (multi-memory)');
  });

  test('features that wabt knows and its validator refuses are V8’s to judge', async () => {
    expect((await problemsOf(wat('(module (memory 1 2 shared) (func (export "f")))'))).problems).toEqual([]);
  });

  test('a component text is a component', async () => {
    const component = `(component
      (core module $m (func (export "f") (result i32) i32.const 7))
      (core instance $i (instantiate $m))
      (func (export "f") (result u32) (canon lift (core func $i "f"))))`;
    expect((await problemsOf(wat(`;; first\n(; a (; nested ;) comment ;)\n${component}`))).problems).toEqual([]);
    const { problems } = await problemsOf(wat('(component\n  (fnc))'));
    expect(problems[0]).toMatchObject({ code: 'wat-invalid', line: 7, column: 10 });
  });
});

describe('method', () => {
  test.each<[string, string, string, string | null]>([
    ['a core module', wat(GOOD, 'method: g'), 'the module exports no function "g"', null],
    [
      'a component',
      wasm('mapper', 'method: transform_users'),
      'the component exports no function "transform_users"',
      'transform-users',
    ],
    [
      'an interface',
      wasm('resources', 'method: counters#peak'),
      'the component exports no function "counters#peak"',
      'moonwit:resources/counters@1.0.0#peek',
    ],
  ])('of %s that is not exported is a problem of the field, with the nearest', async (_, yaml, message, suggestion) => {
    const { problems } = await problemsOf(yaml);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ code: 'method-not-exported', message, suggestion });
    expect(problems[0]!.path).toBe(`entries[${yaml.includes('guests') ? 1 : 0}].method`);
    expect(problems[0]!.expected).toMatch(/^one of /);
  });

  test.each([
    ['wit: "g: func() -> s32;"', 'of what wit has, the module exports nothing'],
    ['wit: |\n  h: func();', 'wit has h'],
  ])('of a module that exports it, beside %j, is told as a gap of that WIT', async (wit, has) => {
    const module = '(module (func (export "f") (result i32) i32.const 1) (func (export "h")))';
    const { problems } = await problemsOf(wat(module, `${wit}\nmethod: f`));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      code: 'method-not-exported',
      message: 'the module exports "f", of which wit has no type',
      expected: `a line such as f: func(…); in wit: ${has}`,
    });
  });

  test.each([
    'counters#peek',
    'counters@1.0.0#peek',
    'moonwit:resources/counters#peek',
    'moonwit:resources/counters@1.0.0#peek',
  ])('%s finds the function', async (method) => {
    expect((await problemsOf(wasm('resources', `method: ${method}`))).problems).toEqual([]);
  });
});

describe('WAT that is nested more deeply than wabt reads', () => {
  const nested = (depth: number, inside: string) =>
    `(module (func (export "f") (result i32) ${'(block '.repeat(depth)}${inside}${')'.repeat(depth)} i32.const 5))`;

  test.each([50, 200, 5000])('%d levels are read', async (depth) => {
    expect((await problemsOf(wat(nested(depth, '(br 0)')))).problems).toEqual([]);
  });

  test('has its mistakes told at their place', async () => {
    const { problems } = await problemsOf(wat(`(module\n  ${nested(500, 'i32.cnst 1').slice(8)}`));
    expect(problems[0]).toMatchObject({ code: 'wat-invalid', line: 7 });
    expect(problems[0]!.message).toMatch(/^WAT: unknown operator/);
  });

  test('is refused in the words of V8 where it is not valid', async () => {
    const { problems } = await problemsOf(wat(nested(500, 'i32.add drop')));
    expect(problems[0]).toMatchObject({ code: 'wat-invalid' });
    expect(problems[0]!.message).toMatch(/WAT is not valid: /);
  });
});

describe('method', () => {
  test.each(['(result i32 i32) (i32.const 1) (i32.const 2)', '(param v128)', '(param externref)'])(
    'of an export %s says that no WIT function has its core type',
    async (type) => {
      const { problems } = await problemsOf(wat(`(module (func (export "f") ${type}))`));
      expect(problems[0]).toMatchObject({ code: 'method-not-exported' });
      expect(problems[0]!.message).toContain('the module exports "f", whose core type is that of no WIT function');
    },
  );
});

describe('wit', () => {
  test('that does not parse is a problem at its own line', async () => {
    const { problems } = await problemsOf(wat(GOOD, 'wit: |\n  f: func(a: s32)\n    -> s33;\nmethod: f'));
    expect(problems[0]).toMatchObject({ code: 'wit-invalid', line: 9 });
  });

  test('that contradicts the core type is a problem that says both', async () => {
    const { problems } = await problemsOf(wat(GOOD, 'wit: |\n  f: func(a: s64) -> s32;\nmethod: f'));
    expect(problems[0]).toMatchObject({ code: 'wit-mismatch', got: expect.stringContaining('i32') });
    expect(problems[0]!.expected).toContain('i64');
  });
});

describe('binaries', () => {
  test('one plan serves every entry of a binary', async () => {
    const engine = createEngine({ hostImports: {}, text: nodeText(), watCache: null });
    const plans = new Set<unknown>();
    const two =
      wasm('mapper', 'method: transform-users') +
      wasm('mapper', 'method: filter-active').split('\n').slice(5).join('\n').replace('name: f', 'name: g');
    const loaded = await loadRegistry({
      sources: [{ file: 'r.yaml', text: two }],
      base: GUESTS,
      files: nodeFiles(),
      check: async (entry, bytes) => {
        if (entry.kind !== 'function.wasm') return [];
        const result = await engine.compile(entry, bytes);
        if (result.ok) plans.add(result.compiled.plan);
        return result.ok ? [] : result.problems;
      },
    });
    expect(loaded.ok).toBe(true);
    expect(plans.size).toBe(1);
    expect(engine.compiled('t:f')?.export.path).toBe('transform-users');
    expect(engine.compiled('t:g')?.export.path).toBe('filter-active');
  });
});
