/**
 * Lift and lower as generated code: for each function type one JavaScript function in which every offset, alignment and
 * discriminant is a literal, made when the function is first called. `reference.ts` follows the same rules as an
 * interpreter, where code may not be generated, and holds this file to the specification in tests.
 *
 * Why code and not closures: a tree of closures meets every type of the process at the same few call sites, which turns
 * them megamorphic; lowering 1000 records took 116 µs so and takes 35 µs here, also with 500 other types loaded.
 *
 * Nothing a guest or a caller wrote becomes code: names enter as JSON string literals or as captured constants.
 */
import type { FuncType, ValType } from '../wit/types.js';
import type { LiftLowerContext } from './context.js';
import { hostCost } from './cost.js';
import { GenContext, type GenOptions } from './gen-context.js';
import { flatLift, loadExpr } from './gen-lift.js';
import { flatLower, storeStatement } from './gen-lower.js';
import { containsBorrow, containsHandle, coreSignature, funcLayout, layoutOf, needsMemory } from './layout.js';

// biome-ignore lint/complexity/noBannedTypes: a core function takes and gives whatever its core type says
export type CoreFunction = Function;

/** Lowers `args`, calls `core`, lifts the result, hands it to `resolve` (component to component), runs post-return. */
export type LiftedCall = (
  cx: LiftLowerContext,
  core: CoreFunction,
  postReturn: CoreFunction | null,
  args: readonly unknown[],
  resolve: ((result: unknown) => unknown) | null,
) => unknown;

/** What a lowered function calls: the host, or another component. */
export interface Callee {
  /** Before arguments are lifted. Throws a Trap when it cannot be entered. */
  enter(): void;
  call(args: unknown[], resolve: (result: unknown) => unknown): unknown;
  leave(): void;
  /** Anything was thrown: remembered, for a guest can catch what passes through its frames. */
  fail(thrown: unknown): void;
}

/** Makes the core function that a guest calls for an import. */
export type LowerFactory = (cx: LiftLowerContext, callee: Callee) => CoreFunction;

/** Rule: `canon_lift`, the synchronous half. */
export function generateLift(type: FuncType, options: GenOptions): LiftedCall {
  const gen = new GenContext(options);
  const layout = funcLayout(type);
  const body: string[] = [`if (args.length > ${type.params.length}) throw MISMATCH;`];
  const touchesMemory = layout.paramsSpill || type.params.some((param) => needsMemory(param.type));
  if (touchesMemory) body.push('cx.sync();');
  const borrows = type.params.some((param) => containsBorrow(param.type));
  if (borrows) body.push('const scope = cx.scope = { numBorrows: 0 };');
  type.params.forEach((_, i) => {
    body.push(`const a${i} = args[${i}];`);
  });
  const flat = layout.paramsSpill ? spillParams(gen, type, body) : flatParams(gen, type, body);
  const after = liftResult(gen, type);
  if (borrows) after.push('checkBorrows(scope);');
  after.push('const out = resolve === null ? value : resolve(value);');
  after.push(
    `if (post !== null) { cx.inst.mayLeave = false; post(${type.result === null ? '' : 'r'}); cx.inst.mayLeave = true; }`,
  );
  after.push('return out;');
  body.push(...callAndThen(gen, `core(${flat.join(', ')})`, after));
  return gen.compile(`return function lifted(cx, core, post, args, resolve) {\n${body.join('\n')}\n};`) as LiftedCall;
}

/** `after` goes on with the answer `r` of `call`; where that can be a promise, once it is there. */
function callAndThen(gen: GenContext, call: string, after: readonly string[], caught = ''): string[] {
  if (!gen.later) return [`const r = ${call};`, ...after];
  const promised = `r.then(done)${caught}`;
  return [
    'const done = (r) => {',
    ...after,
    '};',
    `const r = ${call};`,
    `return r instanceof Promise ? ${promised} : done(r);`,
  ];
}

function flatParams(gen: GenContext, type: FuncType, body: string[]): string[] {
  return type.params.flatMap((param, i) => flatLower(gen, param.type, `a${i}`, body));
}

/** Rule: `lower_flat_values`, more than MAX_FLAT_PARAMS. */
function spillParams(gen: GenContext, type: FuncType, body: string[]): string[] {
  const tuple = funcLayout(type).paramTuple;
  const { byteSize, alignment } = layoutOf(tuple);
  body.push(`const p = cx.allocate(${alignment}, ${byteSize});`);
  body.push(storeParts(gen, tuple.types, (i) => `a${i}`, 'p'));
  return ['p'];
}

