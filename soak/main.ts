/** Runs the mixture for minutes and says what it has left behind. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { soak } from './mixture.js';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, threads: { type: 'string', default: '2' } },
});
const { createHost } = (await import(pathToFileURL(join('dist', 'index.js')).href)) as typeof import('../src/index.js');
const report = await soak(createHost, {
  ms: Number(values.minutes) * 60_000,
  rounds: 1,
  threads: Number(values.threads),
  tasks: 16,
});
console.log(JSON.stringify(report, null, 2));
process.exitCode = report.wrong.length === 0 ? 0 : 1;
