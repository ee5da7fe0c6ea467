/** `poll_oneoff` on a clock of the spec's own: for how long a guest waits, and what it is told. */
import { describe, expect, test } from 'vitest';
import { OUT, type Rig, withRig } from './preview1.js';

const IN = 4096;
const ABSOLUTE = 1;

interface Clock {
  readonly clock: number;
  readonly timeout: bigint;
  readonly flags?: number;
}
type Subscription = Clock | { readonly read: number } | { readonly write: number } | { readonly kind: number };

/** Writes subscriptions with the user data 100, 101, … and polls. @returns errno, or `DATA:ERRNO:TYPE:BYTES` of each event */
function poll(rig: Rig, ...all: readonly Subscription[]): string {
  const view = rig.view();
  for (const [index, each] of all.entries()) {
    const at = IN + index * 48;
    new Uint8Array(view.buffer, at, 48).fill(0xee); // what is no field does not matter
    view.setBigUint64(at, BigInt(100 + index), true);
    if ('clock' in each) {
      view.setUint8(at + 8, 0);
      view.setUint32(at + 16, each.clock, true);
      view.setBigUint64(at + 24, each.timeout, true);
      view.setUint16(at + 40, each.flags ?? 0, true);
    } else {
      view.setUint8(at + 8, 'read' in each ? 1 : 'write' in each ? 2 : each.kind);
      view.setUint32(at + 16, 'read' in each ? each.read : 'write' in each ? each.write : 0, true);
    }
  }
  const errno = rig.call('poll_oneoff', IN, OUT, all.length, 30_000);
  if (errno !== 'ok') return errno;
  return Array.from({ length: rig.u32(30_000) }, (_, index) => {
    const at = OUT + index * 32;
    return `${rig.u64(at)}:${view.getUint16(at + 8, true)}:${view.getUint8(at + 10)}:${rig.u64(at + 16)}`;
  }).join(' ');
}

const MS = 1_000_000n;

describe('clocks', () => {
  test.each<[string, Clock, number]>([
    ['from now on', { clock: 1, timeout: 20n * MS }, 30],
    ['from now on, by the other clock', { clock: 0, timeout: 20n * MS }, 30],
    ['until a time', { clock: 1, timeout: 25n * MS, flags: ABSOLUTE }, 25],
    ['until a time since 1970', { clock: 0, timeout: 1_000_000_000n + 27n * MS, flags: ABSOLUTE }, 27],
  ])('%s', (_, clock, wakesAtMs) => {
    withRig({}, (rig) => {
      rig.nowMs = 10;
      expect(poll(rig, clock)).toBe('100:0:0:0');
      expect(rig.sleeps).toHaveLength(1);
      expect(rig.sleeps[0]).toBeGreaterThanOrEqual(wakesAtMs);
      expect(rig.sleeps[0]).toBeLessThan(wakesAtMs + 0.01);
    });
  });

  test.each<[string, Clock]>([
    ['no time at all', { clock: 1, timeout: 0n }],
    ['a time that is past', { clock: 1, timeout: 5n * MS, flags: ABSOLUTE }],
    ['a time that is long past', { clock: 0, timeout: 1n, flags: ABSOLUTE }],
  ])('%s makes nobody wait', (_, clock) => {
    withRig({}, (rig) => {
      rig.nowMs = 10;
      expect(poll(rig, clock)).toBe('100:0:0:0');
      expect(rig.sleeps).toEqual([]);
    });
  });

  test('the first of several ends the wait, and only it is told', () => {
    withRig({}, (rig) => {
      const clocks = [30n, 10n, 20n, 10n].map((ms) => ({ clock: 1, timeout: ms * MS }));
      expect(poll(rig, ...clocks)).toBe('101:0:0:0 103:0:0:0');
    });
  });

  test('that there are not, or that nobody counts, are events with an error', () => {
    withRig({}, (rig) => {
      const bad = [2, 3, 4].map((clock) => ({ clock, timeout: 0n }));
      expect(poll(rig, ...bad, { clock: 1, timeout: 1000n * MS })).toBe('100:58:0:0 101:58:0:0 102:28:0:0');
      expect(rig.sleeps).toEqual([]);
    });
  });
});

describe('descriptors', () => {
  test('are ready at once, files with what is left of them', () => {
    withRig({ input: ['x'] }, (rig) => {
      const fd = rig.open(3, 'a', { oflags: 1 });
      rig.write(fd, 'hello');
      rig.call('fd_seek', fd, 2n, 0, OUT);
      const all = [{ read: fd }, { write: fd }, { read: 0 }, { write: 1 }, { clock: 1, timeout: 10n * MS }];
      expect(poll(rig, ...all)).toBe('100:0:1:3 101:0:2:1 102:0:1:1 103:0:2:1');
      expect(rig.sleeps).toEqual([]);
      rig.call('fd_seek', fd, 9n, 0, OUT);
      expect(poll(rig, { read: fd })).toBe('100:0:1:0');
    });
  });

  test('that there are not, and what is no kind of subscription, are events with an error', () => {
    withRig({}, (rig) => {
      expect(poll(rig, { read: 99 }, { write: 1 }, { kind: 3 }, { kind: 255 })).toBe(
        '100:8:1:0 101:0:2:1 102:28:3:0 103:28:255:0',
      );
    });
  });
});

test('nothing to wait for is inval, and so are more subscriptions than anyone has', () => {
  withRig({}, (rig) => {
    expect(poll(rig)).toBe('inval');
    expect(rig.call('poll_oneoff', 0, 0, -1, OUT)).toBe('inval');
    expect(rig.call('poll_oneoff', 0, 0, 16_385, OUT)).toBe('inval');
    expect(rig.call('poll_oneoff', 0, 0, 16_384, OUT)).toBe('fault');
  });
});

describe('a standard input that has nothing yet', () => {
  test('is waited for by a read, which then has what came', () => {
    withRig({ input: ['', '', 'late', 'more'] }, (rig) => {
      expect(rig.readAll(0)).toBe('late');
      expect(rig.sleeps).toHaveLength(2);
      expect([rig.readAll(0), rig.readAll(0)]).toEqual(['more', '']);
    });
  });

  test('is polled for, beside clocks', () => {
    withRig({ input: ['', '', '', 'late'] }, (rig) => {
      expect(poll(rig, { read: 0 }, { clock: 1, timeout: 7n * MS })).toBe('101:0:0:0');
      expect(poll(rig, { read: 0 })).toBe('100:0:1:1');
      expect(rig.readAll(0)).toBe('late');
    });
  });

  test('keeps its end for who reads next', () => {
    withRig({ input: ['ab'] }, (rig) => {
      expect(rig.call('fd_read', 0, ...rig.iovecs([8000, 1], [8001, 1], [8002, 1]), OUT)).toBe('ok');
      expect([rig.u32(OUT), rig.read(8000, 2)]).toEqual([2, 'ab']);
      expect([poll(rig, { read: 0 }), rig.readAll(0)]).toEqual(['100:0:1:1', '']);
    });
  });
});
