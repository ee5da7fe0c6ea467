/** Each folder of examples/ prints what its expected.txt holds. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../host/guests.js';
import { programFolder, shell } from './markdown.js';

const COMMANDS: Readonly<Record<string, string>> = {
  pipeline: 'node dist/cli.js run examples/pipeline/pipeline.lua',
  wat: 'moonwit run examples/wat/wat.lua',
  wasi: 'moonwit run examples/wasi/wasi.lua',
  embed:
    'node_modules/.bin/esbuild examples/embed/embed.ts --log-level=warning --target=node20 --outfile=.cache/examples/embed.mjs && node .cache/examples/embed.mjs',
};

const programs = programFolder();

/** A service has a page instead of an output: http.spec.ts. */
const printing = readdirSync(join(ROOT, 'examples')).filter((name) => name !== 'http');

test.each(printing)('examples/%s prints its expected.txt', (name) => {
  const command = COMMANDS[name];
  expect(command, 'a command for this example').toBeDefined();
  expect(shell(command!, ROOT, programs)).toBe(readFileSync(join(ROOT, 'examples', name, 'expected.txt'), 'utf8'));
});

test('npm start is the pipeline', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts.start).toBe(COMMANDS.pipeline);
});

test('README names every example', () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  for (const name of readdirSync(join(ROOT, 'examples'))) expect(readme).toContain(`(examples/${name})`);
});
