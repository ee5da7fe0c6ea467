import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { openApiOf } from '../../src/host/openapi.js';
import { partsOf } from '../../src/host/parts.js';
import { createHost } from '../../src/index.js';
import { GUESTS, guestEntry } from '../host/guests.js';
import { endpoint, lua, wat } from './serving.js';

async function documentOf(entries: readonly object[]) {
  const host = await createHost({ registry: { namespace: 't', entries }, threads: 0 });
  const document = openApiOf(partsOf(host), { title: 'test', version: '1.2.3' });
  await host.close();
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)) as object);
  expect(result.errors ?? []).toEqual([]);
  return document as unknown as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, unknown> };
    servers: unknown;
  };
}

interface Operation {
  readonly summary?: string;
  readonly operationId: string;
  readonly parameters: readonly object[];
  readonly requestBody?: unknown;
  readonly responses: Record<string, unknown>;
}

describe('openapi', () => {
  test('a field of a record that the path has is a parameter of the path alone', async () => {
    const wit = 'record item { item-id: u32, name: option<string> }\nf: func(v: item);';
    const source = `(module (memory (export "memory") 1) (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
      (func (export "f") (param i32 i32 i32 i32)))`;
    const { paths } = await documentOf([wat('f', wit, source), endpoint('GET', '/items/{item_id}', 'f')]);
    expect(paths['/items/{item_id}']!.get!.parameters).toEqual([
      { name: 'item_id', in: 'path', required: true, schema: { type: 'integer', minimum: 0, maximum: 4_294_967_295 } },
      { name: 'name', in: 'query', required: false, schema: { type: 'string' } },
    ]);
  });

  test('names, parameters, bodies and results come from WIT, and the document is valid', async () => {
    const { paths, components, servers } = await documentOf([
      { name: 'guests', kind: 'fs.directory', directory: GUESTS },
      guestEntry('greet', 'greet', 'greet', { transport: 'wasi-http' }),
      guestEntry('mapper', 'mapper', 'transform-users', { transport: 'wasi-http' }),
      wat(
        'add',
        'add: func(left: s32, right: s32) -> s32;',
        '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))',
      ),
      lua('page', 'function() end'),
      endpoint('POST', '/greet', 'greet', { meta: { comment: 'Greets.' } }),
      endpoint('POST', '/users', 'mapper'),
      endpoint('GET', '/add/{left}', 'add'),
      endpoint('GET', '/files/{path...}', 'page'),
    ]);
    expect(servers).toEqual([{ url: 'http://127.0.0.1:8080' }]);
    expect(Object.keys(paths)).toEqual(['/greet', '/users', '/add/{left}', '/files/{path}']);
    expect(paths['/greet']!.post).toMatchObject({
      summary: 'Greets.',
      requestBody: { required: true, content: { 'text/plain': { schema: { type: 'string' } } } },
      responses: { 200: { content: { 'text/plain': {} } } },
    });
    expect(paths['/users']!.post!.requestBody).toMatchObject({
      content: { 'application/json': { schema: { type: 'array', items: { $ref: '#/components/schemas/user' } } } },
    });
    expect(components.schemas.user).toMatchObject({
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'string' } } },
    });
    expect(paths['/add/{left}']!.get!.parameters).toEqual([
      {
        name: 'left',
        in: 'path',
        required: true,
        schema: { type: 'integer', minimum: -2147483648, maximum: 2147483647 },
      },
      {
        name: 'right',
        in: 'query',
        required: true,
        schema: { type: 'integer', minimum: -2147483648, maximum: 2147483647 },
      },
    ]);
  });

  test.each([
    [{}, {}, {}, { title: 't', version: '0.0.0' }],
    [{ title: 'All', version: 1.2 }, {}, {}, { title: 'All', version: '1.2' }],
    [{ title: 'All' }, { title: 'Shop', version: '2' }, {}, { title: 'Shop', version: '2' }],
    [{}, { title: 'Shop', version: '2' }, { title: 'Other', version: '3' }, { title: 'Other', version: '3' }],
  ])('its title and version: document %o, service %o, options %o → %o', async (meta, ofService, options, info) => {
    const service = { name: 'web', kind: 'http.service', addr: ':0', meta: ofService };
    const entries = [
      ...(Object.keys(ofService).length === 0 ? [] : [service]),
      lua('page', 'function() end'),
      endpoint('GET', '/page', 'page'),
      endpoint('POST', '/page', 'page'),
    ];
    const host = await createHost({ registry: { namespace: 't', meta, entries }, threads: 0 });
    const document = openApiOf(partsOf(host), options);
    await host.close();
    expect(document.info).toEqual(info);
  });

  test('a title that only one endpoint has is its own', async () => {
    const titled = endpoint('GET', '/page', 'page', { meta: { title: 'A page' } });
    const entries = [lua('page', 'function() end'), titled, endpoint('POST', '/page', 'page')];
    const host = await createHost({ registry: { namespace: 't', entries }, threads: 0 });
    expect(openApiOf(partsOf(host)).info).toEqual({ title: 't', version: '0.0.0' });
    await host.close();
  });

  test('every kind of type has a schema', async () => {
    const wit = `enum color { red, green }
      flags perms { read, write }
      variant shape { point, circle(f64) }
      record everything { a: bool, b: u8, c: s64, d: f32, e: char, f: option<string>, g: list<u8>, h: tuple<u8, string>, i: color, j: perms, k: shape, l: result<u8, string>, m: result }
      f: func(n: u32) -> list<everything>;`;
    const source = `(module (memory (export "memory") 1) (func (export "f") (param i32) (result i32) i32.const 0))`;
    const { components } = await documentOf([wat('f', wit, source), endpoint('GET', '/f', 'f')]);
    expect(Object.keys(components.schemas)).toEqual(['color', 'perms', 'shape', 'everything', 'Error']);
  });
});
