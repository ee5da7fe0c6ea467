/** Subtyping of core items and modules: import matching of the core specification, and the explainer's rule for module types. */
import type { CoreFuncType, CoreValType, Limits } from '../../binary/types.js';
import type { CoreItemType } from '../core-module.js';
import { printCoreItem } from './print.js';
import type { ModuleType } from './types.js';

/** True for equal core function types. */
export function sameCoreFunc(a: CoreFuncType, b: CoreFuncType): boolean {
  return a === b || (sameTypes(a.params, b.params) && sameTypes(a.results, b.results));
}

/** True for equal lists of core value types. */
export function sameTypes(a: readonly CoreValType[], b: readonly CoreValType[]): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i]);
}

/**
 * Whether a core item can be imported where `expected` is asked for.
 * @returns what does not fit, or null
 */
export function matchCoreItem(actual: CoreItemType, expected: CoreItemType): string | null {
  const reason = mismatchOf(actual, expected);
  if (reason === null) return null;
  return `${reason}: expected: ${printCoreItem(expected)}, found: ${printCoreItem(actual)}`;
}

function mismatchOf(actual: CoreItemType, expected: CoreItemType): string | null {
  if (actual.kind === 'func' && expected.kind === 'func') {
    return sameCoreFunc(actual.type, expected.type) ? null : 'mismatch in function types';
  }
  if (actual.kind === 'tag' && expected.kind === 'tag') {
    return sameCoreFunc(actual.type, expected.type) ? null : 'mismatch in tag types';
  }
  if (actual.kind === 'global' && expected.kind === 'global') {
    if (actual.mutable !== expected.mutable) return 'mismatch in the mutability of globals';
    const fits = actual.mutable ? actual.type === expected.type : isCoreSubtype(actual.type, expected.type);
    return fits ? null : `expected global type ${expected.type}, found ${actual.type}`;
  }
  if (actual.kind === 'table' && expected.kind === 'table') {
    if (actual.element !== expected.element) {
      return `expected table element type ${expected.element}, found ${actual.element}`;
    }
    return mismatchOfLimits(actual.limits, expected.limits, 'table');
  }
  if (actual.kind === 'memory' && expected.kind === 'memory') {
    if (actual.pageSizeLog2 !== expected.pageSizeLog2) return 'mismatch in the page size of memories';
    return mismatchOfLimits(actual.limits, expected.limits, 'memory');
  }
  return `expected ${expected.kind}, found ${actual.kind}`;
}

function mismatchOfLimits(actual: Limits, expected: Limits, what: string): string | null {
  const plural = what === 'table' ? 'tables' : 'memories';
  if (actual.shared !== expected.shared) return `mismatch in the shared flag for ${plural}`;
  if (actual.index64 !== expected.index64) return `mismatch in the index type of ${plural}`;
  if (actual.min < expected.min) return `mismatch in ${what} limits`;
  if (expected.max === null || (actual.max !== null && actual.max <= expected.max)) return null;
  return `mismatch in ${what} limits`;
}

/** References: a non-null reference is a subtype of the nullable one. */
function isCoreSubtype(actual: CoreValType, expected: CoreValType): boolean {
  if (actual === expected) return true;
  const heap = /^\(ref (\S+)\)$/.exec(actual)?.[1];
  return heap !== undefined && (expected === `${heap}ref` || expected === `(ref null ${heap})`);
}

/**
 * Whether a module can stand where `expected` is asked for: it may import less and export more.
 * @returns what does not fit, or null
 */
export function matchModule(actual: ModuleType, expected: ModuleType): string | null {
  for (const [module, fields] of actual.imports) {
    for (const [name, wanted] of fields) {
      const given = expected.imports.get(module)?.get(name);
      if (given === undefined) return `missing expected import \`${module}::${name}\``;
      const mismatch = matchCoreItem(given, wanted);
      if (mismatch !== null) return `type mismatch in import \`${module}::${name}\`: ${mismatch}`;
    }
  }
  for (const [name, wanted] of expected.exports) {
    const given = actual.exports.get(name);
    if (given === undefined) return `missing expected export \`${name}\``;
    const mismatch = matchCoreItem(given, wanted);
    if (mismatch !== null) return `type mismatch in export \`${name}\`: ${mismatch}`;
  }
  return null;
}
