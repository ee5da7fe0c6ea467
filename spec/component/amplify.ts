/** Run by limits.spec.ts with a bounded heap: results whose types make little memory stand for much. */
import { generateLift } from '../../src/abi/codegen.js';
import { describeType } from '../../src/abi/describe.js';
import { Trap } from '../../src/abi/errors.js';
import { layoutOf } from '../../src/abi/layout.js';
import type { ValType } from '../../src/wit/types.js';
import { makeRig } from '../abi/rig.js';

const MB = 2 ** 20;

const nest = (wrap: (inner: ValType) => ValType, depth: number, type: ValType): ValType =>
  depth === 0 ? type : nest(wrap, depth - 1, wrap(type));
const list = (element: ValType): ValType => ({ kind: 'list', element });
const deep = nest((type) => ({ kind: 'tuple', types: [type] }), 60, { kind: 'u8' });
const wide: ValType = nest(
  (type) => ({
    kind: 'record',
    fields: [
      { name: 'a', type },
      { name: 'b', type },
    ],
  }),
  25,
  { kind: 'u8' },
);

/** 16 MB of pairs (pointer, length) that all name those 16 MB; strings and bytes name them as they are. */
function selfReferring(type: ValType, count: number) {
  const rig = makeRig();
  rig.memory.grow(1024);
  const words = new Uint32Array(rig.memory.buffer);
  const { alignment } = layoutOf(type.kind === 'list' ? type.element : type);
  for (let i = 0; i < words.length; i += 2) {
    words[i] = 64 * alignment;
    words[i + 1] = count;
  }
  return rig;
}

const TEXTS = list(list({ kind: 'string' }));
/** Its bytes are ASCII, so that the same memory is text too. */
const MANY = 0x17070;

const cases: readonly (readonly [ValType, number])[] = [
  [list(list(list(list({ kind: 'u32' })))), MANY],
  [TEXTS, MANY],
  [list(list(list({ kind: 'u8' }))), MANY],
  [list(list(deep)), MANY],
  [list(list({ kind: 'bool' })), 4_000_000],
  [list(list({ kind: 'option', type: { kind: 'u64' } })), MANY],
  [list(list({ kind: 'flags', names: Array.from({ length: 32 }, (_, i) => `n${i}`) })), MANY],
  [list(list({ kind: 'tuple', types: [{ kind: 'f64' }, { kind: 'char' }] })), MANY],
  [wide, 0],
];

for (const [type, count] of cases) {
  for (const target of type === TEXTS ? (['js', 'go'] as const) : (['js'] as const)) {
    const rig = selfReferring(type, count);
    const lift = generateLift({ params: [], result: type }, { encoding: 'utf8', target });
    let ends = 'lifted';
    let value: unknown;
    try {
      if (type === wide) rig.memory.grow(1024);
      value = lift(rig.cx, () => 64, null, [], null);
    } catch (thrown) {
      ends = thrown instanceof Trap ? thrown.code : String(thrown);
    }
    const { heapUsed, external } = process.memoryUsage();
    process.stdout.write(
      `${JSON.stringify({ type: describeType(type), ends, kept: value !== undefined, heapMb: Math.round((heapUsed + external) / MB) })}\n`,
    );
  }
}
