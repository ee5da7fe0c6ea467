/** Prints the table of figures; `--json FILE` writes them as data, `--only PATTERN` picks rows by ID. */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type Measured, measure, type Row } from './measure.js';
import { asyncRows } from './rows-async.js';
import { engineRows } from './rows-engine.js';
import { instrumentRows } from './rows-instrument.js';
import { luaRows } from './rows-lua.js';
import { processRows } from './rows-process.js';
import { threadRows } from './rows-threads.js';
import { wasiRows } from './rows-wasi.js';
import { loadOthers } from './world.js';

const OTHERS = 500;
const SEED = 20_24;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    json: { type: 'string' },
    others: { type: 'string', default: String(OTHERS) },
    help: { type: 'boolean' },
  },
});

if (values.help === true) {
  console.log(`npm run bench [-- --only PATTERN] [-- --json FILE] [-- --others N]

Measures what moonwit costs against what a user would pick instead, in turn, in one process.
  --only PATTERN  rows whose ID matches this regular expression
  --json FILE     also write {"rows": [...]} to FILE
  --others N      functions of other types loaded and warmed beside (default ${OTHERS})`);
  process.exit(0);
}

const pattern = new RegExp(values.only ?? '');
const all: readonly Row[] = [
  ...engineRows,
  ...luaRows,
  ...asyncRows,
  ...instrumentRows,
  ...threadRows,
  ...wasiRows,
  ...processRows,
];
const rows = all.filter((row) => pattern.test(row.id));
if (rows.length === 0) {
  console.error(`no row matches ${values.only}; there are: ${all.map((row) => row.id).join(', ')}`);
  process.exit(2);
}

const cpu = cpus()[0]?.model.trim() ?? 'unknown CPU';
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, ${cpu}; ${values.others} other functions, seed ${SEED}`,
);
await loadOthers(Number(values.others), SEED);

const show = (value: number | null): string => {
  if (value === null) return '';
  return value >= 100 ? value.toFixed(0) : value >= 1 ? value.toFixed(2) : value.toFixed(4);
};
const columns = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 || i === 8 ? cell.padEnd(24) : cell.padStart(10))).join('');

console.log(columns(['id', 'median', 'p99', 'mean', 'theirs', 'ratio', 'target', 'holds', '  against']));
const measured: Measured[] = [];
for (const row of rows) {
  const each = await measure(row);
  measured.push(each);
  const held = each.holds === null ? '' : each.holds ? 'yes' : 'NO';
  const numbers = [each.median, each.p99, each.mean, each.theirs, each.ratio, each.target].map(show);
  console.log(columns([each.id, ...numbers, held, `  ${each.against ?? ''} [${each.unit}]`]));
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows: measured }, null, 2)}\n`);
process.exit(0); // guests and VMs hold nothing that must be closed here
