/**
 * JSON Schema: whether a value is as a schema says, and where it is not. The words that drafts 6 to 2020-12 share, and `$ref` within the
 * schema. `format` and what is only said about a value ask nothing.
 */

import type { PathStep } from '../../values.js';
import { canonical, isList, isObject, type Json, type JsonObject, listOf, objectOf } from './json-model.js';
import {
  badSchema,
  isNumber,
  list,
  type Misfit,
  map,
  misfit,
  number,
  type Place,
  type SchemaMeans,
  TYPES,
  text,
  typeOf,
} from './json-schema-parts.js';

/** References and levels inside one another. */
const MAX_DEPTH = 256;

/** @returns null: it fits. @throws HostError Invalid, for a schema that is none */
export function misfitOf(schema: Json, data: Json, means: SchemaMeans): Misfit | null {
  return check(schema, data, { ...means, root: schema, path: [], depth: 0 });
}

type Rule = (rule: Json, data: Json, place: Place, schema: JsonObject) => Misfit | null;

function check(schema: Json, data: Json, outer: Place): Misfit | null {
  outer.step();
  if (outer.depth === MAX_DEPTH) throw badSchema(`more than ${MAX_DEPTH} levels, or a $ref that leads to itself`);
  const place = { ...outer, depth: outer.depth + 1 };
  if (typeof schema === 'boolean') return schema ? null : misfit(place, 'nothing is allowed here');
  if (!isObject(schema)) throw badSchema('expected a table or a boolean');
  const words = objectOf(schema);
  for (const [word, rule] of words) {
    const found = RULES[word]?.(rule, data, place, words) ?? null;
    if (found !== null) return found;
  }
  return null;
}

function within(place: Place, step: PathStep): Place {
  return { ...place, path: [...place.path, step] };
}

// --- rules, by their word -----------------------------------------------------------------------------------------------

function checkType(rule: Json, data: Json, place: Place): Misfit | null {
  const types = typeof rule === 'string' ? [rule] : list(rule, 'type').map((each) => text(each, 'type'));
  for (const type of types) {
    const test = Object.hasOwn(TYPES, type) ? TYPES[type]! : null;
    if (test === null) throw badSchema(`type: there is no type ${JSON.stringify(type)}`);
    if (test(data)) return null;
  }
  return misfit(place, `expected ${types.join(' or ')}, got ${typeOf(data)}`);
}

/** A rule about numbers. */
function numeric(word: string, holds: (data: number | bigint, limit: number | bigint) => boolean, says: string): Rule {
  return (rule, data, place) => {
    // Draft 4 wrote `exclusiveMinimum: true`.
    if (typeof rule === 'boolean') return null;
    const limit = number(rule, word);
    if (!isNumber(data) || holds(data, limit)) return null;
    return misfit(place, `expected ${says} ${limit}, got ${data}`);
  };
}

function isMultiple(data: number | bigint, of: number | bigint): boolean {
  if (isWhole(data) && isWhole(of)) return Number(of) !== 0 && BigInt(data) % BigInt(of) === 0n;
  const quotient = Number(data) / Number(of);
  return Math.abs(quotient - Math.round(quotient)) < 1e-9;
}

