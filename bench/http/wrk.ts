/**
 * Load by wrk, over loopback, one thread of it. At full speed, and paced: a steady load shows how long answers take to a client
 * that is not waiting for its turn. wrk paces without a stall of its own (its connections pause between requests, and for the
 * requests that a stall of the server kept it from sending it adds the times that they would have taken: `stats_correct`);
 * a client in JavaScript stalls for milliseconds itself, and shows them as the server's.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';

const FOLDER = '.cache/bench/http';
const CONNECTIONS = 32;
/** More are tried where so many cannot ask for half of the peak. */
const MOST_CONNECTIONS = 128;

export const isInstalled = (): boolean => spawnSync('wrk', ['-v']).error === undefined;

/** What asks, and for what. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly post: boolean;
  readonly seconds: number;
}

/** Requests per second, of 32 connections that ask as fast as they are answered. */
export function peakOf(load: Load): number {
  return run(load, CONNECTIONS, null).perSecond;
}

interface PacedLoad {
  /** Of the peak that was measured right before. */
  readonly share: number;
  readonly connections: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What counts as half. */
const SHARES = { from: 0.45, to: 0.55 };
const CALIBRATION_SECONDS = 1;
const MOST_TRIES = 12;
const MOST_ROUNDS = 5;

/**
 * Latencies at half of the peak. The pauses that make it half are looked for first; where the machine did something else
 * meanwhile and half became more or less, everything is done again.
 */
export function atHalfThePeak(load: Load): PacedLoad {
  let last = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const peak = peakOf(load);
    const pace = calibrated(load, peak / 2);
    const { perSecond, p50Ms, p99Ms } = run(load, pace.connections, pace.pauseMs);
    last = perSecond / peak;
    if (isHalf(last)) return { share: last, connections: pace.connections, p50Ms, p99Ms };
  }
  throw new Error(
    `${load.path}: half the peak became ${percent(last)} of it, ${MOST_ROUNDS} times: the machine is too busy`,
  );
}

interface Pace {
  readonly connections: number;
  readonly pauseMs: number;
}

/** Of as few connections as from 32 on can ask so much: a connection that must not pause asks for all that it is answered. */
function calibrated(load: Load, perSecond: number): Pace {
  const short = { ...load, seconds: CALIBRATION_SECONDS };
  let connections = CONNECTIONS;
  let pauseMs = (connections / perSecond) * 500;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const reached = run(short, connections, pauseMs).perSecond;
    if (Math.abs(reached / perSecond - 1) < 0.03) break;
    // The rest of a request's time is its answer's: it changes little with the pause.
    const next = pauseMs + (connections / perSecond - connections / reached) * 1000;
    if (next <= 0 && pauseMs === 0) {
      connections = Math.min(MOST_CONNECTIONS, connections + 16);
      pauseMs = (connections / perSecond) * 500;
    } else pauseMs = Math.max(0, next);
  }
  return { connections, pauseMs };
}

const isHalf = (share: number) => share >= SHARES.from && share <= SHARES.to;
export const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;

interface Told {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** @param pauseMs between an answer and the next request of its connection; null: none */
function run({ port, path, post, seconds }: Load, connections: number, pauseMs: number | null): Told {
  const script = `${FOLDER}/load.lua`;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(script, (post ? POST : '') + (pauseMs === null ? '' : pauses(pauseMs)));
  const args = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    '-s',
    script,
    `http://127.0.0.1:${port}${path}`,
  ];
  const text = execFileSync('wrk', args, { encoding: 'utf8' });
  if (/Non-2xx|Socket errors/.test(text)) throw new Error(`wrong answers from ${path}: ${text}`);
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)![1]),
    p50Ms: latency(text, 50),
    p99Ms: latency(text, 99),
  };
}

const POST = 'wrk.method = "POST"\nwrk.body = "Wippy"\n';

/** wrk pauses for whole milliseconds: two of them, mixed, make any pause on average. */
function pauses(averageMs: number): string {
  const whole = Math.floor(averageMs);
  return `function delay() return ${whole} + (math.random() < ${(averageMs - whole).toFixed(4)} and 1 or 0) end\n`;
}

const UNITS_MS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

function latency(text: string, percentile: number): number {
  const [, number, unit] = new RegExp(`^\\s*${percentile}%\\s+([\\d.]+)(us|ms|s)`, 'm').exec(text)!;
  return Number(number) * UNITS_MS[unit!]!;
}
