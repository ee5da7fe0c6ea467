/** Types as text for messages, near the text format and cut when they are long. */
import type { CoreFuncType, CoreValType } from '../../binary/types.js';
import type { CoreItemType } from '../core-module.js';
import type { AnyType, Entity, FuncType, ValueType } from './types.js';

const LONGEST = 160;

/** A value, function or other type, as the text format would have it. */
export function printType(type: AnyType): string {
  switch (type.kind) {
    case 'resource':
      return type.name === null ? 'a resource type' : `the resource type \`${type.name}\``;
    case 'func':
      return cut(printFunc(type));
    case 'instance':
      return `an instance type of ${type.exports.size} exports`;
    case 'component':
      return `a component type of ${type.imports.size} imports and ${type.exports.size} exports`;
    default:
      return cut(printValue(type, LONGEST));
  }
}

/** What an import, export or argument is. */
export function printEntity(entity: Entity): string {
  if (entity.kind === 'func') return printType(entity.type);
  if (entity.kind === 'type') return `type ${printType(entity.type)}`;
  return entity.kind;
}

function cut(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

function printFunc(type: FuncType): string {
  const params = type.params.map((param, i) => `(param "${type.labels.names[i]}" ${printValue(param, LONGEST)})`);
  const result = type.result === null ? [] : [`(result ${printValue(type.result, LONGEST)})`];
  return `(${['func', ...params.slice(0, 20), ...result].join(' ')})`;
}

/** Stops going deeper when `room` is used up: types can share parts, so that all of one can be very long. */
function printValue(type: ValueType, room: number): string {
  if (room <= 0) return '…';
  if (type.resource !== null) return `(${type.kind} ${type.resource.name ?? '?'})`;
  if (type.children.length === 0 && type.labels.names.length === 0) return type.kind;
  const parts: string[] = [];
  let left = room - type.kind.length - 2;
  const count = Math.max(type.children.length, type.labels.names.length);
  for (let i = 0; i < count && left > 0; i++) {
    const part = printPart(type, i, left);
    left -= part.length + 1;
    if (part !== '') parts.push(part);
  }
  return `(${[type.kind, ...parts].join(' ')})`;
}

function printPart(type: ValueType, i: number, room: number): string {
  const child = type.children[i];
  const text = child === null || child === undefined ? '' : printValue(child, room);
  const label = type.labels.names[i];
  if (type.kind === 'record') return `(field "${label}" ${text})`;
  if (type.kind === 'variant') return text === '' ? `(case "${label}")` : `(case "${label}" ${text})`;
  if (type.kind === 'result' && i === 1) return text === '' ? '' : `(error ${text})`;
  return label === undefined ? text : `"${label}"`;
}

/** A core function type as the text format has it. */
export function printCoreFunc(type: CoreFuncType): string {
  const params = type.params.length === 0 ? [] : [`(param ${list(type.params)})`];
  const results = type.results.length === 0 ? [] : [`(result ${list(type.results)})`];
  return `(${['func', ...params, ...results].join(' ')})`;
}

function list(types: readonly CoreValType[]): string {
  return types.length <= 20 ? types.join(' ') : `${types.slice(0, 20).join(' ')} …`;
}

/** A core item's type as the text format has it. */
export function printCoreItem(type: CoreItemType): string {
  switch (type.kind) {
    case 'func':
      return printCoreFunc(type.type);
    case 'tag':
      return `(tag ${printCoreFunc(type.type)})`;
    case 'global':
      return `(global ${type.mutable ? `(mut ${type.type})` : type.type})`;
    case 'table':
    case 'memory': {
      const { min, max, shared, index64 } = type.limits;
      const limits = [index64 ? 'i64' : '', String(min), max === null ? '' : String(max), shared ? 'shared' : ''];
      const element = type.kind === 'table' ? [type.element] : [];
      return `(${[type.kind, ...limits.filter((part) => part !== ''), ...element].join(' ')})`;
    }
  }
}
