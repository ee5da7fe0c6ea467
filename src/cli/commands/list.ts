/** `moonwit list`: what can be called. */
import { createHost } from '../../host.js';
import type { FunctionSummary } from '../../host-types.js';
import { type CliCommand, JSON_OPTION, REGISTRY_OPTION } from '../command.js';
import { needRegistry } from '../find-registry.js';
import { paintFor } from '../io.js';
import { printJson } from '../json.js';
import { openOptions } from '../open.js';

export const list: CliCommand = {
  name: 'list',
  arguments: '',
  summary: 'list the functions that can be called',
  description: 'Lists every function of the registry: its ID, its kind and, where it has types, its WIT signature.',
  argumentHelp: {},
  options: [REGISTRY_OPTION, JSON_OPTION],
  examples: [
    ['what is there', 'moonwit list'],
    ['for a program', 'moonwit list --json'],
  ],
  async run(_args, { registry, json }, io) {
    const folder = needRegistry(registry, io);
    const host = await createHost({ ...openOptions(folder, io), threads: 0 });
    const functions = host.list();
    await host.close();
    if (json === true) {
      io.out(`${printJson(functions, 0)}\n`);
      return 0;
    }
    if (functions.length === 0) {
      io.out(`${folder} has no functions yet: write an entry, or add a binary with: moonwit add FILE.wasm\n`);
      return 0;
    }
    const paint = paintFor(io.outIsTerminal, io.env);
    const idWidth = widest(functions.map((each) => each.id));
    const kindWidth = widest(functions.map((each) => each.kind));
    for (const each of functions) {
      const kind = paint.dim(each.kind.padEnd(kindWidth));
      io.out(
        `${`${paint.bold(each.id)}${' '.repeat(idWidth - each.id.length)}  ${kind}  ${detail(each)}`.trimEnd()}\n`,
      );
    }
    return 0;
  },
};

function detail({ signature, comment }: FunctionSummary): string {
  return signature ?? comment?.split('\n')[0] ?? '';
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length));
}
