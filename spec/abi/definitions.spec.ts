// Recorded answers of the specification's definitions.py (SPEC_COMMIT): `npm run fuzz -- --seed 1 --record spec/abi/fixtures/definitions.json`.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Answer, ask, type Case } from '../../fuzz/definitions.js';
import { generateLift, generateLower } from '../../src/abi/codegen.js';
import { referenceLift, referenceLower } from '../../src/abi/reference.js';
import type { Backend } from './rig.js';

type Recorded = Case & { readonly answer: Answer };
const recorded = JSON.parse(readFileSync(new URL('fixtures/definitions.json', import.meta.url), 'utf8')) as Recorded[];

const backends: Record<string, Backend> = {
  'generated code': { lift: generateLift, lower: generateLower },
  'the interpreter': { lift: referenceLift, lower: referenceLower },
};

describe.each(Object.keys(backends))('%s lowers and lifts as definitions.py does', (name) => {
  const backend = backends[name] as Backend;
  test.each(['utf8', 'utf16', 'latin1+utf16'] as const)('in %s', (encoding) => {
    const rows = recorded.filter((each) => each.encoding === encoding);
    expect(rows.length).toBeGreaterThan(100);
    for (const { answer, ...each } of rows) {
      for (const target of ['js', 'go'] as const) {
        expect(JSON.parse(JSON.stringify(ask(backend, each, target))), JSON.stringify(each)).toEqual(answer);
      }
    }
  });
});

test('the recorded cases reach every kind of type, traps, and strings between guests in all nine pairs of encodings', () => {
  const kinds = new Set([...JSON.stringify(recorded).matchAll(/"kind":"([^"]+)"/g)].map((match) => match[1]));
  expect(kinds.size).toBe(21);
  expect(recorded.filter(({ answer }) => 'trap' in answer).length).toBeGreaterThan(30);
  const pairs = recorded.flatMap(({ type, value, encoding }) =>
    type.kind === 'string' && Array.isArray(value) ? [`${value[1]} ${encoding}`] : [],
  );
  expect(new Set(pairs).size).toBe(9);
});
