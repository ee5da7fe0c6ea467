/** A lane by itself: who may take which step, and that late comers change nothing. */
import { describe, expect, it } from 'vitest';
import {
  ANSWERED,
  CALLED,
  CLOSED,
  IDLE,
  LAST,
  LOST,
  MAX_LANE_BYTES,
  newLaneMemory,
  OTHER_GRANT,
  openLane,
  RETURNED,
  RUNNING,
} from '../../src/threads/lane.js';

const newLane = (grant: number) => {
  const lane = openLane(newLaneMemory());
  lane.open(grant);
  return lane;
};

/** Brings a new grant into a phase. */
function laneIn(phase: number) {
  const lane = newLane(5);
  for (const [from, to] of [
    [IDLE, CALLED],
    [CALLED, RUNNING],
    [RUNNING, ANSWERED],
  ] as const)
    if (phase > from) expect(lane.move(5, from, to)).toBe(true);
  return lane;
}

describe('a lane', () => {
  it.each([
    ['between two calls', IDLE, CLOSED],
    ['before a call has begun', CALLED, RETURNED],
    ['while it runs', RUNNING, LOST],
    ['when it is answered', ANSWERED, LAST],
  ])('ends once, %s, and takes no step afterwards', (_when, phase, end) => {
    const lane = laneIn(phase);
    expect(lane.phase(5)).toBe(phase);
    expect(lane.move(5, phase, end)).toBe(true);
    for (const from of [IDLE, CALLED, RUNNING, ANSWERED]) expect(lane.move(5, from, CLOSED)).toBe(false);
    expect(lane.phase(5)).toBe(end);
  });

  it('is for the grant that is open: one before or after it changes nothing', () => {
    const lane = newLane(7);
    for (const grant of [1, 6, 8]) {
      expect(lane.phase(grant)).toBe(OTHER_GRANT);
      expect(lane.move(grant, IDLE, CALLED)).toBe(false);
    }
    expect(lane.move(7, IDLE, CALLED)).toBe(true);
  });

  it('holds the highest grant apart from the lowest', () => {
    const highest = 2 ** 28 - 1;
    const lane = newLane(highest);
    expect(lane.phase(highest)).toBe(IDLE);
    expect(lane.phase(1)).toBe(OTHER_GRANT);
    expect(lane.move(highest, IDLE, CALLED)).toBe(true);
    expect(lane.phase(highest)).toBe(CALLED);
  });

  it('carries bytes up to its length both ways, as copies', () => {
    const lane = newLane(1);
    for (const size of [0, 1, MAX_LANE_BYTES]) {
      const bytes = new Uint8Array(size).fill(7);
      lane.ask(3, bytes, 1000);
      lane.answer(bytes);
      const [asked, answered] = [lane.asked(), lane.answered()!];
      expect([asked.length, answered.length]).toEqual([size, size]);
      lane.ask(4, new Uint8Array(size), 1000);
      lane.answer(new Uint8Array(size));
      expect(asked.every((byte) => byte === 7) && answered.every((byte) => byte === 7)).toBe(true);
    }
    expect(() => lane.ask(5, new Uint8Array(MAX_LANE_BYTES + 1), 1000)).toThrow(RangeError);
  });

  it('says that an answer comes another way, which an empty one does not', () => {
    const lane = newLane(1);
    lane.answer(new Uint8Array());
    expect(lane.isRelayed()).toBe(false);
    lane.answer(null);
    expect([lane.isRelayed(), lane.answered()]).toEqual([true, null]);
  });

  it('says whose instance is gone, until the next grant', () => {
    const lane = newLane(1);
    expect(lane.isSpent(3)).toBe(false);
    lane.spend(3);
    expect([lane.isSpent(2), lane.isSpent(3)]).toEqual([false, true]);
    lane.open(2);
    expect(lane.isSpent(3)).toBe(false);
  });

  it('cancels one call and no other, recalls one grant and no other', () => {
    const lane = newLane(9);
    lane.cancel(4);
    lane.recall(9);
    expect([lane.isCanceled(3), lane.isCanceled(4), lane.isCanceled(5)]).toEqual([false, true, false]);
    expect([lane.isRecalled(8), lane.isRecalled(9), lane.isRecalled(10)]).toEqual([false, true, false]);
  });
});
