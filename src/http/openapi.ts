/** Services as an OpenAPI 3.1 document: the same decisions about arguments and results that endpoints are served by. */

import { formatListenAddress } from '../registry/http/address.js';
import type { RoutePattern } from '../registry/http/pattern.js';
import type { HttpEndpointConfig, HttpServiceConfig } from '../registry/http/services.js';
import type { MetaMap } from '../registry/types.js';
import type { FuncType, Param, RecordType, ValType } from '../wit/types.js';
import { type ArgumentSource, planArguments } from './arguments.js';
import { type Schema, type SchemaBook, schemaBook } from './openapi-types.js';
import { isBytes } from './request-values.js';
import { isResponseRecord } from './results.js';

export interface OpenApiInfo {
  readonly title: string;
  readonly version: string;
}

/** @param typeOf the WIT type behind a function's ID; null for what has none */
export function openApi(
  services: readonly HttpServiceConfig[],
  typeOf: (func: string) => FuncType | null,
  info: OpenApiInfo,
): Schema {
  const book = schemaBook();
  const paths: Record<string, Record<string, Schema>> = {};
  for (const service of services) {
    for (const router of service.routers) {
      const guard = guardsOf(router.middleware.map((each) => each.type));
      for (const endpoint of router.endpoints) {
        const path = openPath(endpoint.pattern);
        const item = paths[path] ?? {};
        paths[path] = item;
        const method = endpoint.method.toLowerCase();
        item[method] ??= { ...operation(endpoint, typeOf(endpoint.func), book), ...guard };
      }
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: info.title, version: info.version },
    servers: services.map(({ address, tls }) => ({ url: serverUrl(address, tls !== null) })),
    paths,
    components: { schemas: { ...book.schemas, Error: ERROR }, securitySchemes: SECURITY },
  };
}

const ERROR: Schema = {
  type: 'object',
  properties: {
    error: { type: 'string', description: 'what went wrong, for people' },
    kind: { type: 'string', description: 'what went wrong, for programs' },
    path: { type: 'string', description: 'where in the arguments' },
  },
  required: ['error', 'kind'],
};
const SECURITY = { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } };

function guardsOf(types: readonly string[]): Schema {
  const names = [types.includes('bearer_auth') ? 'bearer' : null, types.includes('basic_auth') ? 'basic' : null];
  const security = Object.fromEntries(names.filter((name) => name !== null).map((name) => [name, []]));
  return Object.keys(security).length === 0 ? {} : { security: [security] };
}

function serverUrl(address: HttpServiceConfig['address'], secure: boolean): string {
  const host = address.host === '' || address.host === '0.0.0.0' || address.host === '::' ? 'localhost' : address.host;
  return `${secure ? 'https' : 'http'}://${formatListenAddress({ ...address, host })}`;
}

/** OpenAPI has no parameter for the rest of a path: it is written as one. */
function openPath({ segments }: RoutePattern): string {
  const parts = segments.map((each) => {
    if (each.type === 'literal') return encodeURIComponent(each.text);
    return each.type === 'rest' && each.name === null ? '' : `{${each.name}}`;
  });
  return `/${parts.join('/')}`;
}

function operation(
  { id, entry, pattern, method }: HttpEndpointConfig,
  type: FuncType | null,
  book: SchemaBook,
): Schema {
  const names = pattern.segments.flatMap((each) => (each.type === 'literal' || each.name === null ? [] : [each.name]));
  const text = commentOf(entry.meta);
  const base = { operationId: id.replace(/[^\w.-]/g, '.'), ...(text === null ? {} : { summary: text }) };
  if (type === null) {
    const parameters = names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } }));
    return { ...base, parameters, responses: { default: { description: 'as the handler says' } } };
  }
  const { sources } = planArguments(type.params, names);
  const parameters = [
    ...names.map((name) => pathParameter(name, type, sources, book)),
    ...type.params.flatMap((param, index) => {
      const source = sources[index]!;
      const found = queryParameters(param, source, method, book);
      // A record's fields come from the path, too.
      return source === 'json'
        ? found.filter((each) => !names.some((name) => isNamed(String(each.name), name)))
        : found;
    }),
  ];
  const body = requestBody(type, sources, book);
  return {
    ...base,
    parameters,
    ...(body === null || method === 'GET' || method === 'HEAD' ? {} : { requestBody: body }),
    responses: { ...response(type.result, book), default: errorResponse() },
  };
}

