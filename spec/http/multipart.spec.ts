/** Forms as bytes: whatever they hold comes back, and whatever is missing is told. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Malformed, partsOf } from '../../src/http/multipart-parts.js';

const BOUNDARY = 'b0undary';

const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((raw) => raw.replace(/["\\\r\n\0/]/g, '_'));
const part = fc.record({
  field: text,
  filename: fc.option(text.filter((name) => name !== '.' && name !== '..')),
  content: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
});
const form = fc.array(
  part.filter(({ content }) => !content.includes(BOUNDARY)),
  { maxLength: 5 },
);

type Given = typeof form extends fc.Arbitrary<infer T> ? T : never;

function written(parts: Given): Buffer {
  const pieces = parts.flatMap(({ field, filename, content }) => {
    const file = filename === null ? '' : `; filename="${filename}"`;
    return [`--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"${file}\r\n\r\n`, content, '\r\n'];
  });
  return Buffer.concat([...pieces, `--${BOUNDARY}--\r\n`].map((piece) => Buffer.from(piece)));
}

test('what is written as parts is read as the same parts', () => {
  fc.assert(
    fc.property(form, (parts) => {
      const read = partsOf(written(parts), BOUNDARY);
      expect(read.map(({ field, filename, content }) => ({ field, filename, content: [...content] }))).toEqual(
        parts.map(({ field, filename, content }) => ({ field, filename, content: [...content] })),
      );
    }),
  );
});

test('quotes and backslashes of names come back from who escapes them', () => {
  const name = fc.string({ unit: fc.constantFrom('"', '\\', ';', '=', ' ', 'a', 'ä'), maxLength: 20 });
  fc.assert(
    fc.property(name, (raw) => {
      const escaped = raw.replace(/["\\]/g, '\\$&');
      const [read] = partsOf(written([{ field: escaped, filename: null, content: Buffer.alloc(0) }]), BOUNDARY);
      expect(read?.field).toBe(raw);
    }),
  );
});

test('heads that are mostly space are read in time', () => {
  const part = `--b\r\nContent-Disposition: form-data; name="a"; x=${' '.repeat(16_000)}y\r\n\r\n1\r\n`;
  expect(partsOf(Buffer.from(`${part.repeat(1000)}--b--`), 'b')).toHaveLength(1000);
});

test('a form that ends too soon is never read as a whole one', () => {
  fc.assert(
    fc.property(form, fc.nat(), (parts, at) => {
      const whole = written(parts);
      const cut = whole.subarray(0, at % (whole.length - 4));
      expect(() => partsOf(cut, BOUNDARY)).toThrow(Malformed);
    }),
  );
});

test('bytes that are no form are told so, and by nothing else', () => {
  fc.assert(
    fc.property(form, fc.uint8Array({ maxLength: 300 }), fc.nat(), (parts, noise, at) => {
      const whole = written(parts);
      const place = at % whole.length;
      const damaged = Buffer.concat([whole.subarray(0, place), noise, whole.subarray(place + noise.length)]);
      try {
        partsOf(damaged, BOUNDARY);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(Malformed);
      }
    }),
  );
});