function storeParts(gen: GenContext, types: readonly ValType[], value: (i: number) => string, ptr: string): string {
  const offsets = gen.offsets(types);
  return types.map((type, i) => storeStatement(gen, type, value(i), gen.at(ptr, offsets[i] as number))).join('\n');
}

/** Rule: `lift_flat_values` for the result of a lifted call. */
function liftResult(gen: GenContext, type: FuncType): string[] {
  if (type.result === null) return ['const value = undefined;'];
  const { byteSize, alignment } = layoutOf(type.result);
  if (funcLayout(type).resultSpills) {
    return [
      'cx.sync(); cx.budget = LIFT_BUDGET;',
      'const q = r >>> 0;',
      `checkPointer(cx, q, ${byteSize}, ${alignment}, "result");`,
      ...spendFor([type.result]),
      `const value = ${loadExpr(gen, type.result, 'q')};`,
    ];
  }
  return [`const value = ${flatLift(gen, type.result, ['r'])};`];
}

/** Types can be small to write and huge to lift: what is more than a page of host memory is charged. */
function spendFor(types: readonly ValType[]): string[] {
  const cost = types.reduce((total, type) => total + hostCost(type), 0);
  return cost > 4096 ? [`cx.spend(${cost});`] : [];
}

/** Rule: `canon_lower`, the synchronous half. */
export function generateLower(type: FuncType, options: GenOptions): LowerFactory {
  const gen = new GenContext(options);
  const { params, results } = coreSignature(type, 'lower');
  const names = params.map((_, i) => `p${i}`);
  const layout = funcLayout(type);
  const borrows = type.params.some((param) => containsBorrow(param.type));
  const body = ['checkMayLeave(cx);', 'callee.enter();', 'cx.sync(); cx.budget = LIFT_BUDGET;'];
  if (borrows) body.push('const outer = cx.lenders, lenders = cx.lenders = [];');
  body.push(...liftParams(gen, type, names));
  const args = `[${type.params.map((_, i) => `a${i}`).join(', ')}]`;
  const retptr = layout.resultSpills ? (names[names.length - 1] as string) : null;
  const after = ['callee.leave();'];
  if (borrows) after.push('returnLenders(lenders); cx.lenders = outer;');
  if (results.length > 0) after.push('return r;');
  const call = `callee.call(${args}, ${retptr === null ? 'low' : `(value) => low(value, ${retptr})`})`;
  body.push(...callAndThen(gen, call, after, '.catch(failed)'));
  const low = lowerResult(gen, type);
  return gen.compile(
    `return function make(cx, callee) {
${low}
const failed = (thrown) => { callee.fail(thrown); throw thrown; };
return function lowered(${names.join(', ')}) {
try {
${body.join('\n')}
} catch (thrown) {
failed(thrown);
}
};
};`,
  ) as LowerFactory;
}

function liftParams(gen: GenContext, type: FuncType, names: readonly string[]): string[] {
  const layout = funcLayout(type);
  if (layout.paramsSpill) {
    const tuple = layout.paramTuple;
    const { byteSize, alignment } = layoutOf(tuple);
    const offsets = gen.offsets(tuple.types);
    return [
      'const p = p0 >>> 0;',
      `checkPointer(cx, p, ${byteSize}, ${alignment}, "parameter");`,
      ...spendFor(tuple.types),
      ...tuple.types.map((each, i) => `const a${i} = ${loadExpr(gen, each, gen.at('p', offsets[i] as number))};`),
    ];
  }
  let next = 0;
  return type.params.map((param, i) => {
    const count = layoutOf(param.type).flat.length;
    const flat = names.slice(next, next + count);
    next += count;
    return `const a${i} = ${flatLift(gen, param.type, flat)};`;
  });
}

/** `low(value, ret)`: lowers a callee's result into the caller. Rule: `lower_flat_values` with its out parameter. */
function lowerResult(gen: GenContext, type: FuncType): string {
  if (type.result === null) return 'const low = () => undefined;';
  const { byteSize, alignment } = layoutOf(type.result);
  const body: string[] = ['cx.sync();'];
  if (gen.target !== 'rep' && containsHandle(type.result)) body.push('cx.given.length = 0;'); // else it would only grow
  if (funcLayout(type).resultSpills) {
    body.push('const q = ret >>> 0;', `checkPointer(cx, q, ${byteSize}, ${alignment}, "result");`);
    body.push(storeStatement(gen, type.result, 'value', 'q'));
  } else {
    const flat = flatLower(gen, type.result, 'value', body);
    body.push(`return ${flat[0]};`);
  }
  return `const low = (value, ret) => {\n${body.join('\n')}\n};`;
}
