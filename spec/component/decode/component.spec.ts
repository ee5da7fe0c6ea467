import { describe, expect, test } from 'vitest';
import { BinaryError } from '../../../src/binary/errors.js';
import { decodeComponent, isComponent, isCoreModule } from '../../../src/component/decode/component.js';
import { UnsupportedFeature } from '../../../src/component/decode/errors.js';
import { component, leb, name, section, vec } from '../binary.js';

describe('isComponent() and isCoreModule()', () => {
  test('a component preamble is a component, not a module', () => {
    expect(isComponent(component())).toBe(true);
    expect(isCoreModule(component())).toBe(false);
  });
  test('a module preamble is a module, not a component', () => {
    const bytes = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    expect(isComponent(bytes)).toBe(false);
    expect(isCoreModule(bytes)).toBe(true);
  });
  test('seven bytes of a preamble are neither', () => {
    expect(isComponent(component().subarray(0, 7))).toBe(false);
  });
});

describe('decodeComponent()', () => {
  test('an empty component has no definitions', () => {
    expect(decodeComponent(component())).toEqual({ kind: 'component', definitions: [] });
  });

  test('a type keeps its place in the file', () => {
    expect(decodeComponent(component(section(7, vec([0x70, 0x7f])))).definitions).toEqual([
      { kind: 'type', offset: 11, type: { kind: 'list', element: 'bool' } },
    ]);
  });

  test('a nested component is decoded in place', () => {
    const bytes = component(section(4, component(section(7, vec([0x73])))));
    expect(decodeComponent(bytes).definitions[0]).toMatchObject({
      kind: 'component',
      component: { definitions: [{ kind: 'type', type: { kind: 'primitive', primitive: 'string' } }] },
    });
  });

  test('a core module is a view of the file, not a copy', () => {
    const bytes = component(section(1, [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    const [definition] = decodeComponent(bytes).definitions;
    expect(definition?.kind === 'core module' && definition.bytes.buffer).toBe(bytes.buffer);
  });

  test('names of definitions come from the component-name section', () => {
    const names = [
      ...name('component-name'),
      0,
      ...leb(2),
      ...name('c'),
      1,
      ...leb(6),
      0,
      0x11,
      ...vec([0, ...name('m')]),
    ];
    const decoded = decodeComponent(component(section(0, names)));
    expect(decoded.name).toBe('c');
    expect(decoded.names?.get('core module')?.get(0)).toBe('m');
  });

  test('a broken component-name section does not refuse the component', () => {
    expect(decodeComponent(component(section(0, [...name('component-name'), 1, 99]))).definitions).toEqual([]);
  });
});

describe('decodeComponent() refuses', () => {
  const cases: readonly [string, Uint8Array, RegExp][] = [
    ['an empty file', Uint8Array.of(), /unexpected end/],
    ['a core module', Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), /core module, not a component/],
    ['version 12', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0c, 0, 1, 0), /unknown component version 12/],
    ['layer 2', Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 2, 0), /unknown layer 2/],
    ['section 13', component(section(13, [])), /0x0d is not a valid section id/],
    ['a section longer than the file', component([7, 5, 0]), /section 7 announces 5 bytes/],
    ['bytes after the last item', component(section(7, [1, 0x7f, 0x7f])), /1 bytes after its last item/],
    ['a u32 of 6 bytes', component([7, 0x80, 0x80, 0x80, 0x80, 0x80, 0]), /representation too long/],
    ['a u32 of 33 bits', component([7, 0x80, 0x80, 0x80, 0x80, 0x10]), /too large for u32/],
    ['a count beyond the section', component(section(7, [9, 0x7f])), /9 definitions announced/],
    ['broken UTF-8', component(section(0, [1, 0xff])), /malformed UTF-8/],
    ['a value type opcode that nobody has', component(section(7, vec([0x62]))), /0x62 is not a valid type definition/],
    ['an optional that is 2', component(section(7, vec([0x6a, 2, 0]))), /0x02 is not a valid optional value type/],
    ['a core module section that is no module', component(section(1, [0, 1])), /without the preamble/],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => decodeComponent(bytes)).toThrow(BinaryError);
    expect(() => decodeComponent(bytes)).toThrow(message);
  });

  test('a fault in a nested component, with the path to it', () => {
    const bytes = component(section(4, component()), section(4, component(section(7, vec([0x62])))));
    expect(() => decodeComponent(bytes)).toThrow(/in component 1\)$/);
  });

  test('the 101st component inside another, but not the 100th', () => {
    const nest = (depth: number): Uint8Array => (depth === 1 ? component() : component(section(4, nest(depth - 1))));
    expect(decodeComponent(nest(100)).definitions).toHaveLength(1);
    expect(() => decodeComponent(nest(101))).toThrow(/nest deeper than 100/);
  });

  test('type declarations nested 101 deep, but not 100', () => {
    const nest = (depth: number): number[] => (depth === 0 ? [0x42, 0] : [0x42, 1, 1, ...nest(depth - 1)]);
    expect(decodeComponent(component(section(7, vec(nest(99))))).definitions).toHaveLength(1);
    expect(() => decodeComponent(component(section(7, vec(nest(100)))))).toThrow(/nest deeper than 100/);
  });
});

describe('decodeComponent() names a feature of a newer era and', () => {
  function refusal(bytes: Uint8Array): UnsupportedFeature {
    try {
      decodeComponent(bytes);
    } catch (thrown) {
      if (thrown instanceof UnsupportedFeature) return thrown;
      throw thrown;
    }
    throw new Error('the component was accepted');
  }

  test('the export that needs it', () => {
    const lift = section(8, vec([0x00, 0x00, 0, 1, 0x06, 0]));
    const bytes = component(section(7, vec([0x40, 0, 1, 0])), lift, section(11, vec([0, ...name('run'), 1, 0, 0])));
    expect(refusal(bytes)).toMatchObject({ feature: 'async', place: 'export `run`' });
  });

  test('the export of the outermost component when a nested one needs it', () => {
    const nested = component(section(7, vec([0x43, 0, 1, 0])));
    const instance = section(5, vec([0, 0, 0]));
    const bytes = component(section(4, nested), instance, section(11, vec([0, ...name('a:b/c'), 5, 0, 0])));
    expect(refusal(bytes)).toMatchObject({ feature: 'async', place: 'export `a:b/c`' });
  });

  test('the import whose type uses it', () => {
    const type = section(7, vec([0x42, 1, 1, 0x66, 0]));
    const bytes = component(type, section(10, vec([0, ...name('a:b/c'), 5, 0])));
    expect(refusal(bytes)).toMatchObject({ feature: 'stream', place: 'import `a:b/c`' });
  });

  const features: readonly [string, number[]][] = [
    ['stream', [0x66, 0]],
    ['future', [0x65, 0]],
    ['error-context', [0x64]],
    ['map', [0x63, 0x73, 0x7f]],
    ['fixed-length list', [0x67, 0x7f, 4]],
    ['memory64', [0x3f, 0x7e, 0]],
  ];
  test.each(features)('no place where nothing exports it: %s', (feature, type) => {
    expect(refusal(component(section(7, vec(type))))).toMatchObject({ feature, place: null, offset: 11 });
  });
});
