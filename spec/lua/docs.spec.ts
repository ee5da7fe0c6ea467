/** Runs the examples of the pages about Lua: what a `text` block says must be what the `lua` block before it prints. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import type { Value, ValueMap } from '../../src/values.js';
import { docsIo } from './environment.js';
import { plain, type SpecFunction, shippedLibraries, specVm } from './support.js';

const functions: { readonly [id: string]: SpecFunction } = {
  'docs:filter_active': (args) => {
    if (!Array.isArray(args[0])) throw new HostError('Invalid', 'docs:filter_active: argument 1: expected a list');
    return args[0].filter((user) => (user as ValueMap).active === true);
  },
  'docs:slow_upper': async (args) => {
    await new Promise((resolve) => setImmediate(resolve));
    return String(plain(args[0])).toUpperCase();
  },
  'docs:never': () => new Promise(() => {}),
  'docs:tenant': (_args, context): Value => context.values.tenant,
};

interface Example {
  readonly line: number;
  readonly source: string;
  readonly kind: string;
  readonly output: string;
}

function examplesOf(markdown: string): Example[] {
  const found: Example[] = [];
  for (const match of markdown.matchAll(/```lua\n(.*?)```(?:\n```(text|error)\n(.*?)```)?/gs)) {
    const line = markdown.slice(0, match.index).split('\n').length;
    found.push({ line, source: match[1]!, kind: match[2] ?? 'silent', output: match[3] ?? '' });
  }
  return found;
}

async function run(source: string, printed: (lines: string[]) => void): Promise<void> {
  const limit = /-- limits: instructions=(\d+)/.exec(source)?.[1];
  const opened = specVm(functions, { libraries: shippedLibraries(), io: await docsIo() });
  printed(opened.printed);
  if (source.startsWith('-- the source of an entry')) {
    const main = opened.vm.loadFunction({ id: 'docs:entry', method: 'main', source });
    expect(plain(await main.call([200, 10], ROOT_CONTEXT))).toEqual({ float: 180 });
    await expect(async () => main.call([200, 101], ROOT_CONTEXT)).rejects.toMatchObject({ kind: 'Invalid' });
    return;
  }
  const limits = limit === undefined ? {} : { instructions: Number(limit) };
  await opened.vm.runScript({ name: 'docs.lua', source, limits });
}

describe.each(['lua.md', 'lua-modules.md', 'lua-async.md'])('docs/%s', (page) => {
  const markdown = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8');
  const examples = examplesOf(markdown);

  test('has examples', () => {
    expect(examples.length).toBeGreaterThan(8);
  });

  for (const example of examples) {
    test(`the example on line ${example.line} does what the page says`, async () => {
      let printed: string[] = [];
      const running = run(example.source, (lines) => {
        printed = lines;
      });
      if (example.kind === 'error') {
        const error: unknown = await running.catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(HostError);
        const { kind, message } = error as HostError;
        expect(`${kind}: ${message}\n`).toBe(example.output);
        return;
      }
      await running;
      expect(printed.map((line) => `${line}\n`).join('')).toBe(example.output);
    });
  }
});
