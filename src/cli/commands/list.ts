/** `moonwit list`: what can be called. */
import { createHost } from '../../host/host.js';
import type { FunctionSummary } from '../../host/types.js';
import { httpServices } from '../../registry/http/services.js';
import type { Entry } from '../../registry/types.js';
import { type CliCommand, JSON_OPTION, REGISTRY_OPTION } from '../command.js';
import { entrySummary } from '../entry-text.js';
import { needRegistry } from '../find-registry.js';
import { type CliIo, paintFor } from '../io.js';
import { printJson } from '../json.js';
import { openOptions } from '../open.js';
import { readRegistry } from '../read-registry.js';

export const list: CliCommand = {
  name: 'list',
  arguments: '',
  summary: 'list the functions that can be called',
  description:
    'Lists every function of the registry: its ID, its kind and, where it has types, its WIT signature.\n' +
    'With --all also what else there is: libraries, filesystems, variables (not their values), HTTP entries.',
  argumentHelp: {},
  options: [REGISTRY_OPTION, JSON_OPTION, { flags: '-a, --all', description: 'every entry, not functions only' }],
  examples: [
    ['what is there', 'moonwit list'],
    ['and all the rest', 'moonwit list --all'],
    ['for a program', 'moonwit list --json'],
  ],
  async run(_args, { registry, json, all }, io) {
    const folder = needRegistry(registry, io);
    const host = await createHost({ ...openOptions(folder, io), threads: 0 });
    const functions = host.list();
    await host.close();
    const others = all === true ? await otherEntries(folder, io) : [];
    if (json === true) {
      io.out(`${printJson([...functions, ...others], 0)}\n`);
      return 0;
    }
    if (functions.length === 0) {
      io.out(`${folder} has no functions yet: write an entry, or add a binary with: moonwit add FILE.wasm\n`);
    }
    const lines = [
      ...functions.map(({ id, kind, ...rest }) => ({ id, kind, text: functionText(rest) })),
      ...others.map(({ id, kind, summary, comment }) => ({ id, kind, text: summary || firstLine(comment) })),
    ];
    const paint = paintFor(io.outIsTerminal, io.env);
    const idWidth = widest(lines.map((each) => each.id));
    const kindWidth = widest(lines.map((each) => each.kind));
    for (const { id, kind, text } of lines) {
      const name = `${paint.bold(id)}${' '.repeat(idWidth - id.length)}`;
      io.out(`${`${name}  ${paint.dim(kind.padEnd(kindWidth))}  ${text}`.trimEnd()}\n`);
    }
    return 0;
  },
};

/** An entry that is no function. */
interface OtherEntry {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly comment: string | null;
}

async function otherEntries(folder: string, io: CliIo): Promise<OtherEntry[]> {
  const registry = await readRegistry(folder, io);
  const functions = new Set<Entry>(registry.functions());
  const services = httpServices(registry);
  return registry.entries
    .filter((entry) => !functions.has(entry))
    .map((entry) => {
      const comment = entry.meta.comment ?? entry.meta.description;
      return {
        id: entry.id,
        kind: entry.kind,
        summary: entrySummary(entry, services),
        comment: typeof comment === 'string' ? comment.trim() : null,
      };
    });
}

function functionText({ signature, comment }: Pick<FunctionSummary, 'signature' | 'comment'>): string {
  return signature ?? firstLine(comment);
}

function firstLine(comment: string | null): string {
  return comment?.split('\n')[0] ?? '';
}

function widest(texts: readonly string[]): number {
  return Math.max(0, ...texts.map((text) => text.length));
}
