/** Canonical definitions: options and core signatures (CanonicalABI.md, "Canonical Definitions"). */

import type { CoreFuncType, CoreValType } from '../../binary/types.js';
import type { Canon, CanonOptions } from '../ast.js';
import { UnsupportedFeature } from '../decode/errors.js';
import { type Context, invalid, itemAt, type Scope } from './context.js';
import { sameCoreFunc, sameTypes } from './core-match.js';
import { resourceAt } from './define-types.js';
import { flattenAll } from './make-types.js';
import { printCoreFunc, printType } from './print.js';
import { FLAT_LIMIT, type FuncType, type ValueType } from './types.js';

const MAX_FLAT_RESULTS = 1;

/** Adds the function that a canonical definition makes. */
export function defineCanon(context: Context, scope: Scope, canon: Canon): void {
  switch (canon.kind) {
    case 'lift':
      scope.funcs.push(lift(context, scope, canon));
      break;
    case 'lower':
      scope.core.func.push(lower(context, scope, canon));
      break;
    case 'resource.drop':
      resourceAt(context, scope, canon.resource);
      scope.core.func.push(coreFunc(['i32'], []));
      break;
    case 'resource.new':
    case 'resource.rep': {
      const type = resourceAt(context, scope, canon.resource);
      if (type.identity.definedIn !== scope) {
        invalid(
          context,
          `canon ${canon.kind}: type index ${canon.resource} is not a local resource; only its own component can use its representation`,
        );
      }
      scope.core.func.push(coreFunc(['i32'], ['i32']));
      break;
    }
  }
}

function coreFunc(params: readonly CoreValType[], results: readonly CoreValType[]): CoreFuncType {
  return { kind: 'func', params, results };
}

/** `flatten_functype`, and how many flat values there are before the limits. */
function flattenFunc(type: FuncType, direction: 'lift' | 'lower') {
  const params = flattenAll(type.params);
  const results = flattenAll([type.result]);
  const spilledParams = params.length > FLAT_LIMIT;
  const spilledResults = results.length > MAX_FLAT_RESULTS;
  const flat = spilledParams ? ['i32'] : params;
  const returned = spilledResults ? (direction === 'lift' ? ['i32'] : []) : results;
  const pointer = spilledResults && direction === 'lower' ? ['i32'] : [];
  return { core: coreFunc([...flat, ...pointer], returned), spilledParams, spilledResults };
}

function lift(context: Context, scope: Scope, canon: Extract<Canon, { kind: 'lift' }>): FuncType {
  const type = itemAt(context, scope.types, canon.type, 'type');
  if (type.kind !== 'func')
    return invalid(context, `type index ${canon.type} is not a function type but ${printType(type)}`);
  const callee = itemAt(context, scope.core.func, canon.coreFunc, 'core function');
  const { core, spilledParams, spilledResults } = flattenFunc(type, 'lift');
  checkOptions(context, scope, canon.options);
  if (!sameCoreFunc(callee, core)) {
    const reason = sameTypes(callee.params, core.params)
      ? `lowered result types \`[${core.results.join(' ')}]\` do not match result types \`[${callee.results.join(' ')}]\``
      : `lowered parameter types \`[${core.params.join(' ')}]\` do not match parameter types \`[${callee.params.join(' ')}]\``;
    invalid(context, `canon lift of core function ${canon.coreFunc} as ${printType(type)}: ${reason}`);
  }
  const lowersIntoMemory = spilledParams || type.params.some(isDynamic);
  const needsMemory = lowersIntoMemory || spilledResults || isDynamic(type.result);
  require(context, canon.options, 'memory', needsMemory, 'lift', type);
  require(context, canon.options, 'realloc', lowersIntoMemory, 'lift', type);
  if (canon.options.postReturn !== null) checkPostReturn(context, scope, canon.options.postReturn, core.results);
  return type;
}

function checkPostReturn(context: Context, scope: Scope, index: number, results: readonly CoreValType[]): void {
  const found = itemAt(context, scope.core.func, index, 'core function');
  const wanted = coreFunc(results, []);
  if (sameCoreFunc(found, wanted)) return;
  invalid(
    context,
    `canonical option \`post-return\` uses a core function with an incorrect signature: expected ${printCoreFunc(wanted)}, found ${printCoreFunc(found)}`,
  );
}

function lower(context: Context, scope: Scope, canon: Extract<Canon, { kind: 'lower' }>): CoreFuncType {
  const type = itemAt(context, scope.funcs, canon.func, 'function');
  const { core, spilledParams, spilledResults } = flattenFunc(type, 'lower');
  checkOptions(context, scope, canon.options);
  if (canon.options.postReturn !== null) {
    invalid(context, 'canonical option `post-return` cannot be specified for lowerings');
  }
  const needsMemory = spilledParams || spilledResults || type.params.some(isDynamic);
  require(context, canon.options, 'memory', needsMemory, 'lower', type);
  require(context, canon.options, 'realloc', isDynamic(type.result), 'lower', type);
  return core;
}

function isDynamic(type: ValueType | null): boolean {
  return type?.dynamic ?? false;
}

function require(
  context: Context,
  options: CanonOptions,
  option: 'memory' | 'realloc',
  needed: boolean,
  direction: 'lift' | 'lower',
  type: FuncType,
): void {
  if (!needed || options[option] !== null) return;
  invalid(context, `canonical option \`${option}\` is required to ${direction} ${printType(type)}`);
}

const REALLOC = coreFunc(['i32', 'i32', 'i32', 'i32'], ['i32']);

/** "canonopt Validation". */
function checkOptions(context: Context, scope: Scope, options: CanonOptions): void {
  const [repeated, conflicting] = options.repeated ?? [];
  if (repeated !== undefined) {
    const conflict = conflicting !== undefined && conflicting !== repeated && repeated.startsWith('string-encoding');
    const reason = conflict ? `conflicts with \`${conflicting}\`` : 'is specified more than once';
    invalid(context, `canonical option \`${repeated}\` ${reason}`);
  }
  if (options.memory !== null) checkMemory(context, scope, options.memory);
  if (options.realloc === null) return;
  const realloc = itemAt(context, scope.core.func, options.realloc, 'core function');
  if (options.memory === null) invalid(context, 'canonical option `realloc` requires `memory` to also be specified');
  if (sameCoreFunc(realloc, REALLOC)) return;
  invalid(
    context,
    `canonical option \`realloc\` uses a core function with an incorrect signature: expected ${printCoreFunc(REALLOC)}, found ${printCoreFunc(realloc)}`,
  );
}

function checkMemory(context: Context, scope: Scope, index: number): void {
  const memory = itemAt(context, scope.core.memory, index, 'memory');
  if (memory.kind !== 'memory') return;
  if (memory.limits.index64) {
    throw new UnsupportedFeature('memory64', `the option \`memory\` with a 64-bit memory`, context.offset, null);
  }
  if (memory.limits.shared) invalid(context, `canonical option \`memory\` uses memory ${index}, which is shared`);
}
