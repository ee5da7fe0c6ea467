/** What Node prints of an error of the built package that nobody catches. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const dist =
  process.env.MOONWIT_DIST === undefined
    ? new URL('../../dist/', import.meta.url).href
    : new URL(`file://${process.env.MOONWIT_DIST}/`).href;

function printedBy(code: string): string {
  const program = `import { createHost, HostError } from '${dist}index.js';\n${code}`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).stderr;
}

test.each([
  ['of a call', "const host = await createHost({}); await host.call('x:y', []);"],
  ['of createHost', 'await createHost({ registry: 7 });'],
])('an uncaught HostError %s is its name and message, without the code of a chunk', (_whose, code) => {
  const printed = printedBy(code);
  expect(printed.length).toBeLessThan(4000);
  expect(printed).toMatch(/^HostError: /m);
  for (const line of printed.split('\n')) expect(line.length).toBeLessThan(400);
});
