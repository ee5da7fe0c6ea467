/** Any value of the middle form, for properties. */
import fc from 'fast-check';
import { ByteString, EMPTY, Float64, newMap, type Value } from '../../src/values.js';

const ofMap = (entries: readonly (readonly [string, Value])[]): Value => {
  const map = newMap();
  for (const [key, value] of entries) map[key] = value;
  return map;
};

export const values = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<Value>(null, undefined, true, false, EMPTY, -0, Number.NaN, 2 ** 31, -(2 ** 31), 2 ** 53),
    fc.constantFrom<Value>(127, 128, -1, 2 ** 31 - 1),
    fc.integer(),
    fc.double(),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
    fc.double({ noNaN: true }).map((each) => new Float64(each)),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.string({ maxLength: 100 }).map((text) => `${text}\ud800`),
    fc.uint8Array({ maxLength: 100 }).map((bytes) => new ByteString(bytes)),
    fc.constantFrom(63, 64).map((length) => new ByteString(new Uint8Array(length).fill(length))),
    fc.uint8Array({ maxLength: 100 }),
    fc.array(tie('value'), { maxLength: 6 }),
    fc
      .uniqueArray(fc.tuple(fc.string({ maxLength: 8 }), tie('value')), { maxLength: 6, selector: ([key]) => key })
      .map(ofMap),
    fc.tuple(fc.array(tie('value'), { maxLength: 4 }), fc.array(tie('value'), { maxLength: 4 })).map(([a, b]) =>
      a.map((each, i) =>
        ofMap([
          ['id', i],
          ['one', each],
          [
            'in',
            ofMap([
              ['x', b[i]],
              ['id', null],
            ]),
          ],
        ]),
      ),
    ),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((entries) => new Map(entries)),
  ),
})).value;
