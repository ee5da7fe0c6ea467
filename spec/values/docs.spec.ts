/** The blocks of docs/values.md and docs/errors.md run, and print what stands below them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { folderOf } from '../bad-input/helpers.js';
import { REGISTRY } from './caller.js';

const DOCS = join(import.meta.dirname, '../../docs');

interface Example {
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly prints: string;
}

/** A block of code with the `text` block after it. */
function examplesOf(text: string): Example[] {
  return [...text.matchAll(/^```(lua|js)\n([\s\S]*?)^```\n\n^```text\n([\s\S]*?)^```$/gm)].map((match) => ({
    line: text.slice(0, match.index).split('\n').length,
    language: match[1]!,
    code: match[2]!,
    prints: match[3]!,
  }));
}

async function run({ language, code }: Example): Promise<string> {
  const lines: string[] = [];
  await using host = await createHost({
    registry: REGISTRY,
    print: (line) => lines.push(Buffer.from(line).toString()),
  });
  if (language === 'lua') {
    await host.run(join(folderOf({ 'example.lua': code }), 'example.lua'));
  } else {
    const log = (...values: unknown[]) =>
      lines.push(values.map((each) => (typeof each === 'string' ? each : inspect(each))).join(' '));
    await new AsyncFunction('host', 'console', code)(host, { log });
  }
  return `${lines.join('\n')}\n`;
}

const AsyncFunction = (async () => {}).constructor as new (
  ...source: string[]
) => (host: unknown, console: unknown) => Promise<void>;

describe.each([
  ['values.md', 12],
  ['errors.md', 4],
])('docs/%s', (name, count) => {
  const text = readFileSync(join(DOCS, name), 'utf8');
  const examples = examplesOf(text);

  test(`has ${count} examples, and no code without what it prints`, () => {
    expect(examples).toHaveLength(count);
    expect([...text.matchAll(/^```(lua|js)$/gm)]).toHaveLength(count);
  });

  test.each(examples)('the example in line $line prints what stands below it', async (example) => {
    expect(await run(example)).toBe(example.prints);
  });
});

/** The fixed parts of a message with placeholders: `ID called` and `, which its entry does not grant: add`. */
function fixedParts(message: string): string[] {
  return message
    .split(/[A-Z]{2,}|…|\d+|["']|expected |,? got /)
    .map((part) => part.trim())
    .filter((part) => part.length >= 8);
}

describe('the catalogue of docs/errors.md', () => {
  const sources = readdirSync(join(DOCS, '../src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(DOCS, '../src', file), 'utf8'))
    .join('\n');
  const catalogue = readFileSync(join(DOCS, 'errors.md'), 'utf8').split('## Catalogue')[1]!;
  const rows = [...catalogue.matchAll(/^\| (`.*?) \|/gm)].map((match) => match[1]!);
  const messages = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map((match) => match[1]!));

  test('has rows', () => {
    expect(messages.length).toBeGreaterThan(25);
  });

  test.each(messages)('%j is a message of the program', (message) => {
    for (const part of fixedParts(message)) expect(sources).toContain(part);
  });
});