function commentOf(meta: MetaMap): string | null {
  const text = meta.comment ?? meta.description;
  return typeof text === 'string' ? text.trim() : null;
}

function pathParameter(
  name: string,
  { params }: FuncType,
  sources: readonly ArgumentSource[],
  book: SchemaBook,
): Schema {
  const record = bare(params.find((_, index) => sources[index] === 'json')?.type ?? { kind: 'string' });
  const takers = record.kind === 'record' ? [...params, ...record.fields] : params;
  const taker = takers.find((each) => isNamed(each.name, name));
  const schema = taker === undefined ? { type: 'string' } : book.of(bare(taker.type));
  return { name, in: 'path', required: true, schema };
}

function isNamed(name: string, pathName: string): boolean {
  return name === pathName || name.replaceAll('-', '_') === pathName;
}

function queryParameters({ name, type }: Param, source: ArgumentSource, method: string, book: SchemaBook): Schema[] {
  if (source === 'query') return [{ name, in: 'query', required: type.kind !== 'option', schema: book.of(bare(type)) }];
  const reads = method === 'GET' || method === 'HEAD';
  if (source === 'json' && reads && type.kind === 'record') {
    return type.fields.map((field) => queryParameters(field, 'query', method, book)[0]!);
  }
  if (source === 'request') return requestParameters(type as RecordType, book);
  return reads && (source === 'body' || source === 'json' || source === 'member')
    ? queryParameters({ name, type }, 'query', method, book)
    : [];
}

/** Fields of `query` and `headers` records are parameters of their own. */
function requestParameters({ fields }: RecordType, book: SchemaBook): Schema[] {
  return fields.flatMap(({ name, type }) => {
    const place = name === 'query' ? 'query' : name === 'headers' ? 'header' : null;
    const inner = bare(type);
    if (place === null || inner.kind !== 'record') return [];
    return inner.fields.map((field) => ({
      name: field.name,
      in: place,
      required: field.type.kind !== 'option' && type.kind !== 'option',
      schema: book.of(bare(field.type)),
    }));
  });
}

function bare(type: ValType): ValType {
  return type.kind === 'option' ? type.type : type;
}

function requestBody({ params }: FuncType, sources: readonly ArgumentSource[], book: SchemaBook): Schema | null {
  const members = params.filter((_, index) => sources[index] === 'member');
  if (members.length > 0) {
    const properties = Object.fromEntries(members.map((param) => [param.name, book.of(param.type)]));
    return { content: { 'application/json': { schema: { type: 'object', properties } } } };
  }
  const index = sources.findIndex((each) => each === 'body' || each === 'json');
  if (index >= 0) return bodyOf(params[index]!.type, book);
  const request = params.find((_, each) => sources[each] === 'request')?.type as RecordType | undefined;
  const body = request?.fields.find((field) => field.name === 'body');
  return body === undefined ? null : bodyOf(body.type, book);
}

function bodyOf(type: ValType, book: SchemaBook): Schema {
  return { required: type.kind !== 'option', content: contentOf(bare(type), book) };
}

function contentOf(type: ValType, book: SchemaBook): Schema {
  if (type.kind === 'string') return { 'text/plain': { schema: { type: 'string' } } };
  if (isBytes(type)) return { 'application/octet-stream': {} };
  return { 'application/json': { schema: book.of(type) } };
}

function response(result: ValType | null, book: SchemaBook): Schema {
  if (result === null) return { 204: { description: 'done' } };
  if (result.kind === 'option' && result.type.kind !== 'option') {
    return { ...response(result.type, book), 204: { description: 'none' } };
  }
  if (isResponseRecord(result)) {
    const body = result.fields.find((field) => field.name === 'body');
    const content = body === undefined ? {} : { content: contentOf(bare(body.type), book) };
    return { '2XX': { description: 'as the function says', ...content } };
  }
  return { 200: { description: 'the result', content: contentOf(result, book) } };
}

function errorResponse(): Schema {
  const schema = { $ref: '#/components/schemas/Error' };
  return { description: 'an error', content: { 'application/json': { schema } } };
}
