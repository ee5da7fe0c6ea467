import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { request as securely } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { certificate } from './certificates.js';

const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

const yaml = (answer: number, more = '') => `version: "1.0"
namespace: app
entries:
- name: answer
  kind: function.wat
  source: '(module (func (export "answer") (result i32) i32.const ${answer}))'
  wit: "answer: func() -> s32;"
  method: answer
  transport: wasi-http
- name: answer_endpoint
  kind: http.endpoint
  method: GET
  path: /answer
  func: answer
- name: slow
  kind: function.lua
  modules: [http, time]
  source: 'return function() time.sleep("100ms") http.response():write("slow ${answer}") end'
  method: slow
- name: slow_endpoint
  kind: http.endpoint
  method: GET
  path: /slow
  func: slow
${more}`;

interface Program extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  readonly ended: Promise<number | null>;
  until(holds: () => boolean): Promise<void>;
}

async function program(...args: readonly string[]): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-serve-'));
  mkdirSync(join(folder, 'registry'));
  writeFileSync(join(folder, 'registry/_index.yaml'), yaml(42));
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0', ...args], {
    cwd: folder,
    env: { ...process.env, MOONWIT_CACHE: 'off' },
  });
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  const woken = () => {
    for (const each of waiting) each();
  };
  child.stdout.on('data', (text) => {
    out += text;
    woken();
  });
  child.stderr.on('data', (text) => {
    err += text;
    woken();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
  const until = (holds: () => boolean) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!holds()) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      ended.then((code) => reject(new Error(`ended with ${code}: ${out}\n${err}`)), reject);
      look();
    });
  await until(() => /\/slow .*\n/.test(out));
  return {
    url: /(http:\S+)\/answer/.exec(out)![1]!,
    folder,
    child,
    out: () => out,
    err: () => err,
    ended,
    until,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

interface Asked {
  answered: number;
  lost: number;
}

/** A client that asks so long after the signal (because its machine is busy) finds its connection closed: it was idle. */
const LATE_MS = 100;

/** Asks on a connection of its own, one request after another, until the server takes no more, or it is late. */
async function keepAsking(url: string, answeredOne: () => void, isLate: () => boolean): Promise<Asked> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const result: Asked = { answered: 0, lost: 0 };
  for (;;) {
    const outcome = await new Promise<'answered' | 'last' | 'refused' | 'lost'>((resolve) => {
      const call = request(url, { agent }, (response) => {
        let text = '';
        response.on('data', (piece) => {
          text += piece;
        });
        response.on('end', () => {
          if (response.statusCode !== 200 || !text.startsWith('slow')) resolve('lost');
          else resolve(response.headers.connection === 'close' ? 'last' : 'answered');
        });
        response.on('error', () => resolve('lost'));
      });
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'lost'));
      call.end();
    });
    if (outcome === 'answered' || outcome === 'last') {
      result.answered++;
      if (result.answered === 1) answeredOne();
    }
    if (outcome === 'lost') result.lost++;
    if (outcome !== 'answered' || isLate()) {
      agent.destroy();
      return result;
    }
  }
}

