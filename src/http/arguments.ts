/**
 * What a plain function behind an endpoint is called with. From its WIT types it is decided once where each argument comes from:
 * a parameter of the path, a parameter of the query, the body as it is, the body as JSON, or the request as a record.
 */
import { HostError } from '../errors.js';
import { parseJson } from '../json.js';
import { MAX_FIELDS, readQuery } from '../query.js';
import { ByteString, type Value } from '../values.js';
import type { Param, RecordType, ValType } from '../wit/types.js';
import { mayOverflow, placeOfInfinity } from './json-overflow.js';
import {
  fromTexts,
  holdsLongIntegers,
  isBytes,
  isTextual,
  type Pairs,
  pairsAs,
  recordFrom,
  textsNamed,
} from './request-values.js';

/** What arguments are made from. */
export interface RequestFacts {
  readonly method: string;
  /** As sent, without its query. */
  readonly path: string;
  readonly query: string;
  readonly params: { readonly [name: string]: string };
  /** Lower-case names. */
  readonly headers: () => Pairs;
  readonly contentType: string;
  /** Empty where the request has none. */
  readonly body: Uint8Array;
  /** Read once, by the first parameter that looks at it. */
  pairs: Pairs | null;
  json: { readonly value: unknown } | null;
}

interface ArgumentPlan {
  /** Whether the body matters at all. */
  readonly readsBody: boolean;
  /** Where each parameter comes from, for documents. */
  readonly sources: readonly ArgumentSource[];
  /** @throws HostError Invalid, with `path` in its details where a part of the request is no JSON */
  argumentsOf(request: RequestFacts): Value[];
}

export type ArgumentSource = 'path' | 'query' | 'body' | 'json' | 'request' | 'member';

type Maker = (request: RequestFacts) => Value;

/** @param pathNames parameters of the endpoint's pattern */
export function planArguments(params: readonly Param[], pathNames: readonly string[]): ArgumentPlan {
  const inPath = (param: Param) => pathNames.find((name) => name === param.name || name === snake(param.name));
  const rest = params.filter((param) => inPath(param) === undefined);
  const whole = wholeBody(rest);
  const sources = params.map((param): ArgumentSource => {
    if (inPath(param) !== undefined) return 'path';
    if (isRequestRecord(param.type)) return 'request';
    if (param !== whole) return rest.length === 1 || whole !== null ? 'query' : 'member';
    return isText(param.type) ? 'body' : 'json';
  });
  const exact = params.some((param) => holdsLongIntegers(param.type));
  const makers = params.map((param, index) => makerOf(param, sources[index]!, inPath(param), exact));
  return {
    readsBody: sources.some((each) => each === 'body' || each === 'json' || each === 'request' || each === 'member'),
    sources,
    argumentsOf(request) {
      const args: Value[] = [];
      for (const make of makers) args.push(make(request));
      return args;
    },
  };
}

function snake(name: string): string {
  return name.replaceAll('-', '_');
}

/** The one parameter that takes the body: the only one, or the only one that is not made from texts. */
function wholeBody(rest: readonly Param[]): Param | null {
  const takers = rest.filter((param) => !isRequestRecord(param.type));
  if (takers.length === 1) return takers[0]!;
  const composite = takers.filter((param) => !isTextual(param.type));
  return composite.length === 1 ? composite[0]! : null;
}

function isText(type: ValType): boolean {
  if (type.kind === 'option') return isText(type.type);
  return type.kind === 'string' || isBytes(type);
}

const REQUEST_FIELDS = ['method', 'path', 'query', 'headers', 'params', 'body'];

/** A record of nothing but parts of a request. */
function isRequestRecord(type: ValType): type is RecordType {
  return type.kind === 'record' && type.fields.every((field) => REQUEST_FIELDS.includes(field.name));
}

function makerOf({ name, type }: Param, source: ArgumentSource, pathName: string | undefined, exact: boolean): Maker {
  switch (source) {
    case 'path':
      return ({ params }) => fromTexts([params[pathName!] ?? ''], type);
    case 'request':
      return requestMaker(type as RecordType, exact);
    case 'query':
      return (reading) => queried(reading, name, type);
    case 'body':
      return (reading) => (reading.body.length === 0 ? queried(reading, name, type) : bodyAs(reading.body, type));
    case 'json':
      return jsonMaker(name, type, exact);
    case 'member':
      return memberMaker(name, type, exact);
  }
}

function queried(reading: RequestFacts, name: string, type: ValType): Value {
  const texts = textsNamed(queryOf(reading), name);
  return texts === undefined || !isTextual(type) ? undefined : fromTexts(texts, type);
}

function queryOf(reading: RequestFacts): Pairs {
  reading.pairs ??= readQuery(reading.query);
  return reading.pairs;
}

function bodyAs(body: Uint8Array, type: ValType): Value {
  if (type.kind === 'option') return body.length === 0 ? null : bodyAs(body, type.type);
  return isBytes(type) ? body : new ByteString(body);
}

