/** TypeScript declarations of functions, as `host.call` takes and answers their values: see the table of docs/api.md. */
import { splitId } from './names.js';
import { answerText, type StubFunction, stubTypes } from './stub-types.js';
import type { Param, ResourceType, ValType, WitFunction, WitInterface, WitWorld } from './types.js';

/** What a program has to give: interfaces and functions that a guest imports. */
export interface StubImports {
  readonly world: WitWorld;
  readonly interfaces: readonly WitInterface[];
  readonly functions: readonly WitFunction[];
}

/**
 * One file of declarations: a type for each named type and resource, `Functions` by ID, and `Imports` by WIT names where there
 * are any. A guest's resource is a `Handle`, one that the program gives a class of its own.
 * @param title what the functions are of, for its first line
 */
export function tsStub(title: string, functions: readonly StubFunction[], imports: StubImports | null): string {
  const given = imports === null ? [] : [...imports.interfaces.flatMap((each) => each.functions), ...imports.functions];
  const all = [...given.map((fn) => ({ function: fn, world: imports!.world })), ...functions];
  const reserved = ['Functions', 'Imports', 'Handle'];
  const { types, resources, nameOf, functionsOf } = stubTypes(all, reserved, pascalCase);
  const text = (type: ValType): string => nameOf(type) ?? structure(type, text, nameOf);
  const own = new Set(imports?.interfaces.flatMap((each) => each.types.flatMap(({ resource }) => resource ?? [])));
  const handles = resources.filter((resource) => !own.has(resource));
  const lines = [`// ${title}`];
  if (handles.length > 0) lines.push("import type { Handle } from 'moonwit';");
  for (const type of types) lines.push('', ...definition(type, nameOf, text));
  for (const resource of resources) {
    const declare = own.has(resource) ? resourceClass : handleInterface;
    lines.push('', ...declare(nameOf(resource)!, functionsOf(resource), text));
  }
  if (given.length > 0) lines.push('', ...importLines(imports!, nameOf, text));
  if (functions.length > 0) lines.push('', ...functionLines(functions, text));
  return `${lines.join('\n')}\n`;
}

type NameOf = (declared: ValType | ResourceType) => string | undefined;
type Text = (type: ValType) => string;
type Params = readonly Param[];

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

/** What the program gives. */
function resourceClass(name: string, functions: readonly WitFunction[], text: Text): string[] {
  const members = functions.map((fn) => {
    const params = paramsText(fn.role.kind === 'method' ? fn.type.params.slice(1) : fn.type.params, text);
    if (fn.role.kind === 'constructor') return `  constructor(${params});`;
    const prefix = fn.role.kind === 'static' ? 'static ' : '';
    return `  ${prefix}${key(fn.name)}(${params}): ${resultText(fn, text)};`;
  });
  return [`export declare class ${name} {`, ...members, '}'];
}

/** What a guest gives: constructors and static functions are called by IDs. */
function handleInterface(name: string, functions: readonly WitFunction[], text: Text): string[] {
  const members = functions
    .filter(({ role }) => role.kind === 'method')
    .map((fn) => {
      const params = [`method: ${quote(fn.name)}`, ...paramTexts(fn.type.params.slice(1), text)];
      return `  call(${params.join(', ')}): Promise<${resultText(fn, text)}>;`;
    });
  return [`export interface ${name} extends Handle {`, ...members, '}'];
}

/** What `createHost({ imports })` is given: functions, and a class for each resource. */
function importLines({ interfaces, functions }: StubImports, nameOf: NameOf, text: Text): string[] {
  const isPlain = (fn: WitFunction): boolean => fn.role.kind === 'freestanding';
  const lines: string[] = [];
  for (const { id, types, functions: members } of interfaces) {
    const classes = types.flatMap(({ name, resource, usedFrom }) => {
      const spelt = resource === null || usedFrom !== undefined ? undefined : nameOf(resource);
      return spelt === undefined ? [] : [`    ${key(name)}: typeof ${spelt};`];
    });
    lines.push(
      ...keyedLines(id, [...classes, ...members.filter(isPlain).map((fn) => `    ${importMember(fn, text)}`)]),
    );
  }
  return [
    '/** For `createHost({ imports })`. */',
    'export interface Imports {',
    ...lines,
    ...functions.filter(isPlain).map((fn) => `  ${importMember(fn, text)}`),
    '}',
  ];
}

function functionLines(functions: readonly StubFunction[], text: Text): string[] {
  return [
    '/** What `host.call` takes and answers, by ID. */',
    'export interface Functions {',
    ...functions.map((each) => `  ${member(each, text)}`),
    '}',
  ];
}

function keyedLines(id: string, members: readonly string[]): string[] {
  return members.length === 0 ? [`  ${key(id)}: object;`] : [`  ${key(id)}: {`, ...members, '  };'];
}

function member(each: StubFunction, text: Text): string {
  const params = paramsText(each.function.type.params, text);
  return `${key(each.id)}(${params}): ${answerText(each, text) ?? 'void'};`;
}

/** A guest waits for what the program gives. */
function importMember(fn: WitFunction, text: Text): string {
  const result = resultText(fn, text);
  return `${key(fn.name)}(${paramsText(fn.type.params, text)}): ${result} | Promise<${result}>;`;
}

function paramsText(params: Params, text: Text): string {
  return paramTexts(params, text).join(', ');
}

function paramTexts(params: Params, text: Text): string[] {
  return params.map((param) => `${camelCase(param.name)}: ${text(param.type)}`);
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
