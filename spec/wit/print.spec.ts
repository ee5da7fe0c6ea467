/** Printing: what is printed parses back to equal data. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWit } from '../../src/wit/parse.js';
import {
  printDocument,
  printFunction,
  printInterface,
  printSignature,
  printType,
  printWorld,
} from '../../src/wit/print.js';
import type { RecordType, ResourceType, WitFunction, WitInterface, WitWorld } from '../../src/wit/types.js';
import { draws, numbersArbitrary, randomDocument, randomType } from './arbitrary.js';

const LIBRARY = `package other:lib@2.0.0 {
  interface types {
    record user {
      id: u32,
      tag-count: option<u32>,
    }
  }
}`;

describe('printType()', () => {
  test('names what has a name and spells out what has none', () => {
    const user: RecordType = { kind: 'record', name: 'user', fields: [{ name: 'id', type: { kind: 'u32' } }] };
    expect(printType({ kind: 'list', element: user })).toBe('list<user>');
    expect(printType({ kind: 'result', ok: null, err: { kind: 'list', name: 'list', element: user } })).toBe(
      'result<_, %list>',
    );
    expect(printType({ kind: 'record', fields: user.fields })).toBe('record { id: u32 }');
  });

  test('gives text that parses back to the same type, for any type', () => {
    fc.assert(
      fc.property(numbersArbitrary, (numbers) => {
        const type = randomType(draws(numbers), [], false);
        expect(parseWit(`f: func() -> ${printType(type)};`).functions[0]!.type.result).toEqual(type);
      }),
    );
  });
});

describe('printFunction() and printSignature()', () => {
  const [constructor_, method, static_, plain] = parseWit(`resource counter {
    constructor(start: u32);
    add: func(by: u32) -> u32;
    merge: static func(a: borrow<counter>) -> counter;
  }
  %list: func(%type: string) -> list<string>;`).functions as [WitFunction, WitFunction, WitFunction, WitFunction];

  test.each([
    [constructor_, 'constructor(start: u32);', '[constructor]counter: func(start: u32) -> counter'],
    [method, 'add: func(by: u32) -> u32;', '[method]counter.add: func(self: borrow<counter>, by: u32) -> u32'],
    [
      static_,
      'merge: static func(a: borrow<counter>) -> counter;',
      '[static]counter.merge: func(a: borrow<counter>) -> counter',
    ],
    [plain, '%list: func(%type: string) -> list<string>;', '%list: func(%type: string) -> list<string>'],
  ])('prints a function as it stands in WIT, and its signature whole', (fn, asWritten, signature) => {
    expect(printFunction(fn)).toBe(asWritten);
    expect(printSignature(fn)).toBe(signature);
  });
});

describe('printInterface()', () => {
  test('prints uses with full IDs, resources with their functions, and aliases as aliases', () => {
    const text = `package a:b;
${LIBRARY}
interface api {
  use other:lib/types@2.0.0.{user, user as person};
  type people = list<user>;
  resource counter {
    add: func(by: u32);
  }
  type alias-of = counter;
  get: func(c: borrow<counter>) -> people;
}`;
    expect(printInterface(parseWit(text).interfaces[0]!)).toBe(text.slice(text.indexOf('interface api')).trimEnd());
  });
});

describe('printDocument()', () => {
  test('parses back to equal data, for any document', () => {
    fc.assert(
      fc.property(numbersArbitrary, (numbers) => {
        const document = randomDocument(draws(numbers));
        const text = printDocument(document);
        expect(parseWit(text), text).toEqual(document);
      }),
      { numRuns: 200 },
    );
  });

  test('is the same text when printed again', () => {
    const text = `package my:app@1.0.0;\n\ninterface api {\n  use other:lib/types@2.0.0.{user};\n  get: func() -> user;\n}\n\nworld app {\n  import other:lib/types@2.0.0;\n  export api;\n}\n\n${LIBRARY}\n`;
    expect(printDocument(parseWit(text))).toBe(text);
  });
});

describe('printWorld()', () => {
  test('prints the packages of its interfaces, so that it parses back alone, for any world', () => {
    fc.assert(
      fc.property(numbersArbitrary, (numbers) => {
        for (const world of randomDocument(draws(numbers)).worlds) {
          const text = printWorld(world);
          expect(withoutIds(parseWit(text).worlds[0]!), text).toEqual(withoutIds(world));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('joins an interface that is imported in part and exported whole', () => {
    const side = (functions: string): WitInterface =>
      parseWit(`package a:b; interface i { resource r; record t { h: r } ${functions} }`).interfaces[0]!;
    const world = worldOf({
      imports: [side('f: func(x: t);')],
      exports: [side('f: func(x: t); g: func(x: borrow<r>);')],
    });
    expect(printWorld(world)).toBe(`world root {
  import a:b/i;
  export a:b/i;
}

package a:b {
  interface i {
    resource r;
    record t {
      h: r,
    }
    f: func(x: t);
    g: func(x: borrow<r>);
  }
}
`);
  });

  test('declares what a decoded world leaves undeclared: used types, nameless records, resources', () => {
    const types = parseWit('package a:b; interface types { record user { id: u32 } resource file; }').interfaces[0]!;
    const file = types.types[1]!.resource as ResourceType;
    const nameless: RecordType = { kind: 'record', fields: [{ name: 'u', type: types.types[0]!.type! }] };
    const run: WitFunction = {
      name: 'run',
      type: {
        params: [{ name: 'f', type: { kind: 'borrow', resource: file } }],
        result: { kind: 'list', element: nameless },
      },
      role: { kind: 'freestanding' },
    };
    const text = printWorld(worldOf({ imports: [types], exports: [], functions: [run] }));
    expect(text).toContain(`world root {
  use a:b/types.{file, user};
  record record-type {
    u: user,
  }
  import a:b/types;
  export run: func(f: borrow<file>) -> list<record-type>;
}`);
    expect(parseWit(text).worlds[0]!.exports.functions[0]!.type.params).toEqual([
      { name: 'f', type: { kind: 'borrow', resource: { id: expect.any(Number), name: 'file' } } },
    ]);
  });
});

function worldOf(parts: { imports: WitInterface[]; exports: WitInterface[]; functions?: WitFunction[] }): WitWorld {
  return {
    id: 'root',
    types: [],
    imports: { interfaces: parts.imports, functions: [] },
    exports: { interfaces: parts.exports, functions: parts.functions ?? [] },
  };
}

/** Resources are numbered by document, and a world alone is another document. */
function withoutIds(world: WitWorld): unknown {
  return JSON.parse(JSON.stringify(world, (key, value) => (key === 'id' && typeof value === 'number' ? 0 : value)));
}