/** The body as JSON or as a form; where there is none, the query. Fields that a body lacks are looked up in the path and query. */
function jsonMaker(name: string, type: ValType, exact: boolean): Maker {
  const inner = type.kind === 'option' ? type.type : type;
  const direct = isTextual(type);
  return (reading) => {
    const pathPairs = Object.entries(reading.params);
    if (reading.body.length === 0) {
      const queriedValue = queried(reading, name, type);
      if (queriedValue !== undefined || inner.kind !== 'record') return queriedValue;
      const pairs = [...pathPairs, ...queryOf(reading)];
      return type.kind === 'option' && pairs.length === 0 ? null : recordFrom(pairs, inner);
    }
    if (inner.kind === 'record' && isForm(reading)) return recordFrom(formPairs(reading), inner);
    if (direct && !isJson(reading)) {
      const text = textOf(reading.body).trim();
      if (!/^[[{"]/.test(text)) return fromTexts([text], type);
    }
    const value = jsonOf(reading, exact, name);
    if (inner.kind !== 'record' || !isObject(value)) return value as Value;
    const more = pathPairs.length > 0 || reading.query !== '';
    return (more ? { ...recordFrom([...pathPairs, ...queryOf(reading)], inner), ...value } : value) as Value;
  };
}

/** One of several parameters: from the query, or a member of a JSON object. */
function memberMaker(name: string, type: ValType, exact: boolean): Maker {
  return (reading) => {
    const value = queried(reading, name, type);
    if (value !== undefined || reading.body.length === 0) return value;
    if (isForm(reading)) {
      const texts = textsNamed(formPairs(reading), name);
      return texts === undefined || !isTextual(type) ? undefined : fromTexts(texts, type);
    }
    const body = jsonOf(reading, exact, '');
    if (!isObject(body)) {
      throw new HostError('Invalid', `expected a JSON object with the function's parameters, got ${kindOf(body)}`, {
        details: { path: 'body', expected: 'a JSON object', got: kindOf(body) },
      });
    }
    if (Object.hasOwn(body, name)) return body[name] as Value;
    return (Object.hasOwn(body, snake(name)) ? body[snake(name)] : undefined) as Value;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

function isForm({ contentType }: RequestFacts): boolean {
  return contentType.startsWith('application/x-www-form-urlencoded');
}

function isJson({ contentType }: RequestFacts): boolean {
  return /^application\/(?:[\w.+-]+\+)?json/.test(contentType);
}

/** @throws HostError Invalid, also for what begins as no form does: clients that were told no type send JSON as a form */
function formPairs({ body, contentType }: RequestFacts): Pairs {
  const text = textOf(body);
  if (!/^\s*(?:\{\s*"|\[\s*[{"])/.test(text)) return readQuery(text, MAX_FIELDS);
  const expected = 'Content-Type: application/json';
  const message = `the body looks like JSON and is said to be a form: send it with ${expected}`;
  throw new HostError('Invalid', message, { details: { path: 'body', expected, got: contentType } });
}

/** @throws HostError Invalid */
function textOf(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    throw new HostError('Invalid', 'the body is not valid UTF-8', { details: { path: 'body', expected: 'UTF-8' } });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** @param place what the value is called; '' where its members are parameters */
function jsonOf(reading: RequestFacts, exact: boolean, place: string): unknown {
  reading.json ??= { value: parsed(reading.body, exact, place) };
  return reading.json.value;
}

function parsed(body: Uint8Array, exact: boolean, place: string): unknown {
  let value: unknown;
  try {
    const text = utf8.decode(body);
    value = exact ? parseJson(text) : JSON.parse(text);
    if (!mayOverflow(text)) return value;
  } catch (error) {
    const reason = (error as Error).message;
    throw new HostError('Invalid', `the body is no JSON: ${reason}`, { details: { path: 'body', expected: 'JSON' } });
  }
  const within = placeOfInfinity(value);
  if (within === null) return value;
  const path = place === '' || within === '' || within.startsWith('[') ? place + within : `${place}.${within}`;
  throw new HostError('Invalid', `${path}: expected a number that f64 holds, got one beyond it`, {
    details: { path, expected: 'a number that f64 holds', got: 'one beyond it' },
  });
}

function requestMaker(type: RecordType, exact: boolean): Maker {
  const makers = type.fields.map((field) => [field.name, requestField(field.name, field.type, exact)] as const);
  return (reading) => {
    const record: { [name: string]: Value } = {};
    for (const [name, make] of makers) record[name] = make(reading);
    return record;
  };
}

function requestField(name: string, type: ValType, exact: boolean): Maker {
  switch (name) {
    case 'method':
      return type.kind === 'enum' ? ({ method }) => nameLike(method, type.names) : ({ method }) => method;
    case 'path':
      return ({ path }) => path;
    case 'query':
      return (reading) => pairsAs(queryOf(reading), reading.query, type);
    case 'headers': {
      const raw = isListOfBytes(type);
      return (reading) =>
        raw ? reading.headers().map(rawHeader) : pairsAs(reading.headers().map(textHeader), '', type);
    }
    case 'params':
      return ({ params }) => pairsAs(Object.entries(params), '', type);
    default:
      if (isText(type)) return ({ body }) => bodyAs(body, type);
      return (reading) => (reading.body.length === 0 ? undefined : (jsonOf(reading, exact, 'body') as Value));
  }
}

function isListOfBytes(type: ValType): boolean {
  if (type.kind !== 'list' || type.element.kind !== 'tuple') return false;
  const value = type.element.types[1];
  return value !== undefined && isBytes(value);
}

function rawHeader([name, latin1]: Pairs[number]): Value {
  return [name, Buffer.from(latin1, 'latin1')];
}

/** Bytes of a header are text in UTF-8, or Latin-1 where they are not. */
function textHeader([name, latin1]: Pairs[number]): Pairs[number] {
  if (!/[\x80-\xff]/.test(latin1)) return [name, latin1];
  try {
    return [name, utf8.decode(Buffer.from(latin1, 'latin1'))];
  } catch {
    return [name, latin1];
  }
}

function nameLike(method: string, names: readonly string[]): string {
  return names.find((name) => name.toUpperCase() === method) ?? method;
}
