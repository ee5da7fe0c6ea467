/** What `moonwit serve` is measured with: a registry as a person would write it. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { guestPath } from '../guests.js';

const FOLDER = '.cache/bench/http/registry';

const POOLED = { type: 'lazy', max_size: 8 };
const IMPORTS = ['wasi:io', 'wasi:clocks', 'wasi:cli', 'wasi:http', 'wasi:random'];

/** @returns its folder */
export function writeRegistry(): string {
  mkdirSync(FOLDER, { recursive: true });
  // JSON is YAML, too.
  writeFileSync(join(FOLDER, '_index.yaml'), JSON.stringify({ version: '1.0', namespace: 'b', entries: entries() }));
  return FOLDER;
}

function entries(): object[] {
  return [
    { name: 'web', kind: 'http.service', addr: '127.0.0.1:0', access_log: false },
    { name: 'guests', kind: 'fs.directory', directory: join(process.cwd(), 'guests', 'dist') },
    wat('answer', '(module (func (export "answer") (result i32) i32.const 42))'),
    wat('trap', '(module (func (export "trap") (result i32) unreachable))'),
    wat('loop', '(module (func (export "loop") (result i32) (loop $l (br $l)) unreachable))', {
      limits: { max_execution_ms: 20 },
    }),
    guest('greet', 'greet', 'greet', POOLED),
    guest('greet_inline', 'greet', 'greet', { type: 'inline' }),
    guest('hello', 'http-echo', 'wasi:http/incoming-handler#handle', { type: 'inline' }, { imports: IMPORTS }),
    route('GET', '/answer', 'answer'),
    route('GET', '/trap', 'trap'),
    route('GET', '/loop', 'loop'),
    route('POST', '/greet', 'greet'),
    route('POST', '/greet-inline', 'greet_inline'),
    route('GET', '/hello', 'hello'),
  ];
}

function guest(name: string, file: string, method: string, pool: object, more: object = {}): object {
  const hash = createHash('sha256')
    .update(readFileSync(guestPath(file)))
    .digest('hex');
  const where = { fs: 'b:guests', path: `/${file}.wasm`, hash: `sha256:${hash}` };
  return { name, kind: 'function.wasm', ...where, method, transport: 'wasi-http', pool, ...more };
}

function wat(name: string, source: string, more: object = {}): object {
  const wit = `${name}: func() -> s32;`;
  return { name, kind: 'function.wat', source, wit, method: name, transport: 'wasi-http', pool: POOLED, ...more };
}

function route(method: string, path: string, func: string): object {
  return { name: `e_${func}`, kind: 'http.endpoint', method, path, func };
}
