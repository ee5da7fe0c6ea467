import { getHeapSpaceStatistics } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { giveBackMemory, restingThread } from '../../src/threads/resting.js';

/** A clock that goes where it is told; what is timed runs on the way. */
function clockAt(startMs: number) {
  let nowMs = startMs;
  const timers: { readonly dueMs: number; readonly run: () => void }[] = [];
  const afterIdle = (delayMs: number, run: () => void) => {
    timers.push({ dueMs: nowMs + delayMs, run });
    return () => {};
  };
  return {
    clock: { now: () => nowMs, after: afterIdle, afterIdle },
    timers,
    to(ms: number) {
      for (;;) {
        const next = timers.sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > ms) break;
        timers.shift();
        nowMs = next.dueMs;
        next.run();
      }
      nowMs = ms;
    },
  };
}

const MB = 1024 * 1024;

describe('a thread that rests', () => {
  it('gives memory back after a second without anything to do, once', () => {
    const { clock, timers, to } = clockAt(0);
    const gave: number[] = [];
    const heap = 9 * MB;
    restingThread(clock, () => false, { bytes: () => heap, give: () => gave.push(clock.now()) }).idle();
    to(999);
    expect(gave).toEqual([]);
    to(60_000);
    expect(gave).toEqual([1000]);
    expect(timers).toEqual([]);
  });

  it('counts the second from the last thing that it did', () => {
    const { clock, to } = clockAt(0);
    const gave: number[] = [];
    const heap = 9 * MB;
    const rest = restingThread(clock, () => false, { bytes: () => heap, give: () => gave.push(clock.now()) });
    for (const ms of [0, 600, 1500]) {
      to(ms);
      rest.idle();
    }
    to(60_000);
    expect(gave).toEqual([2500]);
  });

  it('does not collect while calls are under way, however long they wait', () => {
    const { clock, to } = clockAt(0);
    const gave: number[] = [];
    const heap = 9 * MB;
    let busy = true;
    const rest = restingThread(clock, () => busy, { bytes: () => heap, give: () => gave.push(clock.now()) });
    rest.idle();
    to(50_000);
    expect(gave).toEqual([]);
    busy = false;
    rest.idle();
    to(60_000);
    expect(gave).toEqual([51_000]);
  });

  it('collects again where its heap grew, ten seconds later at the soonest', () => {
    const { clock, to } = clockAt(0);
    const gave: number[] = [];
    let heap = 9 * MB;
    const rest = restingThread(clock, () => false, { bytes: () => heap, give: () => gave.push(clock.now()) });
    rest.idle();
    to(3000);
    heap += 2 * MB;
    rest.idle();
    to(20_000);
    expect(gave).toEqual([1000, 11_000]);
    heap += 2 * MB - 1;
    rest.idle();
    to(60_000);
    expect(gave).toEqual([1000, 11_000]);
  });
});

describe('memory that is given back', () => {
  const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')!.space_size;

  it('is also that of a young generation which had grown', () => {
    let living: unknown[] = [];
    // What lives on makes it grow.
    for (let i = 0; young() < 8 * 1024 * 1024 && i < 1e7; i++) {
      living.push({ i });
      if (living.length > 200_000) living = [];
    }
    const grown = young();
    expect(grown).toBeGreaterThanOrEqual(8 * 1024 * 1024);
    living = [];
    giveBackMemory();
    expect(young()).toBeLessThan(grown / 2);
  });
});
