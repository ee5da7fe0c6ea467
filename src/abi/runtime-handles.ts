/** Handles by the number of their resource type, for the host or between components: for generated code. */
import type { LiftLowerContext } from './context.js';
import { Trap } from './errors.js';
import { liftBorrow, liftOwn, lowerBorrow, lowerOwn } from './handles.js';
import { MISMATCH } from './numbers.js';

function resourceOf(cx: LiftLowerContext, id: number): NonNullable<LiftLowerContext['resources'][number]> {
  return cx.resources[id] as NonNullable<LiftLowerContext['resources'][number]>;
}

export function liftOwnRep(cx: LiftLowerContext, index: number, id: number): number {
  return liftOwn(cx.inst, index, resourceOf(cx, id));
}
export function liftBorrowRep(cx: LiftLowerContext, index: number, id: number): number {
  return liftBorrow(cx.inst, index, resourceOf(cx, id), cx.lenders);
}
export function liftOwnHost(cx: LiftLowerContext, index: number, id: number, target: 'go' | 'js'): unknown {
  return cx.hostHandles.lift(resourceOf(cx, id), liftOwnRep(cx, index, id), true, target);
}
export function liftBorrowHost(cx: LiftLowerContext, index: number, id: number, target: 'go' | 'js'): unknown {
  return cx.hostHandles.lift(resourceOf(cx, id), liftBorrowRep(cx, index, id), false, target);
}
export function lowerOwnRep(cx: LiftLowerContext, rep: unknown, id: number): number {
  return lowerOwn(cx.inst, rep as number, resourceOf(cx, id));
}
export function lowerBorrowRep(cx: LiftLowerContext, rep: unknown, id: number): number {
  return lowerBorrow(cx.inst, rep as number, resourceOf(cx, id), cx.scope);
}
export function lowerOwnHost(cx: LiftLowerContext, value: unknown, id: number): number {
  const rep = cx.hostHandles.lowerOwn(resourceOf(cx, id), value);
  if (rep === undefined) throw MISMATCH;
  const index = lowerOwnRep(cx, rep, id);
  cx.given.push(index);
  return index;
}
export function lowerBorrowHost(cx: LiftLowerContext, value: unknown, id: number): number {
  const rep = cx.hostHandles.lowerBorrow(resourceOf(cx, id), value);
  if (rep === undefined) throw MISMATCH;
  const index = lowerBorrowRep(cx, rep, id);
  if (resourceOf(cx, id).impl !== cx.inst) cx.given.push(index);
  return index;
}

/** Rule: `Task.return_`: a callee drops every borrow before it answers. */
export function checkBorrows(scope: { numBorrows: number }): void {
  if (scope.numBorrows !== 0) throw new Trap('borrows-remain', { count: scope.numBorrows });
}

export function checkMayLeave(cx: LiftLowerContext): void {
  if (!cx.inst.mayLeave) throw new Trap('cannot-leave', { instance: cx.inst.path });
}
