// Two engines, one answer: the same components and the same random arguments through jco and through ours.
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { canonical, fromCanonical } from '../../fuzz/canonical.js';
import { ArgumentMismatch } from '../../src/abi/errors.js';
import type { ComponentPlan } from '../../src/component/types.js';
import { valueArbitrary } from '../abi/arbitrary.js';
import { guestBytes, guestPlan, live, thrownBy } from '../component/guests.js';
import { callJco, type JcoInstance, jcoGuest, withoutBom } from './jco.js';

const GUESTS = ['mapper', 'compute', 'echo'] as const;
const plans = new Map<string, ComponentPlan>();
const theirs = new Map<string, JcoInstance>();
beforeAll(async () => {
  for (const name of GUESTS) {
    plans.set(name, await guestPlan(name));
    theirs.set(name, await (await jcoGuest(name, guestBytes(name)))());
  }
}, 120_000);

const planned = await Promise.all(GUESTS.map(async (name) => [name, await guestPlan(name)] as const));

describe.each(planned)('%s answers as it does through jco', (name, plan) => {
  test.each(plan.exports.map((each) => [each.path, each.index] as const))('%s', (path, index) => {
    const { params, result } = (plan.exports[index] as ComponentPlan['exports'][number]).function.type;
    const types = params.map((param) => param.type);
    const { instance } = live(plan);
    fc.assert(
      fc.property(fc.tuple(...types.map(valueArbitrary)), (values) => {
        const args = types.map((type, i) => withoutBom(canonical(type, values[i])));
        const jco = callJco(theirs.get(name) as JcoInstance, path, types, result, args);
        const ours = instance.call(
          index,
          types.map((type, i) => fromCanonical(type, args[i] as never)) as never[],
          'js',
        );
        expect(result === null ? null : canonical(result, ours)).toEqual(jco);
      }),
      { numRuns: 40 },
    );
  });
});

describe('where the engines differ on purpose: jco coerces, ours refuses', () => {
  test.each<[string, unknown, unknown]>([
    ['echo-u8', 256, 0],
    ['echo-u8', 1.5, 1],
    ['echo-u8', '7', 7],
    ['echo-s8', 128, -128],
    ['echo-u32', -1, 4294967295],
    ['echo-bool', 'no', true],
    ['echo-bool', 0, false],
    ['echo-string', '\ud800', '\ufffd'],
    ['echo-f64', '1.5', 1.5],
  ])('%s(%j): jco gives %j', (path, value, coerced) => {
    const full = `moonwit:echo/types@1.0.0#${path}`;
    const answer = theirs.get('echo')?.call(full, value);
    expect(ArrayBuffer.isView(answer) ? Array.from(answer as never) : answer).toEqual(coerced);
    expect(thrownBy(() => live(plans.get('echo') as ComponentPlan).call(path, value))).toBeInstanceOf(ArgumentMismatch);
  });

  test('a byte order mark at the start of a string is text like any other, and jco drops it', () => {
    expect(theirs.get('echo')?.call('moonwit:echo/types@1.0.0#echo-string', '\ufeffa')).toBe('a');
    expect(live(plans.get('echo') as ComponentPlan).call('echo-string', '\ufeffa')).toBe('\ufeffa');
  });

  test('an error result is thrown by jco and given as `{err}` by ours', () => {
    expect(thrownBy(() => theirs.get('compute')?.call('divide', 1, 0))).toHaveProperty('payload');
    expect(live(plans.get('compute') as ComponentPlan).call('divide', 1, 0)).toHaveProperty('err');
  });
});
