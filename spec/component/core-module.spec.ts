import { describe, expect, test } from 'vitest';
import { BinaryError } from '../../src/binary/errors.js';
import { describeCoreModule, functionNames } from '../../src/component/core-module.js';
import { decodeComponent } from '../../src/component/decode/component.js';
import { validateComponent } from '../../src/component/validate/component.js';
import { ValidationError } from '../../src/component/validate/errors.js';
import { component, name, section, vec } from './binary.js';

function coreModule(...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...sections.flat()]);
}
const I32_TO_I64 = [0x60, 1, 0x7f, 1, 0x7e];
const TYPES = section(1, vec(I32_TO_I64, [0x60, 0, 0]));

describe('describeCoreModule()', () => {
  test('an imported function has its type, not an index', () => {
    const bytes = coreModule(TYPES, section(2, vec([...name('env'), ...name('f'), 0, 0])));
    expect(describeCoreModule(bytes).imports).toEqual([
      { module: 'env', name: 'f', type: { kind: 'func', type: { kind: 'func', params: ['i32'], results: ['i64'] } } },
    ]);
  });

  test('an exported function counts imported ones first', () => {
    const imports = section(2, vec([...name('env'), ...name('f'), 0, 0]));
    const bytes = coreModule(TYPES, imports, section(3, vec([1])), section(7, vec([...name('g'), 0, 1])));
    const { exports, importedFunctions } = describeCoreModule(bytes);
    expect(importedFunctions).toBe(1);
    expect(exports).toEqual([
      { name: 'g', index: 1, type: { kind: 'func', type: { kind: 'func', params: [], results: [] } } },
    ]);
  });

  test('a table, a memory and a global have limits and types', () => {
    const table = section(4, vec([0x70, 1, 2, 5]));
    const memory = section(5, vec([0, 1]));
    const globals = section(6, vec([0x7e, 1, 0x42, 0x80, 1, 0x0b], [0x7d, 0, 0x43, 0, 0, 0, 0, 0x0b]));
    const exports = section(7, vec([...name('t'), 1, 0], [...name('m'), 2, 0], [...name('g'), 3, 1]));
    expect(describeCoreModule(coreModule(table, memory, globals, exports)).exports.map((each) => each.type)).toEqual([
      { kind: 'table', element: 'funcref', limits: { min: 2, max: 5, shared: false, index64: false } },
      { kind: 'memory', pageSizeLog2: 16, limits: { min: 1, max: null, shared: false, index64: false } },
      { kind: 'global', type: 'f32', mutable: false },
    ]);
  });

  test('an export of a function that does not exist is malformed', () => {
    const bytes = coreModule(section(7, vec([...name('g'), 0, 0])));
    expect(() => describeCoreModule(bytes)).toThrow(BinaryError);
    expect(() => describeCoreModule(bytes)).toThrow('malformed core module: export `g` names func 0');
  });
});

describe('functionNames()', () => {
  test('come from the name section by index', () => {
    const names = [1, 5, ...vec([3, ...name('ab')])];
    expect([...functionNames(coreModule(section(0, [...name('name'), ...names])))]).toEqual([[3, 'ab']]);
  });
  test('are none when the section is cut short', () => {
    expect(functionNames(coreModule(section(0, [...name('name'), 1, 9, 4]))).size).toBe(0);
  });
});

test('validateComponent() says where in the file a core module is malformed', () => {
  const module = coreModule(section(7, vec([...name('g'), 0, 9])));
  const decoded = decodeComponent(component(section(1, module)));
  const error = (() => {
    try {
      validateComponent(decoded);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(ValidationError);
  expect(error).toMatchObject({ offset: 10 + module.length });
  expect((error as Error).message).toMatch(/malformed core module: export `g` names func 9, which does not exist/);
});
