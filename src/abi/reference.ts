/**
 * Lift and lower as an interpreter that follows definitions.py rule by rule: what runs where code may not be generated
 * (a content security policy, `--disallow-code-generation-from-strings`), and what generated code is held to in tests.
 * About five times slower than generated code for records; scalars and strings hardly differ.
 */
import type { FuncType, ValType } from '../wit/types.js';
import type { LiftedCall, LowerFactory } from './codegen.js';
import { LIFT_BUDGET, type LiftLowerContext } from './context.js';
import { hostCost } from './cost.js';
import type { GenOptions } from './gen-context.js';
import { containsBorrow, funcLayout, layoutOf, needsMemory } from './layout.js';
import { MISMATCH } from './numbers.js';
import { type Core, coreValues, liftFlat, load } from './reference-lift.js';
import { lowerFlat, store } from './reference-lower.js';
import { runtime as rt } from './runtime.js';

/** Costs below this are not charged for what is lifted once. */
const FREE_COST = 4096;

function spendFor(cx: LiftLowerContext, types: readonly ValType[]): void {
  const cost = types.reduce((total, type) => total + hostCost(type), 0);
  if (cost > FREE_COST) cx.spend(cost);
}

/** Rule: `lift_flat_values`. `spills`: one pointer stands for all. */
function liftFlatValues(
  cx: LiftLowerContext,
  options: GenOptions,
  flat: readonly Core[],
  types: readonly ValType[],
  spills: boolean,
  what: string,
): unknown[] {
  if (!spills) {
    const values = coreValues(flat);
    return types.map((type) => liftFlat(cx, options, values, type));
  }
  const tuple: ValType = { kind: 'tuple', types };
  const { byteSize, alignment } = layoutOf(tuple);
  const ptr = (flat[0] as number) >>> 0;
  rt.checkPointer(cx, ptr, byteSize, alignment, what);
  spendFor(cx, types);
  return load(cx, options, ptr, tuple) as unknown[];
}

/** Rule: `lower_flat_values`. `outParam` null: memory is allocated where the values spill. */
function lowerFlatValues(
  cx: LiftLowerContext,
  options: GenOptions,
  values: readonly unknown[],
  types: readonly ValType[],
  spills: boolean,
  outParam: number | null,
): Core[] {
  if (!spills) return types.flatMap((type, i) => lowerFlat(cx, options, values[i], type));
  const tuple: ValType = { kind: 'tuple', types };
  const { byteSize, alignment } = layoutOf(tuple);
  if (outParam !== null) rt.checkPointer(cx, outParam, byteSize, alignment, 'result');
  const ptr = outParam ?? cx.allocate(alignment, byteSize);
  store(
    cx,
    options,
    types.map((_, i) => values[i]),
    tuple,
    ptr,
  );
  return [ptr];
}

/** Rule: `canon_lift`, the synchronous half. */
export function referenceLift(type: FuncType, options: GenOptions): LiftedCall {
  const { paramsSpill, resultSpills } = funcLayout(type);
  const params = type.params.map((param) => param.type);
  const results = type.result === null ? [] : [type.result];
  const touchesMemory = paramsSpill || params.some(needsMemory);
  const borrows = params.some(containsBorrow);
  return (cx, core, postReturn, args, resolve) => {
    if (args.length > params.length) throw MISMATCH;
    if (touchesMemory) cx.sync();
    const scope = { numBorrows: 0 };
    if (borrows) cx.scope = scope;
    const flat = lowerFlatValues(cx, options, args, params, paramsSpill, null);
    const done = (flatResult: Core): unknown => {
      if (resultSpills) cx.sync();
      cx.budget = LIFT_BUDGET;
      const [value] = liftFlatValues(cx, options, [flatResult], results, resultSpills, 'result');
      if (borrows) rt.checkBorrows(scope);
      const out = resolve === null ? value : resolve(value);
      if (postReturn !== null) {
        cx.inst.mayLeave = false;
        postReturn(...(results.length === 0 ? [] : [flatResult]));
        cx.inst.mayLeave = true;
      }
      return out;
    };
    const flatResult = core(...flat) as Core | Promise<Core>;
    return flatResult instanceof Promise ? flatResult.then(done) : done(flatResult);
  };
}

/** Rule: `canon_lower`, the synchronous half. */
export function referenceLower(type: FuncType, options: GenOptions): LowerFactory {
  const { paramsSpill, resultSpills } = funcLayout(type);
  const params = type.params.map((param) => param.type);
  const results = type.result === null ? [] : [type.result];
  const borrows = params.some(containsBorrow);
  return (cx, callee) => {
    const failed = (thrown: unknown): never => {
      callee.fail(thrown);
      throw thrown;
    };
    const run = (flat: Core[]): Core | undefined | Promise<Core | undefined> => {
      rt.checkMayLeave(cx);
      callee.enter();
      cx.sync();
      cx.budget = LIFT_BUDGET;
      const outer = cx.lenders;
      const lenders: typeof outer = [];
      if (borrows) cx.lenders = lenders;
      const args = liftFlatValues(cx, options, flat, params, paramsSpill, 'parameter');
      const outParam = resultSpills ? (flat[flat.length - 1] as number) >>> 0 : null;
      const result = callee.call(args, (value) => {
        cx.sync();
        if (options.target !== 'rep') cx.given.length = 0;
        return lowerFlatValues(cx, options, [value], results, resultSpills, outParam);
      }) as Core[] | Promise<Core[]>;
      const done = (lowered: Core[]): Core | undefined => {
        callee.leave();
        if (borrows) {
          rt.returnLenders(lenders);
          cx.lenders = outer;
        }
        return resultSpills ? undefined : lowered[0];
      };
      return result instanceof Promise ? result.then(done).catch(failed) : done(result);
    };
    return (...flat: Core[]) => {
      try {
        return run(flat);
      } catch (thrown) {
        return failed(thrown);
      }
    };
  };
}
