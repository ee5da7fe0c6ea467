/** Where two types that should be equal differ: the innermost place and what stands there on either side. */
import { printType } from './print.js';
import type { FuncType, ValueType } from './types.js';

/** The first difference of two function types of different shape, as a path and two texts. */
export function describeFuncDifference(expected: FuncType, actual: FuncType): string {
  const whole = `expected ${printType(expected)}, got ${printType(actual)}`;
  if (expected.params.length !== actual.params.length) return whole;
  for (const [i, param] of expected.params.entries()) {
    const name = expected.labels.names[i]!;
    if (name !== actual.labels.names[i]) return whole;
    const other = actual.params[i]!;
    if (param.shape !== other.shape)
      return `${whole} (parameter \`${name}\`: ${describeValueDifference(param, other)})`;
  }
  if (expected.result === null || actual.result === null) return whole;
  return `${whole} (result: ${describeValueDifference(expected.result, actual.result)})`;
}

/** The first difference of two value types of different shape. */
export function describeValueDifference(expected: ValueType, actual: ValueType): string {
  const here = `expected ${printType(expected)}, got ${printType(actual)}`;
  if (expected.kind !== actual.kind) return here;
  if (expected.labels.id !== actual.labels.id) return describeLabels(expected, actual, here);
  if (expected.resource !== null) {
    const same = expected.resource.name === actual.resource?.name;
    return same ? `${here}, where \`${expected.resource.name ?? '?'}\` is not the same resource type` : here;
  }
  if (expected.children.length !== actual.children.length) return here;
  for (const [i, child] of expected.children.entries()) {
    const other = actual.children[i]!;
    if (child?.shape === other?.shape) continue;
    if (child === null || other === null) return `${partName(expected, i)}${here}`;
    return `${partName(expected, i)}${describeValueDifference(child, other)}`;
  }
  return here;
}

function describeLabels(expected: ValueType, actual: ValueType, here: string): string {
  const [wanted, given] = [expected.labels.names, actual.labels.names];
  if (wanted.length !== given.length) return `${here}: ${wanted.length} names expected, ${given.length} found`;
  const i = wanted.findIndex((name, at) => name !== given[at]);
  return `${here}: name \`${wanted[i]}\` expected, \`${given[i]}\` found`;
}

function partName(type: ValueType, i: number): string {
  const label = type.labels.names[i];
  switch (type.kind) {
    case 'record':
      return `field \`${label}\`: `;
    case 'variant':
      return `case \`${label}\`: `;
    case 'tuple':
      return `tuple field ${i}: `;
    case 'result':
      return i === 0 ? 'ok: ' : 'error: ';
    default:
      return `${type.kind}: `;
  }
}