describe('moonwit serve', () => {
  test('prints a line for each endpoint, answers, and ends with 0 at SIGTERM', async () => {
    await using served = await program('--admin', '127.0.0.1:0');
    expect(served.out()).toMatch(
      /^GET {5}http:\/\/127\.0\.0\.1:\d+\/answer +app:answer\nGET {5}http:\S+\/slow +app:slow\n/,
    );
    expect(await (await fetch(`${served.url}/answer`)).text()).toBe('42');
    await served.until(() => served.out().includes('admin'));
    const admin = /(http:\S+)\/healthz/.exec(served.out())![1]!;
    expect((await fetch(`${admin}/readyz`)).status).toBe(200);
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
    expect(served.err()).toContain('"path":"/answer"');
  });

  test('what it logs is a JSON object a line, down to the level that is asked for', async () => {
    const talks = `
- {name: talks, kind: function.lua, modules: [http, logger], source: "file://talks.lua", method: talks}
- {name: talks_endpoint, kind: http.endpoint, method: GET, path: /talks, func: talks}
`;
    const source = `return function()
      print("printed") logger:debug("debugged") logger:info("informed")
      error(errors.new("Invalid", "refused"))
    end`;
    const logged = async (...args: readonly string[]) => {
      await using served = await program('--watch', '--threads', '2', ...args);
      const index = join(served.folder, 'registry/_index.yaml');
      writeFileSync(join(served.folder, 'registry/talks.lua'), source);
      writeFileSync(index, `${yaml(42)}${talks}`);
      await served.until(() => served.out().includes('/talks '));
      expect((await fetch(`${served.url}/talks`)).status).toBe(400);
      writeFileSync(index, `${yaml(44)}- name: broken\n  kind: function.nope\n`);
      await served.until(() => served.err().includes('function.nope'));
      served.child.kill('SIGTERM');
      expect(await served.ended).toBe(0);
      return served
        .err()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    };
    const lines = await logged();
    const BROKEN = 'the registry is broken: what was loaded before goes on serving';
    const STOPPING = 'stopping: requests that came are being answered';
    const files = [expect.stringMatching(/^registry.(?:_index\.yaml|talks\.lua)$/)];
    for (const line of [
      { level: 'info', logger: 'serve', msg: 'loaded anew', files: expect.arrayContaining(files) },
      {
        level: 'error',
        msg: BROKEN,
        problems: [expect.objectContaining({ entry: 'app:broken', line: expect.any(Number) })],
      },
      { level: 'info', logger: 'print', msg: 'printed' },
      { level: 'info', msg: 'informed' },
      { level: 'info', logger: 'http', msg: 'request', path: '/talks', status: 400 },
      { level: 'info', logger: 'serve', msg: STOPPING },
    ]) {
      expect(lines).toContainEqual(expect.objectContaining({ time: expect.stringMatching(/^\d{4}-.*Z$/), ...line }));
    }
    expect(lines.some(({ level }) => level === 'debug')).toBe(false);
    const all = await logged('--log-level', 'debug');
    for (const msg of ['debugged', 'refused'])
      expect(all).toContainEqual(expect.objectContaining({ level: 'debug', msg }));
    const few = await logged('--log-level', 'error');
    // A file that is written is empty for a moment: that may be told, too.
    expect(new Set(few.map(({ level, msg }) => `${level}: ${msg}`))).toEqual(new Set([`error: ${BROKEN}`]));
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s under load loses no request', async (signal) => {
    await using served = await program('--no-access-log');
    let signalledMs = Number.POSITIVE_INFINITY;
    const isLate = () => performance.now() > signalledMs + LATE_MS;
    const clients: Promise<Asked>[] = [];
    const begun = Array.from(
      { length: 24 },
      () => new Promise<void>((resolve) => clients.push(keepAsking(`${served.url}/slow`, resolve, isLate))),
    );
    // Whoever has had an answer has a connection, and asks on it.
    await Promise.all(begun);
    signalledMs = performance.now();
    served.child.kill(signal);
    const results = await Promise.all(clients);
    expect(results.map((each) => each.lost)).toEqual(Array(24).fill(0));
    expect(await served.ended).toBe(0);
  });

  test('--watch loads what changed while requests go on, and keeps serving what was when it is broken', async () => {
    await using served = await program('--watch', '--no-access-log');
    const index = join(served.folder, 'registry/_index.yaml');
    const text = async (path: string) => (await fetch(served.url + path)).text();
    const before = text('/slow');
    // How often it loads is not said: a file that is written is empty for a moment.
    writeFileSync(index, yaml(43));
    await expect.poll(() => text('/answer'), { timeout: 60_000 }).toBe('43');
    expect(await before).toMatch(/^slow 4[23]$/);
    writeFileSync(index, `${yaml(44)}- name: broken\n  kind: function.nope\n`);
    await served.until(() => /function\.nope[\s\S]*what was loaded before goes on serving/.test(served.err()));
    expect(await text('/answer')).toBe('43');
    writeFileSync(
      index,
      yaml(45, '- name: more\n  kind: http.endpoint\n  method: GET\n  path: /more\n  func: answer\n'),
    );
    await expect.poll(() => text('/more'), { timeout: 60_000 }).toBe('45');
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  });

  test('--watch sees texts whatever they are called, and certificates wherever they lie', async () => {
    const authority = certificate('authority', null);
    await using served = await program('--watch', '--no-access-log');
    const file = (path: string) => join(served.folder, path);
    const loads = () => served.err().split('loaded anew').length - 1;
    const certify = (name: string) => {
      const { cert, key } = certificate(name, authority);
      writeFileSync(file('both.bundle'), cert + key);
    };
    const text = (said: string) => `return function() require("http").response():write("${said}") end`;
    certify('first.test');
    writeFileSync(file('registry/said.handler'), text('first'));
    const entries = `- {name: web, kind: http.service, addr: "127.0.0.1:0", tls: {cert: ../both.bundle, key: ../both.bundle}}
- {name: said, kind: function.lua, modules: [http], source: "file://said.handler", method: said}
- {name: said_endpoint, kind: http.endpoint, method: GET, path: /said, func: said}
`;
    writeFileSync(file('registry/_index.yaml'), yaml(42, entries));
    const printed = () => /https:\/\/127\.0\.0\.1:(\d+)\/said/.exec(served.out());
    await served.until(() => loads() > 0 && printed() !== null);
    const port = Number(printed()?.[1]);
    const ask = () =>
      new Promise<string>((resolve, reject) => {
        const call = securely({
          port,
          path: '/said',
          ca: authority.cert,
          agent: false,
          checkServerIdentity: () => undefined,
        });
        call.on('response', (response) => {
          const { subject } = (response.socket as TLSSocket).getPeerCertificate();
          response.on('data', (piece) => resolve(`${subject.CN}: ${piece}`));
        });
        call.on('error', reject);
        call.end();
      });
    expect(await ask()).toBe('first.test: first');
    writeFileSync(file('registry/said.handler'), text('second'));
    await expect.poll(ask, { timeout: 60_000 }).toBe('first.test: second');
    certify('second.test');
    await expect.poll(ask, { timeout: 60_000 }).toBe('second.test: second');
  });

  test('--watch keeps what lies in memory, and the counters of limits that stay', async () => {
    const more = (text: string) => `- {name: memory, kind: env.storage.memory}
- {name: value, kind: env.variable, storage: memory, variable: VALUE}
- {name: api, kind: http.router, prefix: /api, middleware: [ratelimit], options: {ratelimit.requests: 2, ratelimit.burst: 0, ratelimit.window: 1h}}
- name: value_of
  kind: function.lua
  modules: [http, env]
  source: |
    return function()
      local http, env = require("http"), require("env")
      local set = http.request():query("set")
      if set then env.set("VALUE", set) end
      http.response():write("${text} " .. env.get("VALUE"))
    end
  method: value_of
- {name: value_endpoint, kind: http.endpoint, method: GET, path: /value, func: value_of, meta: {router: api}}
- {name: version, kind: http.endpoint, method: GET, path: /${text}, func: value_of, meta: {router: api}}
`;
    const pinned = (text: string) =>
      yaml(42, more(text)).replaceAll('func: answer\n', 'func: answer\n  meta: {router: api}\n');
    await using served = await program('--watch', '--no-access-log');
    const index = join(served.folder, 'registry/_index.yaml');
    const ask = async (path: string) => {
      const response = await fetch(new URL(`/api${path}`, served.url));
      return response.status === 200 ? response.text() : response.status;
    };
    writeFileSync(index, pinned('first'));
    await served.until(() => served.out().includes('/api/first '));
    expect(await ask('/value?set=kept')).toBe('first kept');
    writeFileSync(index, pinned('second'));
    await served.until(() => served.out().includes('/api/second '));
    expect([await ask('/value'), await ask('/value')]).toEqual(['second kept', 429]);
    served.child.kill('SIGTERM');
    expect(await served.ended).toBe(0);
  });

  test('says what is wrong with its options, and with a registry that has no endpoints', async () => {
    const run = (args: readonly string[], cwd: string) =>
      new Promise<{ code: number | null; err: string }>((resolve) => {
        const child = spawn(process.execPath, [CLI, 'serve', ...args], {
          cwd,
          env: { ...process.env, MOONWIT_CACHE: 'off' },
        });
        let err = '';
        child.stderr.on('data', (text) => {
          err += text;
        });
        child.on('close', (code) => resolve({ code, err }));
      });
    const folder = mkdtempSync(join(tmpdir(), 'moonwit-serve-'));
    mkdirSync(join(folder, 'registry'));
    writeFileSync(join(folder, 'registry/_index.yaml'), 'namespace: app\nversion: "1.0"\nentries: []\n');
    expect(await run(['--port', 'x'], folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--port x: expected a whole number from 0 to 65535'),
    });
    expect(await run(['--log-level', 'warning'], folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--log-level warning: expected one of debug, info, warn, error'),
    });
    expect(await run(['--admin', 'here'], folder)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--admin here: expected host:port, such as 127.0.0.1:9090'),
    });
    expect(await run([], folder)).toMatchObject({
      code: 1,
      err: expect.stringContaining('nothing to serve: the registry has no http.endpoint'),
    });
    rmSync(folder, { recursive: true });
  });
});
