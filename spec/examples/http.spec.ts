/** examples/http in a real browser: Debian's chromium, driven by playwright-core. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../host/guests.js';

const BROWSER = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const cli = join(ROOT, 'dist', 'cli.js');
const folder = join(ROOT, 'examples', 'http');

let server: ChildProcess;
let url = '';

beforeAll(async () => {
  server = spawn(process.execPath, [cli, 'serve', '--port', '0', '--no-access-log'], { cwd: folder });
  let out = '';
  await new Promise<void>((resolve, reject) => {
    server.stdout!.on('data', (text) => {
      out += text;
      const found = /(http:\S+)\/api\/party/.exec(out);
      if (found === null) return;
      url = found[1]!;
      resolve();
    });
    server.on('close', (code) => reject(new Error(`moonwit serve ended with ${code}: ${out}`)));
  });
});

afterAll(async () => {
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('close', resolve));
});

describe('examples/http', () => {
  test('answers by wat, component and Lua', async () => {
    expect(await (await fetch(`${url}/api/multiply?a=6&b=7`)).text()).toBe('42');
    expect(await (await fetch(`${url}/api/greet`, { method: 'POST', body: 'Wippy' })).text()).toBe('Hello, Wippy!');
    const party = (body: string) => fetch(`${url}/api/party`, { method: 'POST', body });
    expect(await (await party('{"guests":["Ada","Grace"]}')).json()).toEqual({
      count: 2,
      greetings: ['Hello, Ada!', 'Hello, Grace!'],
    });
    const wrong = await party('{}');
    expect([wrong.status, await wrong.json()]).toEqual([
      400,
      { error: 'expected {guests = [names]}', kind: 'Invalid' },
    ]);
    expect((await fetch(`${url}/`)).headers.get('content-type')).toBe('text/html; charset=utf-8');
  });

  test('has an OpenAPI document', () => {
    const text = execFileSync(process.execPath, [cli, 'openapi'], { cwd: folder, encoding: 'utf8' });
    const { paths } = JSON.parse(text) as { paths: object };
    expect(Object.keys(paths)).toEqual(['/api/greet', '/api/multiply', '/api/party']);
  });

  test.skipIf(BROWSER === undefined)(
    BROWSER === undefined
      ? 'works in a browser: SKIPPED, there is no chromium here: apt-get install chromium'
      : 'works in a browser: the page greets by a component and by Lua',
    async () => {
      const browser = await chromium.launch({ executablePath: BROWSER!, args: ['--no-sandbox'] });
      try {
        const page = await browser.newPage();
        const failures: string[] = [];
        page.on('pageerror', (error) => failures.push(error.message));
        await page.goto(url);
        await page.waitForFunction("document.getElementById('product').textContent === '42'");
        await page.fill('#names', 'Ada, Linus');
        await page.click('button');
        await page.waitForFunction("document.querySelectorAll('#party li').length === 2");
        expect(await page.textContent('#greeting')).toBe('Hello, Ada!');
        expect(await page.locator('#party li').allTextContents()).toEqual(['Hello, Ada!', 'Hello, Linus!']);
        expect(failures).toEqual([]);
      } finally {
        await browser.close();
      }
    },
    120_000,
  );
});
