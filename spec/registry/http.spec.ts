import { describe, expect, test } from 'vitest';
import { comparePatterns, parsePattern } from '../../src/registry/http/pattern.js';
import { type HttpServiceConfig, httpServices } from '../../src/registry/http/services.js';
import { brief, entries, expectFailure, expectProblems, expectRegistry, loadFiles, loadText } from './helpers.js';

const FUNCTION = '  - {name: f, kind: function.lua, source: "return {}", method: m}\n';
const FOLDER = '  - {name: files, kind: fs.directory, directory: /, base: module}\n';

async function servicesOf(list: string): Promise<readonly HttpServiceConfig[]> {
  return httpServices(expectRegistry(await loadText(entries(FUNCTION + list))));
}

/** Services as `address: METHOD pattern → function`. */
function routesOf(services: readonly HttpServiceConfig[]): string[] {
  return services.flatMap(({ address, routers }) =>
    routers.flatMap(({ endpoints }) =>
      endpoints.map((each) => `${address.host}:${address.port} ${each.method} ${each.pattern.text} → ${each.func}`),
    ),
  );
}

describe('httpServices()', () => {
  test('gives an endpoint of nothing but method, path and function the default service', async () => {
    const services = await servicesOf('  - {name: e, kind: http.endpoint, method: POST, path: /api/greet, func: f}\n');
    expect(routesOf(services)).toEqual(['127.0.0.1:8080 POST /api/greet → ns:f']);
    expect(services[0]).toMatchObject({ id: 'default', entry: null, tls: null, accessLog: true, queueLength: 1024 });
  });

  test('is empty for a registry without HTTP', async () => {
    expect(await servicesOf('')).toEqual([]);
  });

  test('puts what names no server and no router at the only ones there are', async () => {
    const services = await servicesOf(`
  - {name: s, kind: http.service, addr: ":9000"}
  - {name: r, kind: http.router, prefix: /api/}
  - {name: e, kind: http.endpoint, method: GET, path: "/:id", func: ns:f}
`);
    expect(routesOf(services)).toEqual([':9000 GET /api/:id → ns:f']);
    expect(services).toHaveLength(1);
  });

  test('gives the only service a router where an endpoint needs one', async () => {
    const services = await servicesOf(`
  - {name: s, kind: http.service, addr: "[::1]:0"}
  - {name: e, kind: http.endpoint, method: GET, path: /, func: f}
`);
    expect(routesOf(services)).toEqual(['::1:0 GET / → ns:f']);
    expect(services[0]!.routers[0]!.id).toBe('default');
  });

  test('follows meta.server and meta.router, bare names and meta.default', async () => {
    const services = await servicesOf(`
  - {name: a, kind: http.service, addr: "127.0.0.1:1", meta: {default: true}}
  - {name: b, kind: http.service, addr: "127.0.0.1:2"}
  - {name: ra, kind: http.router, prefix: /a}
  - {name: rb, kind: http.router, prefix: /b, meta: {server: b}}
  - {name: ea, kind: http.endpoint, method: GET, path: /x, func: f, meta: {router: ns:ra}}
  - {name: eb, kind: http.endpoint, method: GET, path: /x, func: f, meta: {router: rb}}
`);
    expect(routesOf(services)).toEqual(['127.0.0.1:1 GET /a/x → ns:f', '127.0.0.1:2 GET /b/x → ns:f']);
  });

  test('takes durations, sizes and limits of a service, and 0 for none', async () => {
    const [service] = await servicesOf(`
  - name: s
    kind: http.service
    addr: localhost:8080
    timeouts: {read: 5s, write: 0, request: 1m30s}
    max_body: 2MiB
    access_log: false
    host: {buffer_size: 0, worker_count: 3}
    lifecycle:
      auto_start: true
      stop_timeout: 30s
      depends_on: [x]
      security: {actor: {id: web, meta: {team: a}}, policies: [p]}
  - {name: e, kind: http.endpoint, method: GET, path: /a, func: f, timeout: 250ms}
  - {name: g, kind: http.endpoint, method: GET, path: /b, func: f, timeout: 0}
  - {name: h, kind: http.endpoint, method: GET, path: /c, func: f}
`);
    expect(service).toMatchObject({
      timeouts: { header: 10_000, read: 5000, write: null, idle: 75_000, request: 90_000 },
      maxBodyBytes: 2_097_152,
      accessLog: false,
      queueLength: 0,
      concurrency: 3,
      lifecycle: { stopTimeout: 30_000 },
      actor: { id: 'web', meta: { team: 'a' } },
    });
    expect(service!.routers[0]!.endpoints.map((each) => each.timeoutMs)).toEqual([250, null, 90_000]);
  });

  test('resolves certificates to files, texts and variables', async () => {
    const files = {
      'a/r.yaml': `namespace: ns
entries:
  - {name: os, kind: env.storage.os}
  - {name: tls_key, kind: env.variable, storage: os, variable: TLS_KEY}
  - {name: s, kind: http.service, addr: ":1", tls: {cert: cert.pem, key_env: tls_key, client_ca: "file://ca.pem"}}
`,
      'a/cert.pem': 'x',
      'a/ca.pem': '-----BEGIN CERTIFICATE-----\n',
    };
    const [service] = httpServices(expectRegistry(await loadFiles(files)));
    expect(service!.tls).toMatchObject({
      cert: { type: 'file', path: expect.stringMatching(/a\/cert\.pem$/) },
      key: { type: 'env', id: 'ns:tls_key' },
      clientCa: { type: 'text' },
      clientAuth: 'require_and_verify',
    });
  });

  test('types the options of middleware and fills in their defaults', async () => {
    const services = await servicesOf(`
  - {name: os, kind: env.storage.os}
  - {name: token, kind: env.variable, storage: os, variable: TOKEN}
  - name: r
    kind: http.router
    middleware: [real_ip, cors, ratelimit, compress, metrics, request_id]
    options:
      cors.allow.origins: "https://a.example, *.b.example"
      cors.max.age: 60
      cors.allow.credentials: true
      ratelimit.key: header:X-Key
      ratelimit.window: 10s
      compress.level: best
      real_ip.trusted.subnets: 10.0.0.0/8, ::1
    post_middleware: [bearer_auth, basic_auth, sendfile]
    post_options: {bearer_auth.token: token, basic_auth.user: ns:token, basic_auth.password: token}
  - {name: e, kind: http.endpoint, method: GET, path: /, func: f}
`);
    const [router] = services[0]!.routers;
    expect(router!.middleware).toEqual([
      { type: 'real_ip', trustedSubnets: ['10.0.0.0/8', '::1'], trustAll: false },
      {
        type: 'cors',
        origins: ['https://a.example', '*.b.example'],
        methods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'],
        headers: ['Origin', 'Content-Type', 'Accept', 'Authorization', 'X-Requested-With'],
        exposeHeaders: [],
        allowCredentials: true,
        maxAgeSeconds: 60,
        allowPrivateNetwork: false,
      },
      { type: 'ratelimit', requests: 100, windowMs: 10_000, burst: 20, key: { by: 'header', name: 'X-Key' } },
      { type: 'compress', level: 'best', minLength: 1024 },
      { type: 'metrics' },
      { type: 'request_id', header: 'x-request-id', trust: false },
    ]);
    expect(router!.postMiddleware).toEqual([
      { type: 'bearer_auth', tokens: ['ns:token'], realm: 'moonwit' },
      { type: 'basic_auth', user: 'ns:token', password: 'ns:token', realm: 'moonwit' },
      { type: 'sendfile', fs: null },
    ]);
  });

  test('gives static files their options', async () => {
    const services = await servicesOf(
      `${FOLDER}  - {name: s, kind: http.static, path: /app/, fs: files, static_options: {spa: true, index: index.html, cache: "max-age=60"}}\n`,
    );
    expect(services[0]!.statics).toMatchObject([
      { path: '/app', fs: 'ns:files', spa: true, index: 'index.html', cacheControl: 'max-age=60', precompressed: true },
    ]);
  });
});

