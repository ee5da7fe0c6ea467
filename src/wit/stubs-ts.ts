/** TypeScript declarations of a world, as TypeScript callers see its values: see the table of docs/wit.md. */
import { splitId } from './names.js';
import { functionName } from './path.js';
import { stubTypes } from './stub-types.js';
import type { ResourceType, ValType, WitFunction, WitWorld } from './types.js';

/**
 * One file of declarations: a type for each named type and resource, `Exports` with what the world exports and `Imports`
 * with what it asks of its host, both keyed by WIT names.
 */
export function tsStub(world: WitWorld): string {
  const { types, resources, nameOf, functionsOf } = stubTypes(world, pascalCase);
  const typeText = (type: ValType): string => namedOr(type, nameOf, (one) => structure(one, typeText, nameOf));
  const lines = [`// World ${world.id}`];
  for (const type of types) lines.push('', ...definition(type, nameOf, typeText));
  for (const resource of resources) lines.push('', ...resourceClass(resource, functionsOf(resource), nameOf, typeText));
  lines.push('', 'export interface Imports {', ...importLines(world, nameOf, typeText), '}');
  lines.push('', 'export interface Exports {', ...exportLines(world, typeText), '}');
  return `${lines.join('\n')}\n`;
}

type NameOf = (declared: ValType | ResourceType) => string | undefined;
type Text = (type: ValType) => string;

function namedOr(type: ValType, nameOf: NameOf, otherwise: Text): string {
  return nameOf(type) ?? otherwise(type);
}

function structure(type: ValType, text: Text, nameOf: NameOf): string {
  switch (type.kind) {
    case 'bool':
      return 'boolean';
    case 's64':
    case 'u64':
      return 'bigint';
    case 'char':
    case 'string':
      return 'string';
    case 'list':
      return type.element.kind === 'u8' ? 'Uint8Array' : `Array<${text(type.element)}>`;
    case 'option':
      return type.type.kind === 'option'
        ? `{ some: ${text(type.type)} } | undefined`
        : `${text(type.type)} | undefined`;
    case 'tuple':
      return `[${type.types.map(text).join(', ')}]`;
    case 'result':
      return `${payload('ok', type.ok, text)} | ${payload('err', type.err, text)}`;
    case 'own':
    case 'borrow':
      return nameOf(type.resource) ?? pascalCase(type.resource.name);
    case 'record':
      return `{ ${recordFields(type.fields, text).join('; ')} }`;
    case 'variant':
      return type.cases.map((one) => payload(one.name, one.type, text)).join(' | ');
    case 'enum':
      return type.names.map(quote).join(' | ');
    case 'flags':
      return `{ ${type.names.map((name) => `${key(name)}?: true`).join('; ')} }`;
    default:
      return 'number';
  }
}

function recordFields(fields: readonly { readonly name: string; readonly type: ValType }[], text: Text): string[] {
  return fields.map(({ name, type }) => `${key(name)}${type.kind === 'option' ? '?' : ''}: ${text(type)}`);
}

function payload(name: string, type: ValType | null, text: Text): string {
  return `{ ${key(name)}: ${type === null ? 'true' : text(type)} }`;
}

function definition(type: ValType, nameOf: NameOf, text: Text): string[] {
  const name = nameOf(type)!;
  if (type.kind === 'record') {
    return [`export interface ${name} {`, ...recordFields(type.fields, text).map((field) => `  ${field};`), '}'];
  }
  return [`export type ${name} = ${structure(type, text, nameOf)};`];
}

function resourceClass(
  resource: ResourceType,
  functions: readonly WitFunction[],
  nameOf: NameOf,
  text: Text,
): string[] {
  const members = functions.map((fn) => {
    const params = paramsText(fn.role.kind === 'method' ? fn.type.params.slice(1) : fn.type.params, text);
    if (fn.role.kind === 'constructor') return `  constructor(${params});`;
    const prefix = fn.role.kind === 'static' ? 'static ' : '';
    return `  ${prefix}${key(fn.name)}(${params}): ${resultText(fn, text)};`;
  });
  return [`export declare class ${nameOf(resource)!} {`, ...members, '  drop(): void;', '}'];
}

/** What the host supplies: functions, and a class for each resource. */
function importLines(world: WitWorld, nameOf: NameOf, text: Text): string[] {
  const isPlain = (fn: WitFunction): boolean => fn.role.kind === 'freestanding';
  const lines: string[] = [];
  for (const { id, types, functions } of world.imports.interfaces) {
    const classes = types.flatMap(({ name, resource, usedFrom }) =>
      resource === null || usedFrom !== undefined ? [] : [`    ${key(name)}: typeof ${nameOf(resource)!};`],
    );
    const members = functions.filter(isPlain).map((fn) => `    ${member(fn, text)}`);
    lines.push(...keyedLines(id, [...classes, ...members]));
  }
  return [...lines, ...world.imports.functions.filter(isPlain).map((fn) => `  ${member(fn, text)}`)];
}

/** What can be called, methods under their names in the component. */
function exportLines(world: WitWorld, text: Text): string[] {
  const lines: string[] = [];
  for (const { id, functions } of world.exports.interfaces) {
    lines.push(
      ...keyedLines(
        id,
        functions.map((fn) => `    ${member(fn, text)}`),
      ),
    );
  }
  return [...lines, ...world.exports.functions.map((fn) => `  ${member(fn, text)}`)];
}

function keyedLines(id: string, members: readonly string[]): string[] {
  return members.length === 0 ? [`  ${key(id)}: object;`] : [`  ${key(id)}: {`, ...members, '  };'];
}

function member(fn: WitFunction, text: Text): string {
  return `${key(functionName(fn))}(${paramsText(fn.type.params, text)}): ${resultText(fn, text)};`;
}

function paramsText(params: readonly { readonly name: string; readonly type: ValType }[], text: Text): string {
  return params.map((param) => `${camelCase(param.name)}: ${text(param.type)}`).join(', ');
}

function resultText(fn: WitFunction, text: Text): string {
  return fn.type.result === null ? 'void' : text(fn.type.result);
}

function key(name: string): string {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? name : quote(name);
}

function quote(text: string): string {
  return `'${text}'`;
}

const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof var void while with yield`.split(/\s+/),
);

function camelCase(name: string): string {
  const [first = '', ...rest] = name.toLowerCase().split('-');
  const camel = first + rest.map(capital).join('');
  return RESERVED.has(camel) ? `${camel}_` : camel;
}

/** `user-view` → `UserView`; an ID's interface goes before: `types/user` → `TypesUser`. */
function pascalCase(name: string): string {
  return splitId(name).name.split(/[-/]/).map(capital).join('');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();
}