function isWhole(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** A rule about how many there are. */
function counted(word: string, countOf: (data: Json) => number | null, most: boolean, unit: string): Rule {
  return (rule, data, place) => {
    const limit = Number(number(rule, word));
    const count = countOf(data);
    if (count === null || (most ? count <= limit : count >= limit)) return null;
    return misfit(place, `expected at ${most ? 'most' : 'least'} ${limit} ${unit}, got ${count}`);
  };
}

const characters = (data: Json) => (typeof data === 'string' ? [...data].length : null);
const elements = (data: Json) => (isList(data) ? listOf(data).length : null);
const fields = (data: Json) => (isObject(data) ? objectOf(data).size : null);

function checkProperties(rule: Json, data: Json, place: Place): Misfit | null {
  const schemas = map(rule, 'properties');
  if (!isObject(data)) return null;
  for (const [name, value] of objectOf(data)) {
    const schema = schemas.get(name);
    const found = schema === undefined ? null : check(schema, value, within(place, name));
    if (found !== null) return found;
  }
  return null;
}

function checkPatterns(rule: Json, data: Json, place: Place): Misfit | null {
  if (!isObject(data)) return null;
  for (const [pattern, schema] of map(rule, 'patternProperties')) {
    for (const [name, value] of objectOf(data)) {
      const found = place.matches(pattern, name) ? check(schema, value, within(place, name)) : null;
      if (found !== null) return found;
    }
  }
  return null;
}

function checkAdditional(rule: Json, data: Json, place: Place, schema: JsonObject): Misfit | null {
  if (!isObject(data)) return null;
  const known = map(schema.get('properties') ?? new Map(), 'properties');
  const patterns = [...map(schema.get('patternProperties') ?? new Map(), 'patternProperties').keys()];
  for (const [name, value] of objectOf(data)) {
    if (known.has(name) || patterns.some((pattern) => place.matches(pattern, name))) continue;
    if (rule === false) return misfit(within(place, name), 'there is no such field');
    const found = check(rule, value, within(place, name));
    if (found !== null) return found;
  }
  return null;
}

function checkNames(rule: Json, data: Json, place: Place): Misfit | null {
  if (!isObject(data)) return null;
  for (const name of objectOf(data).keys()) {
    const found = check(rule, name, place);
    if (found !== null) return misfit(place, `the name ${JSON.stringify(name)}: ${found.problem}`);
  }
  return null;
}

function missing(names: readonly Json[], data: Json, place: Place, word: string): Misfit | null {
  for (const each of names) {
    const name = text(each, word);
    if (!objectOf(data).has(name)) return misfit(within(place, name), 'the field is missing');
  }
  return null;
}

function checkDependencies(word: string): Rule {
  return (rule, data, place) => {
    if (!isObject(data)) return null;
    for (const [name, needs] of map(rule, word)) {
      if (!objectOf(data).has(name)) continue;
      const found = Array.isArray(needs) ? missing(needs, data, place, word) : check(needs, data, place);
      if (found !== null) return found;
    }
    return null;
  };
}

/** One schema for all elements, or, before 2020-12, a list of one for each. */
function checkItems(rule: Json, data: Json, place: Place, schema: JsonObject): Misfit | null {
  if (!isList(data)) return null;
  if (Array.isArray(rule)) return checkEach(rule, data, place);
  const first = list(schema.get('prefixItems') ?? [], 'prefixItems').length;
  return checkFrom(rule, data, first, place);
}

function checkEach(schemas: readonly Json[], data: Json, place: Place): Misfit | null {
  for (const [index, value] of listOf(data).slice(0, schemas.length).entries()) {
    const found = check(schemas[index]!, value, within(place, index + 1));
    if (found !== null) return found;
  }
  return null;
}

function checkFrom(schema: Json, data: Json, first: number, place: Place): Misfit | null {
  const values = listOf(data);
  for (let index = first; index < values.length; index++) {
    const found = check(schema, values[index]!, within(place, index + 1));
    if (found !== null) return found;
  }
  return null;
}

function checkContains(rule: Json, data: Json, place: Place, schema: JsonObject): Misfit | null {
  if (!isList(data)) return null;
  const least = Number(number(schema.get('minContains') ?? 1, 'minContains'));
  const most = Number(number(schema.get('maxContains') ?? Number.POSITIVE_INFINITY, 'maxContains'));
  const count = listOf(data).filter((each) => check(rule, each, place) === null).length;
  if (count >= least && count <= most) return null;
  return misfit(place, `${count} elements are as contains says`);
}

function checkUnique(rule: Json, data: Json, place: Place): Misfit | null {
  if (rule !== true || !isList(data)) return null;
  const seen = new Set<string>();
  for (const [index, value] of listOf(data).entries()) {
    const key = canonical(value);
    if (seen.has(key)) return misfit(within(place, index + 1), 'the element is there twice');
    seen.add(key);
  }
  return null;
}

function checkOneOf(rule: Json, data: Json, place: Place): Misfit | null {
  const count = list(rule, 'oneOf').filter((each) => check(each, data, place) === null).length;
  return count === 1 ? null : misfit(place, `expected one of the schemas of oneOf to fit, ${count} do`);
}

function checkIf(rule: Json, data: Json, place: Place, schema: JsonObject): Misfit | null {
  const branch = schema.get(check(rule, data, place) === null ? 'then' : 'else');
  return branch === undefined ? null : check(branch, data, place);
}

/** `#`, or `#/$defs/name`. */
function resolved(reference: string, root: Json): Json {
  let at: Json | undefined = root;
  if (!/^#(?:\/|$)/.test(reference)) throw badSchema(`$ref ${JSON.stringify(reference)}: only #/… can be found`);
  for (const part of reference.split('/').slice(1)) {
    const name = decodeStep(part);
    at = isObject(at) ? objectOf(at).get(name) : isList(at) ? listOf(at)[Number(name)] : undefined;
    if (at === undefined) throw badSchema(`$ref ${JSON.stringify(reference)} is not there`);
  }
  return at;
}

function decodeStep(part: string): string {
  const plain = part.replaceAll('~1', '/').replaceAll('~0', '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}

const RULES: { readonly [word: string]: Rule | undefined } = Object.assign(Object.create(null), {
  $ref: (rule, data, place) => check(resolved(text(rule, '$ref'), place.root), data, place),
  type: checkType,
  enum: (rule, data, place) => {
    const key = canonical(data);
    const same = (each: Json) => {
      place.step();
      return canonical(each) === key;
    };
    if (list(rule, 'enum').some(same)) return null;
    return misfit(place, `expected one of ${list(rule, 'enum').map(canonical).join(', ')}`);
  },
  const: (rule, data, place) =>
    canonical(rule) === canonical(data) ? null : misfit(place, `expected ${canonical(rule)}`),
  minimum: numeric('minimum', (data, limit) => data >= limit, 'at least'),
  maximum: numeric('maximum', (data, limit) => data <= limit, 'at most'),
  exclusiveMinimum: numeric('exclusiveMinimum', (data, limit) => data > limit, 'more than'),
  exclusiveMaximum: numeric('exclusiveMaximum', (data, limit) => data < limit, 'less than'),
  multipleOf: numeric('multipleOf', isMultiple, 'a multiple of'),
  minLength: counted('minLength', characters, false, 'characters'),
  maxLength: counted('maxLength', characters, true, 'characters'),
  pattern: (rule, data, place) => {
    if (typeof data !== 'string' || place.matches(text(rule, 'pattern'), data)) return null;
    return misfit(place, `does not match ${rule}`);
  },
  required: (rule, data, place) => (isObject(data) ? missing(list(rule, 'required'), data, place, 'required') : null),
  properties: checkProperties,
  patternProperties: checkPatterns,
  additionalProperties: checkAdditional,
  propertyNames: checkNames,
  minProperties: counted('minProperties', fields, false, 'fields'),
  maxProperties: counted('maxProperties', fields, true, 'fields'),
  dependencies: checkDependencies('dependencies'),
  dependentRequired: checkDependencies('dependentRequired'),
  dependentSchemas: checkDependencies('dependentSchemas'),
  prefixItems: (rule, data, place) => (isList(data) ? checkEach(list(rule, 'prefixItems'), data, place) : null),
  items: checkItems,
  additionalItems: (rule, data, place, schema) => {
    const first = schema.get('items');
    return isList(data) && Array.isArray(first) ? checkFrom(rule, data, first.length, place) : null;
  },
  contains: checkContains,
  minItems: counted('minItems', elements, false, 'elements'),
  maxItems: counted('maxItems', elements, true, 'elements'),
  uniqueItems: checkUnique,
  allOf: (rule, data, place) => {
    for (const each of list(rule, 'allOf')) {
      const found = check(each, data, place);
      if (found !== null) return found;
    }
    return null;
  },
  anyOf: (rule, data, place) => {
    if (list(rule, 'anyOf').some((each) => check(each, data, place) === null)) return null;
    return misfit(place, 'none of the schemas of anyOf fits');
  },
  oneOf: checkOneOf,
  not: (rule, data, place) =>
    check(rule, data, place) === null ? misfit(place, 'is what the schema of not forbids') : null,
  if: checkIf,
} satisfies Record<string, Rule>);
