/** The ring between two threads, from one. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newRing, ringReader, ringWriter } from '../../src/threads/ring.js';

function drain(reader: ReturnType<typeof ringReader>, into: Uint8Array[]): void {
  for (let message = reader.next(); message !== null; message = reader.next()) into.push(message);
}

describe('a ring', () => {
  test('delivers messages of any size, whole and in order, however reading and writing alternate', () => {
    const message = fc.nat({ max: 400_000 }).map((length) => new Uint8Array(length).fill(length));
    const step = fc.oneof(
      { weight: 3, arbitrary: message.map((bytes) => ({ post: bytes })) },
      { weight: 2, arbitrary: fc.constant({ post: null }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const ring = newRing();
        const writer = ringWriter(ring);
        const reader = ringReader(ring);
        const sent: Uint8Array[] = [];
        const got: Uint8Array[] = [];
        for (const { post } of steps) {
          if (post === null) {
            drain(reader, got);
            writer.flush();
          } else {
            writer.post(post);
            sent.push(post);
          }
        }
        while (!writer.flush()) drain(reader, got);
        drain(reader, got);
        expect(got.map((each) => each.length)).toEqual(sent.map((each) => each.length));
        expect(got.every((each, i) => Buffer.compare(each, sent[i]!) === 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('keeps what it sent apart from the sender’s buffer', () => {
    const ring = newRing();
    const bytes = new Uint8Array([1, 2, 3]);
    ringWriter(ring).post(bytes);
    bytes.fill(9);
    expect(ringReader(ring).next()).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('keeps what waits for room apart from the sender’s buffer, also of a Buffer that is written again', () => {
    const ring = newRing();
    const writer = ringWriter(ring);
    const reader = ringReader(ring);
    const buffer = Buffer.alloc(60_000);
    const got: Uint8Array[] = [];
    for (let number = 0; number < 50; number++) writer.post(buffer.fill(number));
    buffer.fill(99);
    expect(writer.waiting()).toBeGreaterThan(2_500_000);
    do drain(reader, got);
    while (!writer.flush() || reader.ready());
    expect(got.map(([first]) => first)).toEqual(Array.from({ length: 50 }, (_, number) => number));
    expect(writer.waiting()).toBe(0);
  });

  test('survives the wrap of its 32-bit indices', () => {
    const ring = newRing();
    const start = -100;
    new Int32Array(ring, 0, 2).fill(start);
    const writer = ringWriter(ring);
    const reader = ringReader(ring);
    for (let i = 0; i < 10; i++) {
      writer.post(new Uint8Array(50).fill(i));
      expect(reader.next()).toEqual(new Uint8Array(50).fill(i));
      expect(reader.ready()).toBe(false);
    }
  });
});
