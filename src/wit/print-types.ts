/** Types and functions as text, given what each named type is called where they stand. */
import { escapeName } from './names.js';
import { functionName } from './path.js';
import type { Param, ResourceType, TypeDeclaration, ValType, WitFunction } from './types.js';

/** What things are called in the scope that is printed. */
export interface PrintNames {
  /** undefined: print its structure. */
  readonly typeName: (type: ValType) => string | undefined;
  readonly resourceName: (resource: ResourceType) => string;
}

/** Everything under the name it was declared with. */
export const OWN_NAMES: PrintNames = {
  typeName: (type) => type.name,
  resourceName: (resource) => resource.name,
};

export function typeText(type: ValType, names: PrintNames): string {
  const name = names.typeName(type);
  return name === undefined ? structureText(type, names) : escapeName(name);
}

/** A type without its own name; what is inside keeps its names. Nameless records and the like are no WIT, but readable. */
export function structureText(type: ValType, names: PrintNames): string {
  const inner = (one: ValType): string => typeText(one, names);
  switch (type.kind) {
    case 'list':
      return `list<${inner(type.element)}>`;
    case 'option':
      return `option<${inner(type.type)}>`;
    case 'tuple':
      return `tuple<${type.types.map(inner).join(', ')}>`;
    case 'result': {
      if (type.err !== null) return `result<${type.ok === null ? '_' : inner(type.ok)}, ${inner(type.err)}>`;
      return type.ok === null ? 'result' : `result<${inner(type.ok)}>`;
    }
    case 'own': {
      const resource = escapeName(names.resourceName(type.resource));
      // `type h = own<r>` is a handle; `type h = r` would be the resource.
      return type.name === undefined ? resource : `own<${resource}>`;
    }
    case 'borrow':
      return `borrow<${escapeName(names.resourceName(type.resource))}>`;
    case 'record':
    case 'variant':
    case 'enum':
    case 'flags':
      return `${type.kind} { ${partTexts(type, names).join(', ')} }`;
    default:
      return type.kind;
  }
}

/** The fields, cases or flags of a type that must have a name; none for others. */
function partTexts(type: ValType, names: PrintNames): string[] {
  switch (type.kind) {
    case 'record':
      return type.fields.map((field) => `${escapeName(field.name)}: ${typeText(field.type, names)}`);
    case 'variant':
      return type.cases.map((one) => {
        const name = escapeName(one.name);
        return one.type === null ? name : `${name}(${typeText(one.type, names)})`;
      });
    case 'enum':
    case 'flags':
      return type.names.map(escapeName);
    default:
      return [];
  }
}

/** `record user { … }` or `type size = u32;`, in lines. */
export function definitionLines(name: string, type: ValType, names: PrintNames): string[] {
  const parts = partTexts(type, names);
  if (parts.length === 0) return [`type ${escapeName(name)} = ${structureText(type, names)};`];
  return [`${type.kind} ${escapeName(name)} {`, ...parts.map((part) => `  ${part},`), '}'];
}

/** `resource counter;` or with its functions, in lines. */
export function resourceLines(
  declaration: TypeDeclaration,
  functions: readonly WitFunction[],
  names: PrintNames,
): string[] {
  const name = escapeName(declaration.name);
  if (functions.length === 0) return [`resource ${name};`];
  return [`resource ${name} {`, ...functions.map((fn) => `  ${functionText(fn, names)}`), '}'];
}

/** As it stands in an interface, or between a resource's braces. */
export function functionText(fn: WitFunction, names: PrintNames): string {
  const { params, result } = fn.type;
  switch (fn.role.kind) {
    case 'constructor': {
      // Only a constructor that can fail says what it returns.
      const arrow = result?.kind === 'result' ? resultText(result, names) : '';
      return `constructor(${paramsText(params, names)})${arrow};`;
    }
    case 'method':
      return `${escapeName(fn.name)}: func(${paramsText(params.slice(1), names)})${resultText(result, names)};`;
    case 'static':
      return `${escapeName(fn.name)}: static func(${paramsText(params, names)})${resultText(result, names)};`;
    case 'freestanding':
      return `${escapeName(fn.name)}: func(${paramsText(params, names)})${resultText(result, names)};`;
  }
}

/** In one line and whole: `[method]counter.add: func(self: borrow<counter>, by: u32)`. */
export function signatureText(fn: WitFunction, names: PrintNames): string {
  const name = fn.role.kind === 'freestanding' ? escapeName(fn.name) : functionName(fn);
  return `${name}: func(${paramsText(fn.type.params, names)})${resultText(fn.type.result, names)}`;
}

function paramsText(params: readonly Param[], names: PrintNames): string {
  return params.map((param) => `${escapeName(param.name)}: ${typeText(param.type, names)}`).join(', ');
}

function resultText(result: ValType | null, names: PrintNames): string {
  return result === null ? '' : ` -> ${typeText(result, names)}`;
}
