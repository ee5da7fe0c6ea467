/** Streams over sources and sinks that wait, fail and end. */
import { describe, expect, test } from 'vitest';
import { HostBug } from '../../src/errors.js';
import { IoError } from '../../src/wasi/errors.js';
import { InputStream, MAX_READ_BYTES, OutputStream, StreamClosed } from '../../src/wasi/streams.js';
import { WaitEnded } from '../../src/wasi/types.js';
import { at, rig, sinkOf, sourceOf } from './rig.js';

const utf8 = (text: string) => new TextEncoder().encode(text);
const CLOSED = { err: 'closed' };

function reasonOf(result: unknown): unknown {
  const error = (result as { err: { 'last-operation-failed': IoError } }).err['last-operation-failed'];
  expect(error).toBeInstanceOf(IoError);
  return error.reason;
}

describe('an input stream', () => {
  test('reads up to the length, then the rest, then is closed and its source with it', () => {
    const source = sourceOf('hello');
    const stream = new InputStream(rig().world, source);
    expect(stream.read(3n)).toEqual({ ok: utf8('hel') });
    expect(stream.read(10n)).toEqual({ ok: utf8('lo') });
    expect([stream.read(1n), stream.blockingRead(1n), stream.skip(1n)]).toEqual([CLOSED, CLOSED, CLOSED]);
    expect(source.closed()).toBe(1);
  });

  test('that is open reads nothing for a length of 0, without asking its source', () => {
    const stream = new InputStream(rig().world, sourceOf(new Error('asked')));
    expect(stream.read(0n)).toEqual({ ok: utf8('') });
    expect(stream.blockingSkip(0n)).toEqual({ ok: 0n });
  });

  test('asks for a mebibyte at most, whatever the guest wants', () => {
    const asked: number[] = [];
    const source = { ...sourceOf(), read: (length: number) => utf8('x'.repeat(asked.push(length))) };
    expect(new InputStream(rig().world, source).read(2n ** 64n - 1n)).toEqual({ ok: utf8('x') });
    expect(asked).toEqual([MAX_READ_BYTES]);
  });

  test('blocks until its source is ready, however often it has nothing then', () => {
    const self = rig();
    const empty = 20_000;
    let reads = 0;
    // Ready a millisecond after each read.
    const readiness = { isReady: () => self.nowMs >= reads, dueMs: () => reads, remote: () => null };
    const source = { ...sourceOf(), readiness, read: () => utf8(++reads > empty ? 'x' : '') };
    expect(new InputStream(self.world, source).blockingRead(5n)).toEqual({ ok: utf8('x') });
    expect(self.waits).toHaveLength(empty);
  });

  test('uses the blocking read of a source that has one', () => {
    const self = rig();
    const source = { ...sourceOf('later'), readBlocking: () => utf8('now') };
    expect(new InputStream(self.world, source).blockingSkip(5n)).toEqual({ ok: 3n });
    expect(self.waits).toEqual([]);
  });

  test('that fails says why once, and is closed then', () => {
    const source = sourceOf('x', new Error('disk on fire'));
    const stream = new InputStream(rig().world, source);
    expect(stream.read(1n)).toEqual({ ok: utf8('x') });
    const failed = stream.read(1n);
    expect((reasonOf(failed) as Error).message).toBe('disk on fire');
    expect(stream.read(1n)).toEqual(CLOSED);
    expect(source.closed()).toBe(1);
  });

  test('whose other end has closed is closed, not failed', () => {
    expect(new InputStream(rig().world, sourceOf(new StreamClosed('gone'))).read(1n)).toEqual(CLOSED);
  });

  test.each([new WaitEnded('over'), new HostBug('ours')])(
    'passes on %s, which is no failure of its source',
    (thrown) => {
      expect(() => new InputStream(rig().world, sourceOf(thrown)).read(1n)).toThrow(thrown);
    },
  );

  test('that was dropped is ready for ever: there is nothing to wait for', () => {
    const self = rig();
    const source = { ...sourceOf('x'), readiness: at(self, 99) };
    const stream = new InputStream(self.world, source);
    const pollable = stream.subscribe();
    expect(pollable.ready()).toBe(false);
    stream[Symbol.dispose]();
    expect(pollable.ready()).toBe(true);
    stream[Symbol.dispose]();
    expect(source.closed()).toBe(1);
  });

  test('answers by promises where its source does, failures included', async () => {
    const source = { ...sourceOf(), read: async () => utf8('x'), readBlocking: () => Promise.reject(new Error('no')) };
    const stream = new InputStream(rig(undefined, true).world, source);
    expect(await stream.read(1n)).toEqual({ ok: utf8('x') });
    expect((reasonOf(await stream.blockingRead(1n)) as Error).message).toBe('no');
    expect(await stream.read(1n)).toEqual(CLOSED);
  });
});

