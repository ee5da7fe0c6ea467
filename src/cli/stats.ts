/** `--stats`: what calls were like, as a table on the error stream. */
import type { Quantiles } from '../functions/meter.js';
import type { FunctionStats, HostStats } from '../host/types.js';

const HEAD = [
  'function',
  'calls',
  'errors',
  'p50',
  'p95',
  'p99 ms',
  'waited p95',
  'instances',
  'queued',
  'work',
  'bytes in',
  'out',
];

/** Functions that were called, and the threads. */
export function printStats({ functions, threads }: HostStats): string {
  const called = Object.entries(functions).filter(([, { calls }]) => calls > 0);
  const rows = [HEAD, ...called.map(([id, stats]) => row(id, stats))];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  if (threads !== null) {
    const { started, running, blocked, queued, lost } = threads;
    lines.push(
      `threads: ${threads.threads}, ${started} started, ${running} running, ${blocked} blocked, ${lost} lost; calls waiting: ${queued}`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function row(
  id: string,
  { calls, errors, durationMs, waitMs, pool, work, bytesIn, bytesOut }: FunctionStats,
): string[] {
  const kinds = Object.entries(errors).map(([kind, count]) => `${kind === '' ? 'unknown' : kind} ${count}`);
  return [
    id,
    String(calls),
    kinds.length === 0 ? '0' : kinds.join(', '),
    ...milliseconds(durationMs),
    milliseconds(waitMs)[1]!,
    pool === null ? '-' : String(pool.running + pool.idle),
    pool === null ? '-' : String(pool.queued + pool.heldBack),
    String(work),
    String(bytesIn),
    String(bytesOut),
  ];
}

/** They are bounds of what was counted, up to a fifth above it: more digits would say what nobody knows. */
function milliseconds(quantiles: Quantiles | null): [string, string, string] {
  if (quantiles === null) return ['-', '-', '-'];
  const { p50, p95, p99 } = quantiles;
  const shown = (ms: number) => String(Number(ms.toPrecision(3)));
  return [shown(p50), shown(p95), shown(p99)];
}
