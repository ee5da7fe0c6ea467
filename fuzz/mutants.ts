/** Runs victims: processes that load and call mutated binaries, with a clock and a memory limit. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A case that makes no progress for this long hangs. In guest code it may: mutated loops need not end. */
const STUCK_MS = { load: 20_000, call: 3_000 };
const HEAP_MB = 1024;

interface Finding {
  readonly seed: number;
  readonly phase: string;
  readonly text: string;
}
interface Batch {
  readonly findings: readonly Finding[];
  readonly outcomes: Readonly<Record<string, number>>;
  /** How many cases were begun. */
  readonly begun: number;
}

type Line = { seed?: number; phase?: string; finding?: Finding; outcome?: string };

/** Runs cases `first` … `first + count - 1`, going on after each that ends its process. */
export async function runMutants(victim: string, first: number, count: number): Promise<Batch> {
  const findings: Finding[] = [];
  const outcomes: Record<string, number> = {};
  let next = first;
  while (next < first + count) {
    const { last, lines, ended } = await runVictim(victim, next, first + count - next);
    for (const { finding, outcome } of lines) {
      if (finding !== undefined) findings.push(finding);
      if (outcome !== undefined) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    if (ended === 'done') break;
    const seed = last?.seed ?? next;
    const phase = last?.phase ?? 'start';
    if (ended === 'stuck' && phase === 'call') outcomes['guest loop'] = (outcomes['guest loop'] ?? 0) + 1;
    else findings.push({ seed, phase, text: ended });
    next = seed + 1;
  }
  return { findings, outcomes, begun: count };
}

async function runVictim(victim: string, first: number, count: number) {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--enable-source-maps', `--max-old-space-size=${HEAP_MB}`, victim, String(first), String(count)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: Line[] = [];
  let last: Line | undefined;
  let isStuck = false;
  let errors = '';
  const stuck = (): NodeJS.Timeout => {
    const kill = (): void => {
      isStuck = true;
      child.kill('SIGKILL');
    };
    return setTimeout(kill, last?.phase === 'call' ? STUCK_MS.call : STUCK_MS.load);
  };
  let timer = stuck();
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-3000);
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  if (child.stdout !== null) {
    for await (const text of createInterface({ input: child.stdout })) {
      const line = JSON.parse(text) as Line;
      if (line.finding !== undefined || line.outcome !== undefined) lines.push(line);
      else last = line;
      clearTimeout(timer);
      timer = stuck();
    }
  }
  const code = await exited;
  clearTimeout(timer);
  const ended = code === 0 ? 'done' : isStuck ? 'stuck' : `crashed (${code}): ${errors}`;
  return { last, lines, ended };
}
