/** Interleaved measuring: ours and theirs in turn, in one process, so that a drifting machine moves both. */

type Unit = 'us' | 'ms' | 'MB';

/** One row of the table. */
export interface Row {
  /** Never changes: results are compared over time by it. */
  readonly id: string;
  readonly unit: Unit;
  /** What `ratio` compares with; null: `median` itself is held to the target. */
  readonly against: string | null;
  /** Upper bound of what `held` names; null: no target, reported only. */
  readonly target: number | null;
  /**
   * What the target bounds: ours against theirs as a ratio (where there is a theirs), what ours takes more, or ours alone.
   * The last two in `unit`.
   */
  readonly held?: 'ratio' | 'difference' | 'alone';
  /** What is compared: the median of rounds, their 99th percentile, or the mean over all (where garbage collection is part of the cost). */
  readonly of?: 'median' | 'mean' | 'p99';
  readonly setup: () => Promise<Contestants>;
}

export interface Contestants {
  readonly ours: Contestant;
  readonly theirs?: Contestant;
  /** Lets go of what the row has made: the next one shall not meet its threads and memories. */
  readonly close?: () => Promise<void>;
}

export interface Contestant {
  /** Runs `count` times. The whole is timed, unless the answer is a figure of its own: nanoseconds (bytes for MB) for all `count`. */
  readonly run: (count: number) => unknown;
  /** Runs a round; small enough that a round takes milliseconds. */
  readonly perRound: number;
  readonly rounds: number;
}

export interface Measured {
  readonly id: string;
  readonly median: number;
  readonly p99: number;
  readonly mean: number;
  readonly unit: string;
  /** Half the distance between the quartiles, in `unit`. */
  readonly spread: number;
  readonly against: string | null;
  readonly theirs: number | null;
  readonly ratio: number | null;
  readonly target: number | null;
  readonly holds: boolean | null;
}

/** Of a round's figure, nanoseconds or bytes. */
const SCALE = { us: 1e3, ms: 1e6, MB: 1e6 } as const;

async function timeRound({ run, perRound }: Contestant): Promise<number> {
  const start = process.hrtime.bigint();
  const own = await run(perRound);
  return Number(typeof own === 'bigint' ? own : process.hrtime.bigint() - start) / perRound;
}

function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] as number;
}

function statistics(rounds: number[], unit: Unit) {
  const sorted = rounds.map((ns) => ns / SCALE[unit]).sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    mean: sorted.reduce((sum, each) => sum + each, 0) / sorted.length,
    spread: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2,
  };
}

/** Warms both up, then measures them in turn. */
export async function measure(row: Row): Promise<Measured> {
  const { ours, theirs, close } = await row.setup();
  const contestants = theirs === undefined ? [ours] : [ours, theirs];
  const rounds: number[][] = contestants.map(() => []);
  const total = Math.max(...contestants.map((each) => each.rounds));
  for (const each of contestants) for (let i = 0; i < Math.min(5, each.rounds - 1); i++) await timeRound(each);
  for (let i = 0; i < total; i++) {
    // Whoever comes second meets the garbage of the first: they take turns at that, too.
    const order = [...contestants.keys()];
    if (i % 2 === 1) order.reverse();
    for (const which of order) {
      const each = contestants[which] as Contestant;
      if (i < each.rounds) rounds[which]?.push(await timeRound(each));
    }
  }
  await close?.();
  const mine = statistics(rounds[0] as number[], row.unit);
  const other = rounds[1] === undefined ? null : statistics(rounds[1], row.unit);
  const of = row.of ?? 'median';
  const ratio = other === null ? null : mine[of] / other[of];
  const held = heldValue(row.held ?? (other === null ? 'alone' : 'ratio'), mine[of], other?.[of] ?? 0);
  return {
    id: row.id,
    ...mine,
    unit: row.unit,
    against: row.against,
    theirs: other?.[of] ?? null,
    ratio,
    target: row.target,
    holds: row.target === null ? null : held <= row.target,
  };
}

function heldValue(held: 'ratio' | 'difference' | 'alone', mine: number, theirs: number): number {
  if (held === 'alone') return mine;
  return held === 'ratio' ? mine / theirs : mine - theirs;
}