test('an endpoint may name a function of the host program, and only one that it has', async () => {
  const list = '  - {name: e, kind: http.endpoint, method: GET, path: /, func: app:now}\n';
  expectRegistry(await loadText(entries(list), { hostFunctions: ['app:now'] }));
  const { problems } = expectFailure(await loadText(entries(list), { hostFunctions: ['app:later'] }));
  expect(problems.map((problem) => problem.message)).toEqual(['function not found: app:now']);
});

describe('loadRegistry() reports of HTTP entries', () => {
  const endpoint = (name: string, rest: string): string => `  - {name: ${name}, kind: http.endpoint, ${rest}}\n`;

  test.each<[string, string, string[]]>([
    ['nothing given', endpoint('e', ''), ['function name is required', 'path is required', 'method is required']],
    [
      'empty texts',
      endpoint('e', 'func: "", path: "", method: ""'),
      ['function name is required', 'path is required', 'method is required'],
    ],
    ['a method in small letters', endpoint('e', 'func: f, path: /, method: get'), ['invalid HTTP method: get']],
    ['a path without slash', endpoint('e', 'func: f, path: x, method: GET'), ['path must start with /']],
    [
      'a rest before the end',
      endpoint('e', 'func: f, path: "/{a...}/b", method: GET'),
      ['{a...} can only be the last segment'],
    ],
    [
      'a parameter named twice',
      endpoint('e', 'func: f, path: "/{a}/:a", method: GET'),
      ['path has two parameters named a'],
    ],
    [
      'half a parameter',
      endpoint('e', 'func: f, path: "/a{b}", method: GET'),
      ['path has a segment that is neither text nor a whole {name}: a{b}'],
    ],
    ['a function that is not there', endpoint('e', 'func: g, path: /, method: GET'), ['function not found: ns:g']],
    [
      'a router that is not there',
      endpoint('e', 'func: f, path: /, method: GET, meta: {router: x}'),
      ['router not found: ns:x'],
    ],
    ['a server that is a router', '  - {name: r, kind: http.router, meta: {server: r}}\n', ['ns:r is of another kind']],
    [
      'two routers to choose from',
      `  - {name: r, kind: http.router}\n  - {name: q, kind: http.router, prefix: /q}\n${endpoint('e', 'func: f, path: /, method: GET')}`,
      ['router metadata is required'],
    ],
    ['an address without a port', '  - {name: s, kind: http.service, addr: localhost}\n', ['not an address']],
    ['a port above 65535', '  - {name: s, kind: http.service, addr: ":65536"}\n', ['not an address']],
    ['no address', '  - {name: s, kind: http.service}\n', ['address is required']],
    [
      'a negative timeout',
      '  - {name: s, kind: http.service, addr: ":1", timeouts: {read: -1s}}\n',
      ['timeouts.read must be non-negative'],
    ],
    [
      'a TLS mode that is none',
      '  - {name: s, kind: http.service, addr: ":1", tls: {mode: x}}\n',
      ['invalid tls.mode: x'],
    ],
    [
      'TLS without a key',
      '  - {name: s, kind: http.service, addr: ":1", tls: {cert: "-----BEGIN X"}}\n',
      ['tls.key is required'],
    ],
    [
      'two services at one address',
      '  - {name: s, kind: http.service, addr: "a:1"}\n  - {name: t, kind: http.service, addr: "A:1"}\n',
      ['address already used'],
    ],
    [
      'two routers of one prefix',
      '  - {name: r, kind: http.router, prefix: /a}\n  - {name: q, kind: http.router, prefix: /a/}\n',
      ['router prefix already exists'],
    ],
    [
      'two mounts of one path',
      `${FOLDER}  - {name: r, kind: http.static, fs: files, path: /a}\n  - {name: q, kind: http.static, fs: files, path: /a}\n`,
      ['mount path already exists'],
    ],
    [
      'a parameter of a path that is named as one of its prefix',
      `  - {name: r, kind: http.router, prefix: '/u/{id}'}\n${endpoint('e', 'func: f, path: "/x/{id}", method: GET')}`,
      ['path has two parameters named id'],
    ],
    [
      'an SPA without index',
      `${FOLDER}  - {name: r, kind: http.static, fs: files, path: /a, static_options: {spa: true}}\n`,
      ['index file must be specified for SPA mode'],
    ],
    [
      'middleware that is none',
      '  - {name: r, kind: http.router, middleware: [corse]}\n',
      ['failed to create middleware: middleware not found: corse'],
    ],
    [
      'middleware that is not built',
      '  - {name: r, kind: http.router, middleware: [token_auth], options: {token_auth.store: x}}\n',
      ['failed to create middleware: token_auth is documented but not built yet: it needs security.token_store'],
    ],
    [
      'a misspelt option',
      '  - {name: r, kind: http.router, middleware: [cors], options: {cors.allow.origin: "*"}}\n',
      ['options has no option "cors.allow.origin"'],
    ],
    [
      'an option of middleware that is not listed',
      '  - {name: r, kind: http.router, middleware: [cors], options: {ratelimit.burst: 1}}\n',
      ['option ratelimit.burst is of ratelimit, which middleware does not list'],
    ],
    [
      'an option out of range',
      '  - {name: r, kind: http.router, middleware: [ratelimit], options: {ratelimit.requests: 0}}\n',
      ['invalid option ratelimit.requests'],
    ],
    [
      'a token that no variable holds',
      '  - {name: r, kind: http.router, middleware: [bearer_auth], options: {bearer_auth.token: t}}\n',
      ['environment variable not found: ns:t'],
    ],
    [
      'auth without its option',
      '  - {name: r, kind: http.router, middleware: [bearer_auth]}\n',
      ['option bearer_auth.token is required'],
    ],
  ])('%s', async (_name, list, messages) => {
    const { problems } = expectFailure(await loadText(entries(FUNCTION + list)));
    const found = problems.map((problem) => problem.message);
    expect(found.map((text, index) => text.slice(0, messages[index]?.length))).toEqual(messages);
  });

  test('two patterns that match the same paths, naming both places', async () => {
    const list = `${FUNCTION}${endpoint('a', 'func: f, path: "/x/{id}", method: GET')}${endpoint('b', 'func: f, path: "/x/:name", method: GET')}`;
    await expectProblems(loadText(entries(list)), [
      '5:51-61 route-conflict ns:b: route pattern conflicts detected: GET /x/:name of ns:b (t.yaml:5:12) and GET /x/{id} of ns:a (t.yaml:4:12) match the same paths',
    ]);
  });

  test('static files and an endpoint that cannot be told apart', async () => {
    const list = `${FUNCTION}${FOLDER}  - {name: s, kind: http.static, fs: files, path: /a}\n${endpoint('e', 'func: f, path: "/{x}/b", method: GET')}`;
    const { problems } = expectFailure(await loadText(entries(list)));
    expect(brief(problems)).toEqual([expect.stringContaining('route-conflict')]);
  });

  test.each([
    ['that it is under by name', ', meta: {router: api}'],
    ['that would be the only one', ''],
  ])('nothing of what belongs to a router %s whose kind is misspelt', async (_, meta) => {
    const router = '  - {name: api, kind: http.routr, prefix: /api}\n';
    const inside = endpoint('a', `func: f, path: "/x/{id}", method: GET${meta}`);
    const other = endpoint('b', `func: f, path: "/x/:name", method: GET${meta.replace('api', 'web')}`);
    const web = meta === '' ? '' : '  - {name: web, kind: http.router}\n';
    const { problems } = expectFailure(await loadText(entries(FUNCTION + router + web + inside + other)));
    expect(problems.map(({ code }) => code)).toEqual(['unknown-kind']);
  });

  test('nothing of who refers to an entry whose kind is misspelt', async () => {
    const misspelt = '  - {name: g, kind: function.loa, source: "return {}", method: m}\n';
    const list = misspelt + endpoint('a', 'func: g, path: /x, method: GET');
    const { problems } = expectFailure(await loadText(entries(list)));
    expect(problems.map(({ code }) => code)).toEqual(['unknown-kind']);
  });

  test('nothing of patterns of which one is more specific, nor of other methods', async () => {
    const paths = ['/', '/{rest...}', '/x/{id}', '/x/y', '/x/', '/{a}/', '/x/{$}'];
    const list = paths.slice(1).map((path, index) => endpoint(`g${index}`, `func: f, path: "${path}", method: GET`));
    list.push(endpoint('h', 'func: f, path: "/x/{other}", method: HEAD'));
    expectRegistry(await loadText(entries(FUNCTION + list.join(''))));
  });
});

describe('comparePatterns()', () => {
  test.each([
    ['/a', '/a', 'equal'],
    ['/{x}', '/:y', 'equal'],
    ['/', '/{r...}', 'equal'],
    ['/a', '/b', 'disjoint'],
    ['/a', '/a/', 'disjoint'],
    ['/a', '/a/{r...}', 'disjoint'],
    ['/a/{x}', '/a/{$}', 'disjoint'],
    ['/a', '/{x}', 'more specific'],
    ['/a/{$}', '/a/', 'more specific'],
    ['/a/b', '/', 'more specific'],
    ['/{x}/b', '/{x}/', 'more specific'],
    ['/%61', '/a', 'equal'],
    ['/a/{x}', '/{x}/b', 'overlapping'],
    ['/a/', '/{x}/b', 'overlapping'],
  ])('calls %s against %s %s', (a, b, relation) => {
    const left = parsePattern('', a);
    const right = parsePattern('', b);
    const mirrored = { 'more specific': 'less specific' }[relation] ?? relation;
    expect([comparePatterns(left, right), comparePatterns(right, left)]).toEqual([relation, mirrored]);
  });
});
