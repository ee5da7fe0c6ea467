/**
 * `npm run conformance -- DIR… [--host MODULE] [--json] [--texts]`: runs folders of JSON that `wasm-tools json-from-wast` made.
 * Exit code 1 when a command fails.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Hosts } from './engine.js';
import type { Suite } from './format.js';
import { type Result, runSuite } from './runner.js';

const SHOWN_FAILURES = 20;

const USAGE = `npm run conformance -- DIR… [--host MODULE] [--json] [--texts]

Runs folders of JSON and binaries that \`wasm-tools json-from-wast FILE -o OUT.json --wasm-dir DIR\` made.
  --host MODULE  a JavaScript module whose default export maps import names to what the host supplies for them
  --json         every command's outcome as JSON
  --texts        beside each expected text of a trap or refusal, ours`;

function fail(message: string): never {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(2);
}

interface FileReport {
  readonly file: string;
  readonly results: readonly Result[];
}

async function jsonFiles(path: string): Promise<string[]> {
  if (path.endsWith('.json')) return [path];
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() !== true) fail(`${path}: expected a folder of JSON files, or one such file`);
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name));
}

async function parseText(bytes: Uint8Array): Promise<Uint8Array> {
  const { parse } = await import('@bytecodealliance/jco');
  return parse(new TextDecoder().decode(bytes));
}

async function runFile(file: string, hosts: Hosts): Promise<readonly Result[]> {
  const suite = JSON.parse(await readFile(file, 'utf8')) as Suite;
  const readBinary = async (name: string) => new Uint8Array(await readFile(join(dirname(file), name)));
  return runSuite(suite, { readBinary, parseText, hosts });
}

function count(results: readonly Result[], kind: Result['outcome']['kind']): number {
  return results.filter(({ outcome }) => outcome.kind === kind).length;
}

function countFeatures(results: readonly Result[]): Map<string, number> {
  const features = new Map<string, number>();
  for (const { outcome } of results) {
    if (outcome.kind === 'skipped') features.set(outcome.feature, (features.get(outcome.feature) ?? 0) + 1);
  }
  return features;
}

function counts(results: readonly Result[]): string {
  const [passed, failed, skipped] = [count(results, 'passed'), count(results, 'failed'), count(results, 'skipped')];
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function reasons(results: readonly Result[]): string {
  return [...countFeatures(results)].map(([feature, times]) => `${feature} ${times}`).join(', ');
}

function summary(results: readonly Result[]): string {
  const features = reasons(results);
  return features === '' ? counts(results) : `${counts(results)} (${features})`;
}

function printReports(reports: readonly FileReport[], withTexts: boolean): void {
  for (const { file, results } of reports) console.log(`${file}: ${summary(results)}`);
  const all = reports.flatMap(({ file, results }) => results.map((result) => ({ file, ...result })));
  const failures = all.filter(({ outcome }) => outcome.kind === 'failed');
  if (failures.length > 0) console.log('');
  for (const { file, line, command, outcome } of failures.slice(0, SHOWN_FAILURES)) {
    console.log(`${file}:${line}: ${command}: ${outcome.kind === 'failed' ? outcome.message : ''}`);
  }
  if (failures.length > SHOWN_FAILURES) console.log(`… and ${failures.length - SHOWN_FAILURES} more`);
  if (withTexts) {
    for (const { file, line, text, outcome } of all) {
      if (outcome.kind === 'passed' && outcome.message !== null)
        console.log(`${file}:${line}\n  suite: ${text}\n  ours:  ${outcome.message}`);
    }
  }
  const features = reasons(all);
  if (features !== '') console.log(`\nskipped for: ${features}`);
  console.log(counts(all));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    host: { type: 'string' },
    json: { type: 'boolean' },
    texts: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (positionals.length === 0) fail('no folder given');
const hosts: Hosts = values.host === undefined ? {} : (await import(pathToFileURL(resolve(values.host)).href)).default;
const reports: FileReport[] = [];
for (const folder of positionals) {
  for (const file of await jsonFiles(folder)) {
    const results = await runFile(file, hosts);
    reports.push({ file: relative(process.cwd(), file), results });
  }
}
if (values.json) console.log(JSON.stringify(reports, null, 1));
else printReports(reports, values.texts ?? false);
process.exitCode = reports.some(({ results }) => count(results, 'failed') > 0) ? 1 : 0;