describe('an output stream', () => {
  test('permits what its sink has room for, over several writes', () => {
    const self = rig();
    const sink = sinkOf(self, 5);
    const stream = new OutputStream(self.world, sink);
    expect(stream.checkWrite()).toEqual({ ok: 5n });
    expect(stream.write(utf8('abc'))).toEqual({ ok: true });
    expect(stream.write(utf8('de'))).toEqual({ ok: true });
    expect(() => stream.write(utf8('f'))).toThrow('1 bytes written, 0 permitted by check-write');
    expect(sink.text()).toBe('abcde');
  });

  test('counts zeroes against the permit, however many are asked for', () => {
    const self = rig();
    const stream = new OutputStream(self.world, sinkOf(self, 4));
    expect(stream.checkWrite()).toMatchObject({ ok: expect.anything() });
    expect(() => stream.writeZeroes(2n ** 64n - 1n)).toThrow('18446744073709551615 bytes written, 4 permitted');
    expect(stream.writeZeroes(4n)).toEqual({ ok: true });
  });

  test('blocks while its sink has no room, and flushes at the end', () => {
    const self = rig();
    const sink = sinkOf(self, 0, 2, 0, 3);
    expect(new OutputStream(self.world, sink).blockingWriteAndFlush(utf8('abcde'))).toEqual({ ok: true });
    expect(sink.text()).toBe('abcde|');
  });

  test('that fails says why once, and is closed then', () => {
    const self = rig();
    const sink = sinkOf(self, new Error('full'));
    const stream = new OutputStream(self.world, sink);
    expect((reasonOf(stream.blockingWriteAndFlush(utf8('x'))) as Error).message).toBe('full');
    expect([stream.checkWrite(), stream.write(utf8('')), stream.flush()]).toEqual([CLOSED, CLOSED, CLOSED]);
    expect(sink.closed()).toBe(1);
  });

  test('whose sink takes nothing any more is closed', () => {
    const self = rig();
    expect(new OutputStream(self.world, sinkOf(self, null)).checkWrite()).toEqual(CLOSED);
    expect(new OutputStream(self.world, sinkOf(self, null)).blockingWriteAndFlush(utf8('x'))).toEqual(CLOSED);
  });

  test('that was dropped is ready for ever, and its permit is gone', () => {
    const self = rig();
    const sink = sinkOf(self);
    const stream = new OutputStream(self.world, sink);
    const pollable = stream.subscribe();
    expect(stream.checkWrite()).toMatchObject({ ok: expect.anything() });
    stream[Symbol.dispose]();
    expect(pollable.ready()).toBe(true);
    expect(() => stream.write(utf8('x'))).toThrow('0 permitted');
    expect(sink.closed()).toBe(1);
  });
});

describe('splice', () => {
  test('moves as much as both sides have, up to the length', () => {
    const self = rig();
    const sink = sinkOf(self, 3, 100, 100, 100);
    const out = new OutputStream(self.world, sink);
    const source = new InputStream(self.world, sourceOf('hello', 'world'));
    const moved = [out.splice(source, 10n), out.splice(source, 10n), out.splice(source, 2n), out.splice(source, 0n)];
    expect(moved).toEqual([{ ok: 3n }, { ok: 2n }, { ok: 2n }, { ok: 0n }]);
    expect(sink.text()).toBe('hellowo');
  });

  test('tells which side ended: the source, or the sink', () => {
    const self = rig();
    const source = () => new InputStream(self.world, sourceOf(null));
    expect(new OutputStream(self.world, sinkOf(self)).splice(source(), 1n)).toEqual(CLOSED);
    const broken = new OutputStream(self.world, sinkOf(self, new Error('full')));
    expect((reasonOf(broken.splice(source(), 1n)) as Error).message).toBe('full');
  });

  test('waits for both sides where it blocks', () => {
    const self = rig();
    const sink = { ...sinkOf(self), readiness: at(self, 20) };
    const source = new InputStream(self.world, { ...sourceOf('', 'x'), readiness: at(self, 30) });
    expect(new OutputStream(self.world, sink).blockingSplice(source, 9n)).toEqual({ ok: 1n });
    expect(self.waits).toEqual(['sleep 20', 'sleep 30']);
  });

  test('leaves an ended output alone, and its source too', () => {
    const self = rig();
    const out = new OutputStream(self.world, sinkOf(self));
    out[Symbol.dispose]();
    const source = new InputStream(self.world, sourceOf('x'));
    expect([out.splice(source, 1n), out.blockingSplice(source, 1n)]).toEqual([CLOSED, CLOSED]);
    expect(source.read(1n)).toEqual({ ok: utf8('x') });
  });
});

test('an error tells what the operation threw, whatever that was', () => {
  expect(new IoError(new Error('why')).toDebugString()).toBe('why');
  expect(new IoError('text').toDebugString()).toBe('text');
});
