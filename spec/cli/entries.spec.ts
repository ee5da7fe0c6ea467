/** What the commands that look show of entries that are no functions, and that they show no secret. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli } from './run-cli.js';

const SECRET = 'hunter2-correct-horse';

const YAML = `namespace: app
entries:
  - {name: hello, kind: function.lua, source: "return function() return 1 end", method: hello}
  - {name: os, kind: env.storage.os}
  - {name: fixed, kind: env.storage.static, values: {TOKEN: ${SECRET}, "KEY": "${SECRET}"}}
  - {name: file, kind: env.storage.file, file_path: ../.env}
  - {name: any, kind: env.storage.router, storages: [file, fixed]}
  - {name: token, kind: env.variable, storage: any, variable: TOKEN, default: ${SECRET}, meta: {comment: lets in}}
  - {name: data, kind: fs.directory, directory: .}
  - {name: web, kind: http.service, addr: ":8080"}
  - name: api
    kind: http.router
    prefix: /api
    middleware: [bearer_auth, cors]
    options: {bearer_auth.token: token}
  - {name: get_hello, kind: http.endpoint, method: GET, path: "/hello/{name}", func: hello, timeout: 5s}
  - {name: site, kind: http.static, path: /, fs: data, static_options: {index: index.html}}
`;

function folderWith(yaml: string): { readonly cwd: string } {
  const cwd = mkdtempSync(join(tmpdir(), 'moonwit-entries-'));
  mkdirSync(join(cwd, 'registry'));
  writeFileSync(join(cwd, 'registry', 'app.yaml'), yaml);
  writeFileSync(join(cwd, '.env'), `TOKEN=${SECRET}\n`);
  return { cwd };
}

describe('moonwit show', () => {
  test.each<[string, string]>([
    [
      'token',
      'app:token  env.variable\n  lets in\n\nplace:   registry/app.yaml:8:12\nname:    TOKEN\nstorage: app:any\ndefault: given (values are not shown)\nset:     allowed\n',
    ],
    ['fixed', 'app:fixed  env.storage.static\n\nplace: registry/app.yaml:5:12\nnames: TOKEN, KEY\n'],
    [
      'any',
      'app:any  env.storage.router\n\nplace:    registry/app.yaml:7:12\nstorages: app:file, app:fixed; written to the first\n',
    ],
    [
      'get_hello',
      'app:get_hello  http.endpoint\n\nplace:   registry/app.yaml:16:12\nroute:   GET /api/hello/{name} → app:hello\nservice: app:web at :8080\nrouter:  app:api\ntimeout: 5000 ms\n',
    ],
    [
      'site',
      'app:site  http.static\n\nplace:      registry/app.yaml:17:12\nservice:    app:web at :8080\npath:       /\nfiles:      app:data\nindex:      index.html\nmiddleware: none\n',
    ],
  ])('app:%s says what it comes to', async (name, expected) => {
    const at = folderWith(YAML);
    const { code, out, err } = await cli(['show', `app:${name}`], at);
    expect({ code, out: out.replaceAll(`${at.cwd}/`, ''), err }).toEqual({ code: 0, out: expected, err: '' });
  });

  test.each<[string, string]>([
    ['{storage: os}', 'refused: app:os is an env.storage.os, which is read-only'],
    ['{storage: fixed}', 'refused: app:fixed is an env.storage.static, which is read-only'],
    ['{storage: first}', 'refused: app:os is an env.storage.os, which is read-only'],
    ['{storage: any}', 'allowed'],
    ['{storage: any, readonly: true}', 'refused: readonly'],
  ])('of a variable %s says whether it can be set', async (fields, expected) => {
    const first = '  - {name: first, kind: env.storage.router, storages: [os, file]}\n';
    const variable = `  - {name: v, kind: env.variable, ${fields.slice(1)}\n`;
    const { out } = await cli(['show', 'app:v'], folderWith(`${YAML}${first}${variable}`));
    expect(out).toContain(`\nset:     ${expected}\n`);
  });

  test('of a service lists its routers and what is behind them', async () => {
    const { out } = await cli(['show', 'app:web'], folderWith(YAML));
    expect(out).toMatch(/^router: +app:api, prefix \/api\nmiddleware: bearer_auth, cors\n/m);
    expect(out).toMatch(/^endpoint: +GET \/api\/hello\/\{name\} → app:hello\nstatic: +\/ from app:data\n/m);
  });
});

test('moonwit list has functions, and with --all every entry', async () => {
  const at = folderWith(YAML);
  expect((await cli(['list'], at)).out).toBe('app:hello  function.lua\n');
  const { out } = await cli(['list', '--all'], at);
  expect(
    out
      .replaceAll(`${at.cwd}/`, '')
      .split('\n')
      .map((line) => line.replace(/ {2,}/g, ' | ')),
  ).toEqual([
    'app:hello | function.lua',
    'app:os | env.storage.os',
    'app:fixed | env.storage.static | TOKEN, KEY',
    'app:file | env.storage.file | .env',
    'app:any | env.storage.router | app:file, app:fixed',
    'app:token | env.variable | TOKEN in app:any',
    'app:data | fs.directory | registry',
    'app:web | http.service | :8080',
    'app:api | http.router | /api',
    'app:get_hello | http.endpoint | GET /api/hello/{name} → app:hello',
    'app:site | http.static | / from app:data',
    '',
  ]);
});

test('moonwit check counts what there is', async () => {
  const { out } = await cli(['check'], folderWith(YAML));
  expect(out).toMatch(/1 function, 1 variable, 1 endpoint, 1 mount of static files, no problems\n$/);
});

describe('no command prints a value of the environment:', () => {
  const IDS = ['os', 'fixed', 'file', 'any', 'token', 'data', 'web', 'api', 'get_hello', 'site', 'hello', 'nothing'];
  const COMMANDS = [['list'], ['list', '--all'], ['check'], ...IDS.map((name) => ['show', `app:${name}`])];
  test.each(COMMANDS.flatMap((command) => [[command], [[...command, '--json']]]))('%j', async (command) => {
    for (const yaml of [
      YAML,
      `${YAML}  - {name: bad, kind: nope}\n  - {name: fixed, kind: env.storage.static, values: [${SECRET}]}\n`,
    ]) {
      const { out, err } = await cli(command, folderWith(yaml));
      expect(out + err).not.toBe('');
      expect(out + err).not.toContain(SECRET);
    }
  });
});
