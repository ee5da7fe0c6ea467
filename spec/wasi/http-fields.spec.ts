/** `fields` of wasi:http/types: names without case, values as bytes, and who may change them. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Fields } from '../../src/wasi/http-fields.js';

const bytes = (content: string) => new TextEncoder().encode(content);
const entry = (name: string, value: string) => [name, bytes(value)] as const;

function made(...entries: readonly (readonly [string, string])[]): Fields {
  const result = Fields.fromList(entries.map(([name, value]) => entry(name, value)));
  if ('err' in result) throw new Error(result.err);
  return result.ok;
}

describe('fields', () => {
  test('find names in any case, keep their order and how they were written', () => {
    const fields = made(['X-A', '1'], ['b', '2'], ['x-a', '3']);
    expect(fields.get('x-A')).toEqual([bytes('1'), bytes('3')]);
    expect(fields.get('c')).toEqual([]);
    expect([fields.has('B'), fields.has('c')]).toEqual([true, false]);
    expect(fields.entries()).toEqual([entry('X-A', '1'), entry('b', '2'), entry('x-a', '3')]);
  });

  test('set replaces every value of a name, append adds one, delete takes all', () => {
    const fields = made(['a', '1'], ['A', '2'], ['b', '3']);
    expect(fields.set('A', [bytes('x'), bytes('y')])).toEqual({ ok: true });
    expect(fields.append('a', bytes('z'))).toEqual({ ok: true });
    expect(fields.get('a')).toEqual([bytes('x'), bytes('y'), bytes('z')]);
    expect(fields.set('b', [])).toEqual({ ok: true });
    expect(fields.has('b')).toBe(false);
    expect(fields.delete('A')).toEqual({ ok: true });
    expect(fields.entries()).toEqual([]);
    expect(fields.delete('A')).toEqual({ ok: true });
  });

  test('that were received or given away cannot be changed; a copy can', () => {
    for (const fields of [Fields.received([['A', '1']]), made(['a', '1']).freeze()]) {
      expect(fields.set('a', [])).toEqual({ err: 'immutable' });
      expect(fields.append('a', bytes('2'))).toEqual({ err: 'immutable' });
      expect(fields.delete('a')).toEqual({ err: 'immutable' });
      const copy = fields.clone();
      expect(copy.append('a', bytes('2'))).toEqual({ ok: true });
      expect([copy.get('a').length, fields.get('a').length]).toEqual([2, 1]);
    }
  });

  test('one that fails changes nothing', () => {
    const fields = made(['a', '1']);
    expect(fields.set('a', [bytes('fine'), bytes('not\nfine')])).toEqual({ err: 'invalid-syntax' });
    expect(fields.get('a')).toEqual([bytes('1')]);
    expect(Fields.fromList([entry('a', '1'), entry('host', 'x')])).toEqual({ err: 'forbidden' });
  });

  test('together have a bound', () => {
    const fields = made();
    expect(fields.append('a', new Uint8Array(131_071).fill(65))).toEqual({ ok: true });
    expect(fields.append('b', bytes(''))).toHaveProperty('err');
    fields.delete('a');
    expect(fields.append('b', bytes(''))).toEqual({ ok: true });
  });

  test('go over the wire byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (value) => {
        const fields = made();
        const isFine = value.every((byte) => byte === 9 || (byte >= 32 && byte !== 127));
        expect('ok' in fields.append('a', value)).toBe(isFine);
        if (isFine) expect(Fields.received(fields.toHeaders()).get('A')).toEqual([value]);
      }),
    );
  });
});
