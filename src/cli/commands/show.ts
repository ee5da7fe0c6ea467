/** `moonwit show`: one function in full. */
import { createHost } from '../../host/host.js';
import type { FunctionDescription } from '../../host/types.js';
import { httpServices } from '../../registry/http/services.js';
import type { FieldsOf } from '../../registry/kinds/table.js';
import type { PoolConfig } from '../../registry/pool.js';
import type { Entry, Registry } from '../../registry/types.js';
import { type CliCommand, JSON_OPTION, REGISTRY_OPTION } from '../command.js';
import { entryLines } from '../entry-text.js';
import { needRegistry } from '../find-registry.js';
import { type Paint, paintFor } from '../io.js';
import { printJson } from '../json.js';
import { openOptions } from '../open.js';
import { readRegistry } from '../read-registry.js';

export const show: CliCommand = {
  name: 'show',
  arguments: '<id>',
  summary: 'show one function: exports, WIT, imports and their grants; or another entry',
  description:
    'Shows where a function is defined, what its guest exports with its WIT, what it imports and whether that is granted.\n' +
    'Of variables, filesystems and HTTP entries it shows what they come to, but no value of the environment.',
  argumentHelp: { id: 'namespace:name, as "moonwit list" prints it' },
  options: [REGISTRY_OPTION, JSON_OPTION],
  examples: [
    ['everything about one function', 'moonwit show myns:transform_users'],
    ['where requests of an endpoint go', 'moonwit show myns:greet_endpoint'],
    ['its WIT only', 'moonwit show --json myns:transform_users | jq -r .wit'],
  ],
  async run([id], { registry, json }, io) {
    const folder = needRegistry(registry, io);
    const paint = paintFor(io.outIsTerminal, io.env);
    const entries = await readRegistry(folder, io);
    const entry = entries.get(id as string);
    if (entry !== undefined && !entries.functions().some((each) => each === entry)) {
      io.out(json === true ? `${printJson(entryData(entry, entries), 0)}\n` : entryText(entry, entries, paint));
      return 0;
    }
    const host = await createHost({ ...openOptions(folder, io), threads: 0 });
    try {
      const described = host.describe(id as string);
      io.out(json === true ? `${printJson(described, 0)}\n` : text(described, paint, entry));
      return 0;
    } finally {
      await host.close();
    }
  },
};

/** The fields as they are written, without values of the environment. */
function entryData(entry: Entry, registry: Registry): object {
  const { id, kind, place, meta } = entry;
  return { id, kind, place, meta, fields: registry.written(entry) };
}

function entryText(entry: Entry, registry: Registry, paint: Paint): string {
  const { id, kind, place, meta } = entry;
  const comment = meta.comment ?? meta.description;
  const lines = [`${paint.bold(id)}  ${paint.dim(kind)}`];
  if (typeof comment === 'string') lines.push(`  ${comment.trim().split('\n').join('\n  ')}`);
  const pairs = [
    ['place', `${place.file}:${place.line}:${place.column}`] as const,
    ...entryLines(entry, httpServices(registry), registry),
  ];
  const width = Math.max(...pairs.map(([label]) => label.length)) + 2;
  lines.push('', ...pairs.map(([label, line]) => `${`${label}:`.padEnd(width)}${line}`));
  return `${lines.join('\n')}\n`;
}

function text(described: FunctionDescription, paint: Paint, entry: Entry | undefined): string {
  const { place, pool, method, exports, imports, wit } = described;
  const lines = [`${paint.bold(described.id)}  ${paint.dim(described.kind)}`];
  if (described.comment !== null) lines.push(`  ${described.comment.split('\n').join('\n  ')}`);
  if (described.signature !== null) lines.push(`  ${described.signature}`);
  lines.push('');
  if (place !== null) lines.push(`place:   ${place.file}:${place.line}:${place.column}`);
  if (pool !== null) lines.push(`pool:    ${poolText(pool)}`);
  const limits = entry !== undefined && 'limits' in entry.fields ? limitsText(entry.fields.limits) : '';
  if (limits !== '') lines.push(`limits:  ${limits}`);
  const options = entry === undefined ? '' : optionsText(entry.options);
  if (options !== '') lines.push(`options: ${options}`);
  if (method !== null) lines.push(`method:  ${method}`);
  if (exports !== null) lines.push('', 'exports:', ...exports.map((each) => `  ${each}`));
  if (imports !== null) lines.push('', ...importLines(imports, paint));
  if (wit !== null)
    lines.push(
      '',
      'wit:',
      ...wit
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`.trimEnd()),
    );
  return `${lines.join('\n')}\n`;
}

function limitsText({ maxExecutionMs, maxMemoryMb }: FieldsOf<'function.lua'>['limits']): string {
  const time = maxExecutionMs === null ? [] : [`${maxExecutionMs} ms of execution`];
  return [...time, ...(maxMemoryMb === null ? [] : [`${maxMemoryMb} MB of memory`])].join(', ');
}

/** What calls default to. */
function optionsText({ unwrap, timeout, retry }: Entry['options']): string {
  const attempts = retry?.maxAttempts ?? 1;
  return [
    ...(unwrap === true ? ['unwrap'] : []),
    ...(timeout === null ? [] : [`timeout ${timeout} ms`]),
    ...(attempts === 1 ? [] : [`up to ${attempts} attempts`]),
  ].join(', ');
}

function importLines(imports: NonNullable<FunctionDescription['imports']>, paint: Paint): string[] {
  if (imports.length === 0) return ['imports: none'];
  return [
    'imports:',
    ...imports.map((each) => {
      if (each.state === 'granted') return `  ${each.name}  ${paint.green('granted')}`;
      if (!each.built) return `  ${each.name}  ${paint.yellow(`${each.state}, and not built yet in this version`)}`;
      const next = each.grants.length === 0 ? '' : `: add "${each.grants.join('", "')}" to imports`;
      return `  ${each.name}  ${paint.yellow(each.state)}${next}`;
    }),
  ];
}

function poolText(pool: PoolConfig): string {
  switch (pool.type) {
    case 'inline':
      return 'inline: a new instance for every call';
    case 'lazy':
      return `lazy: up to ${pool.maxSize} instances, none while idle`;
    case 'adaptive':
      return `adaptive: up to ${pool.maxSize} instances${pool.warmStart ? ', warm start' : ''}`;
    case 'static':
      return `static: ${pool.size} instances, ${pool.workers} calls at once, ${pool.buffer} waiting`;
  }
}
