import { describe, expect, test } from 'vitest';
import { GUESTS, guestEntry } from '../host/guests.js';
import { endpoint, raw, serve } from './serving.js';

const ECHO = [
  { name: 'guests', kind: 'fs.directory', directory: GUESTS },
  guestEntry('echo', 'http-echo', 'wasi:http/incoming-handler#handle', {
    transport: 'wasi-http',
    imports: ['wasi:io', 'wasi:clocks', 'wasi:cli', 'wasi:http', 'wasi:random'],
    pool: { type: 'inline' },
  }),
  ...['GET', 'POST', 'PUT', 'HEAD'].map((method) => endpoint(method, '/{rest...}', 'echo')),
];

describe('a wasi:http/proxy component', () => {
  test('answers', async () => {
    await using served = await serve(ECHO);
    const response = await fetch(`${served.url}/hello`);
    expect(await response.text()).toBe('Hello, world!');
    expect(response.status).toBe(200);
  });
});
