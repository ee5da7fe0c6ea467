import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAlarms } from '../../src/threads/alarms.js';

describe('alarms', () => {
  it('ring in the order of their times, those taken back never, whatever comes and goes in between', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ kind: fc.constant('add' as const), value: fc.nat(50) }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('take back' as const), value: fc.nat(100) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('pass' as const), value: fc.nat(10) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const alarms = createAlarms();
        const all: { dueMs: number; takeBack: () => void; rung: number; takenBack: boolean }[] = [];
        const rung: number[] = [];
        let nowMs = 0;
        const waiting = () => all.filter((each) => each.rung === 0 && !each.takenBack);
        for (const { kind, value } of steps) {
          if (kind === 'add') {
            const dueMs = nowMs + value;
            const each = { dueMs, takeBack: () => {}, rung: 0, takenBack: false };
            each.takeBack = alarms.add(dueMs, () => {
              each.rung++;
              rung.push(dueMs);
            });
            all.push(each);
          } else if (kind === 'take back') {
            const each = all[value % Math.max(1, all.length)];
            each?.takeBack();
            if (each?.rung === 0) each.takenBack = true;
          } else {
            nowMs += value;
            const before = rung.length;
            alarms.ring(nowMs);
            const now = rung.slice(before);
            expect(now).toEqual([...now].sort((a, b) => a - b));
            expect(waiting().filter((each) => each.dueMs <= nowMs)).toEqual([]);
          }
          expect(alarms.nextMs()).toBe(Math.min(Number.POSITIVE_INFINITY, ...waiting().map((each) => each.dueMs)));
        }
        expect(all.every((each) => each.rung <= 1 && !(each.takenBack && each.rung > 0))).toBe(true);
      }),
    );
  });

  it('that one of them takes back while they ring do not ring', () => {
    const alarms = createAlarms();
    const rung: string[] = [];
    alarms.add(1, () => {
      rung.push('first');
      takeBack();
    });
    const takeBack = alarms.add(1, () => rung.push('second'));
    alarms.add(1, () => rung.push('third'));
    alarms.ring(1);
    expect(rung).toEqual(['first', 'third']);
  });

  it('that are set while others ring have their turn with the next ringing', () => {
    const alarms = createAlarms();
    const rung: string[] = [];
    alarms.add(1, () => {
      rung.push('first');
      alarms.add(1, () => rung.push('second'));
    });
    alarms.ring(1);
    expect(rung).toEqual(['first']);
    alarms.ring(1);
    expect(rung).toEqual(['first', 'second']);
  });
});
