/** Annotations for the Lua language server: functions as typed overloads of `funcs.call`. */
import { OWN_NAMES, signatureText } from './print-types.js';
import { answerText, type StubFunction, stubTypes } from './stub-types.js';
import type { ResourceType, ValType, WitFunction } from './types.js';

type NameOf = (declared: ValType | ResourceType) => string | undefined;
type Text = (type: ValType) => string;

/** What every function may answer with, and what else the module has; untyped functions are called by the last overload. */
const KNOWN = `---@class int64

---@class Error
---@field kind fun(self: Error): string
---@field message fun(self: Error): string
---@field retryable fun(self: Error): boolean?
---@field details fun(self: Error): table?
---@field stack fun(self: Error): string

---@class funcs
---@field new fun(): any
---@field async fun(id: string, ...: any): any, Error?
---@field call fun(id: string, ...: any): any, Error?`;

/**
 * A `---@meta` file for the module `funcs`: a class or alias for each named type and resource, named after the namespace that
 * uses it, and a `funcs.call` for each function.
 * @param title what the functions are of, for its first line
 */
export function luaStub(title: string, functions: readonly StubFunction[]): string {
  const lines = ['---@meta funcs', `-- ${title}`];
  const fields: string[] = [];
  for (const [namespace, members] of byNamespace(functions)) {
    const spell = (name: string): string => `${namespace}.${name.replaceAll('-', '_')}`;
    const { types, resources, nameOf, functionsOf } = stubTypes(members, [], spell);
    const text = (type: ValType): string => nameOf(type) ?? structure(type, text, nameOf);
    for (const type of types) lines.push('', ...definition(type, nameOf, text));
    for (const resource of resources) lines.push('', ...resourceClass(resource, functionsOf(resource), nameOf, text));
    for (const each of members) {
      fields.push(`--- ${signatureText(each.function, OWN_NAMES)}`, `---@field call ${callType(each, text)}`);
    }
  }
  return `${[...lines, '', KNOWN, ...fields, 'funcs = {}', '', 'return funcs'].join('\n')}\n`;
}

function byNamespace(functions: readonly StubFunction[]): ReadonlyMap<string, readonly StubFunction[]> {
  const groups = new Map<string, StubFunction[]>();
  for (const each of functions) {
    const namespace = each.id.slice(0, each.id.indexOf(':'));
    groups.set(namespace, [...(groups.get(namespace) ?? []), each]);
  }
  return groups;
}

function structure(type: ValType, text: Text, nameOf: NameOf): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 's64':
    case 'u64':
      return 'integer|int64';
    case 'f32':
    case 'f64':
      return 'number';
    case 'char':
    case 'string':
      return 'string';
    case 'list':
      return type.element.kind === 'u8' ? 'string' : `${grouped(text(type.element))}[]`;
    case 'option':
      return type.type.kind === 'option' ? `{ some: ${text(type.type)} }?` : `${grouped(text(type.type))}?`;
    case 'tuple':
      return `{ ${type.types.map((inner, index) => `[${index + 1}]: ${text(inner)}`).join(', ')} }`;
    case 'result':
      return `${payload('ok', type.ok, text)}|${payload('err', type.err, text)}`;
    case 'own':
    case 'borrow':
      return nameOf(type.resource) ?? type.resource.name;
    case 'record':
      return `{ ${type.fields.map((field) => `${key(field.name)}: ${text(field.type)}`).join(', ')} }`;
    case 'variant':
      return type.cases.map((one) => payload(one.name, one.type, text)).join('|');
    case 'enum':
      return type.names.map((name) => `"${name}"`).join('|');
    case 'flags':
      return `{ ${type.names.map((name) => `${key(name)}: true?`).join(', ')} }`;
    default:
      return 'integer';
  }
}

function payload(name: string, type: ValType | null, text: Text): string {
  return `{ ${key(name)}: ${type === null ? 'true' : text(type)} }`;
}

function definition(type: ValType, nameOf: NameOf, text: Text): string[] {
  const name = nameOf(type)!;
  if (type.kind !== 'record') return [`---@alias ${name} ${structure(type, text, nameOf)}`];
  return [`---@class ${name}`, ...type.fields.map((field) => `---@field ${key(field.name)} ${text(field.type)}`)];
}

function resourceClass(
  resource: ResourceType,
  functions: readonly WitFunction[],
  nameOf: NameOf,
  text: Text,
): string[] {
  const name = nameOf(resource)!;
  const methods = functions
    .filter((fn) => fn.role.kind === 'method')
    .map((fn) => {
      const params = [`self: ${name}`, ...paramTexts(fn.type.params.slice(1), text)];
      return `---@field ${luaName(fn.name)} fun(${params.join(', ')})${resultText(fn, text)}`;
    });
  return [`---@class ${name}`, ...methods, `---@field drop fun(self: ${name})`];
}

function callType(each: StubFunction, text: Text): string {
  const params = [`id: "${each.id}"`, ...paramTexts(each.function.type.params, text)];
  const answer = answerText(each, text) ?? 'nil';
  const value = answer === 'nil' || answer.endsWith('?') ? answer : `${grouped(answer)}?`;
  return `fun(${params.join(', ')}): ${value}, Error?`;
}

function resultText({ type }: WitFunction, text: Text): string {
  return type.result === null ? '' : `: ${grouped(text(type.result))}`;
}

function paramTexts(params: readonly { readonly name: string; readonly type: ValType }[], text: Text): string[] {
  return params.map((param) => `${luaName(param.name)}: ${text(param.type)}`);
}

/** A union in brackets, so that what follows is about the whole. */
function grouped(text: string): string {
  return /^[\w.]+$|^\{[^|]*\}$|\[\]$|\)$/.test(text) && !text.includes('|') ? text : `(${text})`;
}

function key(name: string): string {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(name) && !RESERVED.has(name) ? name : `["${name}"]`;
}

const RESERVED = new Set(
  `and break do else elseif end false for function goto if in local nil not or repeat return then true until while`.split(
    ' ',
  ),
);

function luaName(name: string): string {
  const spelt = name.replaceAll('-', '_');
  return RESERVED.has(spelt) ? `${spelt}_` : spelt;
}
