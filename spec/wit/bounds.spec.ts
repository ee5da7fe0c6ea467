/** Bad and huge input: bounded, and never a crash. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { WitError } from '../../src/wit/error.js';
import { parseWit } from '../../src/wit/parse.js';
import { printDocument } from '../../src/wit/print.js';

function nested(depth: number): string {
  return `f: func(a: ${'list<'.repeat(depth - 1)}u8${'>'.repeat(depth - 1)});`;
}

/** `type t0 = u8; type t1 = list<t0>; …`: `depth` levels, each under a name. */
function chain(depth: number, forwards: boolean): string {
  const lines = Array.from({ length: depth }, (_, n) => (n === 0 ? 'type t0 = u8;' : `type t${n} = list<t${n - 1}>;`));
  return (forwards ? lines.reverse() : lines).join('\n');
}

describe('parseWit() bounds', () => {
  test('types nest 100 deep and no deeper, written out', () => {
    expect(parseWit(nested(100)).functions).toHaveLength(1);
    expect(() => parseWit(nested(101))).toThrow('types nest deeper than 100');
    expect(() => parseWit(nested(1_000_000))).toThrow('types nest deeper than 100');
  });

  test.each([true, false])('types nest 100 deep and no deeper through names (forward references: %s)', (forwards) => {
    expect(parseWit(chain(100, forwards)).types).toHaveLength(100);
    expect(() => parseWit(chain(101, forwards))).toThrow('this type nests deeper than 100 types: flatten it');
    expect(() => parseWit(chain(50_000, forwards))).toThrow('nests deeper than 100 types');
  });

  test('a chain of aliases is no nesting', () => {
    const aliases = Array.from({ length: 20_000 }, (_, n) => `type t${n} = t${n + 1};`).join('\n');
    expect(parseWit(`${aliases} type t20000 = u8;`).types).toHaveLength(20_001);
  });

  test('a type that unfolds into more than 100000 types is refused', () => {
    const doubling = (levels: number): string =>
      Array.from({ length: levels }, (_, n) => `type t${n + 1} = tuple<t${n}, t${n}>;`).join('\n');
    // t0 counts one, and each level twice the one below and itself.
    expect(parseWit(`type t0 = u8; ${doubling(15)}`).types).toHaveLength(16);
    expect(() => parseWit(`type t0 = u8; ${doubling(16)}`)).toThrow('this type is made of more than 100000 types');
  });

  test('worlds that unfold into more than 100000 items are refused', () => {
    const worlds = (count: number): string =>
      Array.from(
        { length: count },
        (_, n) => `world w${n} { import fn${n}: func(); ${n === 0 ? '' : `include w${n - 1};`} }`,
      ).join('\n');
    expect(parseWit(worlds(400)).worlds[399]!.imports.functions).toHaveLength(400);
    expect(() => parseWit(worlds(500))).toThrow('the worlds of this text unfold into more than 100000 items');
  });

  test('50000 items of every kind parse and print', () => {
    const count = 50_000;
    const names = Array.from({ length: count }, (_, n) => n);
    const text = `interface all { ${names.map((n) => `type t${n} = u8;`).join('')} }
      interface user { use all.{${names.map((n) => `t${n}`).join(', ')}}; ${names.map((n) => `g${n}: func(a: t${n});`).join('')} }
      record r { ${names.map((n) => `a${n}: u8`).join(', ')} }
      world w { ${names.map((n) => `import fn${n}: func();`).join('')} import all; export user; }`;
    const document = parseWit(text);
    expect(document.interfaces[1]!.functions).toHaveLength(count);
    expect(parseWit(printDocument(document)).worlds[0]!.imports.functions).toHaveLength(count);
  });

  test('20000 interfaces that use each other in a row parse, whatever their order', () => {
    const rows = Array.from({ length: 20_000 }, (_, n) => `interface i${n} { use i${n + 1}.{t}; }`);
    const text = `${rows.join('\n')} interface i20000 { type t = u8; } world w { import i0; }`;
    expect(
      parseWit(text)
        .worlds[0]!.imports.interfaces.map(({ id }) => id)
        .slice(-2),
    ).toEqual(['i1', 'i0']);
  });

  test.each([
    ['comment openers', '/*'.repeat(200_000)],
    ['a name that is almost a label', `a${'-1'.repeat(100_000)}_: func();`],
    ['a version that is almost one', `package a:b@1.2.3-${'1.'.repeat(100_000)};`],
    ['open braces', 'interface a {'.repeat(50_000)],
    ['gates', '@since(version = 1.0.0)'.repeat(50_000)],
    ['blank lines', '\n'.repeat(1_000_000)],
    ['digits', '1'.repeat(500_000)],
  ])('%s by the hundred thousand end in an answer', (_, text) => {
    expect(() => {
      try {
        parseWit(text);
      } catch (error) {
        if (!(error instanceof WitError)) throw error;
      }
    }).not.toThrow();
  });
});

const SAMPLE = `package a:b@1.0.0;
use other:lib/types as lib;
package other:lib { interface types { record user { id: u32, tags: list<string> } resource file { read: func(n: u64) -> result<list<u8>>; } } }
interface api { use lib.{user, file as f}; enum color { red, green } get: func(c: color) -> option<tuple<user, f>>; }
world w { include v with { run as go }; export api; }
world v { import run: func(x: f64); }
`;

describe('parseWit() of damaged text', () => {
  test('ends in a document or a WitError inside the text, whatever is cut, doubled or swapped', () => {
    const tokens = SAMPLE.match(/[A-Za-z0-9-]+|\s+|[^\sA-Za-z0-9]/g)!;
    const edit = fc.record({
      at: fc.nat(tokens.length - 1),
      kind: fc.constantFrom('cut', 'double', 'swap'),
      other: fc.nat(tokens.length - 1),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const changed = [...tokens];
        for (const { at, kind, other } of edits) {
          if (kind === 'cut') changed[at] = ' ';
          else if (kind === 'double') changed[at] += ` ${changed[at]}`;
          else [changed[at], changed[other]] = [changed[other]!, changed[at]!];
        }
        expectAnswer(changed.join(''));
      }),
      { numRuns: 500 },
    );
  });

  test('ends in a document or a WitError for any characters', () => {
    const unit = fc.constantFrom(
      ...'{}()<>:;,.=@/*-> %"\\\n_aZ1\u00e9',
      'func',
      'list',
      'use ',
      'record ',
      '->',
      '\u{1F600}',
    );
    fc.assert(fc.property(fc.string({ unit, maxLength: 60 }), expectAnswer), { numRuns: 500 });
  });
});

function expectAnswer(text: string): void {
  try {
    parseWit(text);
  } catch (error) {
    if (!(error instanceof WitError)) throw error;
    const lines = text.split('\n');
    expect(error.line).toBeGreaterThanOrEqual(1);
    expect(error.line).toBeLessThanOrEqual(lines.length);
    expect(error.column).toBeLessThanOrEqual(lines[error.line - 1]!.length + 1);
    expect(error.endColumn).toBeGreaterThan(error.column);
    expect(error.endColumn).toBeLessThanOrEqual(lines[error.line - 1]!.length + 2);
  }
}
