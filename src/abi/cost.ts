/**
 * What lifted values cost the host: an estimate in bytes from types alone, so that one check per list or result bounds the
 * memory that a small guest can make its host spend. Strings and lists add what they hold when they are lifted.
 */
import type { ValType } from '../wit/types.js';
import { casesOf } from './layout.js';

const SLOT = 8;
const BOXED = 24;
const OBJECT = 48;
/** A typed array with its buffer. */
const BYTES = 256;
const HANDLE = 256;
/** Lists shorter than V8's dictionary mode (2^25 elements) must exhaust the budget first. */
const LEAST_ELEMENT = 32;

const costs = new WeakMap<ValType, number>();

/** Bytes that a value of `type` takes where it is held, with everything of fixed size inside it. */
export function hostCost(type: ValType): number {
  let cost = costs.get(type);
  if (cost === undefined) {
    cost = SLOT + contentCost(type);
    costs.set(type, cost);
  }
  return cost;
}

/** What lifting one element of a list is charged, beside its bytes in the guest. */
export function elementCost(type: ValType): number {
  return Math.max(LEAST_ELEMENT, hostCost(type));
}

function contentCost(type: ValType): number {
  switch (type.kind) {
    case 's64':
    case 'u64':
    case 'f32':
    case 'f64':
    case 'char':
      return BOXED;
    case 'string':
      return OBJECT;
    case 'list':
      return type.element.kind === 'u8' ? BYTES : OBJECT + SLOT;
    case 'own':
    case 'borrow':
      return HANDLE;
    case 'flags':
      return OBJECT + type.names.length * SLOT;
    case 'record':
      return OBJECT + sum(type.fields.map((field) => field.type));
    case 'tuple':
      return OBJECT + sum(type.types);
    case 'variant':
    case 'option':
    case 'result':
      return OBJECT + largest(casesOf(type).flatMap((each) => (each.type === null ? [] : [each.type])));
    default:
      return 0;
  }
}

function sum(types: readonly ValType[]): number {
  return types.reduce((total, type) => total + hostCost(type), 0);
}

function largest(types: readonly ValType[]): number {
  return types.reduce((most, type) => Math.max(most, hostCost(type)), 0);
}
