/**
 * Minutes of requests of which one in a hundred traps and one runs into its limit; every answer is looked at. Memory is told by
 * quarters: in the first a process fills what it keeps (compiled code, arenas, the young generation's two halves), and whatever
 * grows from the second to the last grows for ever.
 */
import type { ChildProcess } from 'node:child_process';
import { Agent } from 'node:http';
import { type Answer, ask } from './ask.js';

const CLIENTS = 32;
const QUARTERS = 4;
const SAMPLES_PER_QUARTER = 20;

/** Bytes, as the server tells them for a SIGUSR2. */
interface Sample {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
}

/** @returns whether no answer was wrong */
export async function soak(port: number, child: ChildProcess, minutes: number): Promise<boolean> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const lengthMs = minutes * 60_000;
  const begin = performance.now();
  let count = 0;
  let wrong = 0;
  const client = async () => {
    while (performance.now() - begin < lengthMs) {
      const { path, sent = null, isRight } = kindOf(count++ % 100);
      if (!isRight(await ask(port, path, agent, sent))) wrong++;
    }
  };
  const samples = watchMemory(child, lengthMs / QUARTERS / SAMPLES_PER_QUARTER);
  await Promise.all(Array.from({ length: CLIENTS }, client));
  agent.destroy();
  process.stdout.write(`\n${minutes} minutes: ${count} requests, ${wrong} wrong answers\n`);
  process.stdout.write(
    `${'MB'.padEnd(12)}${['RSS', 'most', 'heap', 'external'].map((each) => each.padStart(10)).join('')}\n`,
  );
  const quarters = quartersOf(samples());
  for (const [index, each] of quarters.entries())
    process.stdout.write(`${`quarter ${index + 1}`.padEnd(12)}${shown(each)}\n`);
  const grown = quarters.at(-1)!.rss - quarters[1]!.rss;
  process.stdout.write(`RSS from the second quarter to the last: ${grown < 0 ? '' : '+'}${megabytes(grown)} MB\n`);
  return wrong === 0;
}

interface Kind {
  readonly path: string;
  readonly sent?: string;
  readonly isRight: (answer: Answer) => boolean;
}

const ANSWER: Kind = { path: '/answer', isRight: ({ status, body }) => status === 200 && body === '42' };
const GREET: Kind = {
  path: '/greet',
  sent: 'Wippy',
  isRight: ({ status, body }) => status === 200 && body === 'Hello, Wippy!',
};
const HANDLER: Kind = { path: '/hello', isRight: ({ status }) => status === 200 };
const TRAP: Kind = { path: '/trap', isRight: ({ status }) => status === 500 };
const LOOP: Kind = { path: '/loop', isRight: ({ status }) => status === 504 };

function kindOf(turn: number): Kind {
  if (turn === 7) return TRAP;
  if (turn === 57) return LOOP;
  return [ANSWER, GREET, ANSWER, HANDLER][turn % 4]!;
}

/** Asks every so often. @returns ends it, and what was told */
function watchMemory(child: ChildProcess, everyMs: number): () => Sample[] {
  const samples: Sample[] = [];
  let rest = '';
  const take = (text: Buffer) => {
    const lines = (rest + text.toString()).split('\n');
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith('{"rss"')) samples.push(JSON.parse(line));
  };
  child.stderr!.on('data', take);
  const timer = setInterval(() => child.kill('SIGUSR2'), everyMs);
  return () => {
    clearInterval(timer);
    child.stderr!.off('data', take);
    return samples;
  };
}

interface Quarter extends Sample {
  readonly most: number;
}

/** The middle of what a quarter's samples say; of the heap the least, which is what collections leave. */
function quartersOf(samples: readonly Sample[]): Quarter[] {
  const size = Math.floor(samples.length / QUARTERS);
  if (size === 0) throw new Error('the server told nothing of its memory: take more time');
  return Array.from({ length: QUARTERS }, (_, index) => {
    const part = samples.slice(index * size, (index + 1) * size);
    const sorted = (field: keyof Sample) => part.map((each) => each[field]).sort((a, b) => a - b);
    const middle = (field: keyof Sample) => sorted(field)[Math.floor(size / 2)]!;
    return {
      rss: middle('rss'),
      most: sorted('rss').at(-1)!,
      heapUsed: sorted('heapUsed')[0]!,
      external: middle('external'),
    };
  });
}

function shown({ rss, most, heapUsed, external }: Quarter): string {
  return [rss, most, heapUsed, external].map((bytes) => megabytes(bytes).padStart(10)).join('');
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
