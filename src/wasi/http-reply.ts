/**
 * The answer to a request as its guest sends it. It waits for nobody as long as little is on its way: what is written goes out
 * without an answer, up to a bound, and what is small and ends at once goes out as one whole.
 */
import type { BodyTarget } from './http-bodies.js';
import type { HeaderList } from './http-values.js';
import { after, type Later } from './later.js';
import type { Readiness } from './poll.js';
import { Remote } from './remote.js';
import type { World } from './types.js';

/** What may be on its way without having been asked for: what the host's thread takes at least. */
const CREDIT_BYTES = 64 * 1024;
/** Below this, the host's thread is asked how much room there is. */
const LITTLE_CREDIT = 4096;
/** A body that is not flushed begins to go out when it is longer. */
const HELD_BYTES = 16 * 1024;

interface ReplyHead {
  readonly status: number;
  readonly headers: HeaderList;
}

/** An answer on its way, by operations `http.guest-…`. */
export class ServedReply implements BodyTarget {
  private readonly world: World;
  private readonly exchange: number;
  /** null: it has gone out. */
  private head: ReplyHead | null;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private credit = CREDIT_BYTES;
  private remote: Remote | null = null;
  private ended = false;
  private readonly holds: boolean;

  /** @param holds nothing goes out before it is complete: for guests that are tried, and may be run again */
  constructor(world: World, exchange: number, head: ReplyHead, holds = false) {
    this.holds = holds;
    this.world = world;
    this.exchange = exchange;
    this.head = head;
    world.beforeWait = () => {
      if (this.heldBytes > 0) this.begin();
    };
  }

  /** The head goes out, and what is held of the body. */
  private begin(): void {
    const { head } = this;
    if (head === null) return;
    this.head = null;
    this.world.beforeWait = null;
    this.tell('http.guest-respond', head.status, head.headers as unknown as string[], this.takeHeld());
  }

  private takeHeld(): Uint8Array {
    const { held } = this;
    this.held = [];
    return held.length === 1 ? held[0]! : joined(held, this.heldBytes);
  }

  private tell(op: string, ...args: Parameters<World['io']['tell']>[1][]): void {
    this.world.io.tell(op, this.exchange, ...args);
  }

  /** Its number, for questions that wait. */
  private opened(): Later<Remote> {
    if (this.remote !== null) return this.remote;
    this.begin();
    return after(this.world.wait.ask('http.guest-sink', this.exchange), (id) => {
      this.remote ??= new Remote(this.world, Number(id));
      return this.remote;
    });
  }

  readonly readiness: Readiness = {
    isReady: () => this.credit > 0 || this.remote?.readiness.isReady() !== false,
    dueMs: () => Number.POSITIVE_INFINITY,
    remote: () => (this.credit > 0 ? null : (this.remote?.readiness.remote() ?? null)),
  };

  capacity(): Later<number> {
    if (this.credit >= LITTLE_CREDIT) return this.credit;
    return after(this.opened(), (remote) =>
      after(remote.ask('net.room'), (room) => {
        this.credit = Number(room);
        return this.credit;
      }),
    );
  }

  write(bytes: Uint8Array): void {
    this.credit -= bytes.length;
    if (this.head === null) {
      this.tell('http.guest-write', bytes);
      return;
    }
    this.held.push(bytes);
    this.heldBytes += bytes.length;
    if (this.heldBytes > HELD_BYTES && !this.holds) this.begin();
  }

  writeBlocking(bytes: Uint8Array): Later<void> {
    if (this.credit >= bytes.length) {
      this.write(bytes);
      this.flush();
      return;
    }
    return after(this.opened(), (remote) =>
      after(remote.ask('net.write-wait', bytes), () => {
        this.credit = CREDIT_BYTES;
      }),
    );
  }

  flush(): void {
    const first = this.head !== null && this.heldBytes > 0;
    if (!this.holds) this.begin();
    if (!first || this.holds) this.tell('http.guest-flush');
  }

  /** What is on its way is bounded by its credit: nobody has to wait for it. */
  flushBlocking(): void {
    this.flush();
  }

  finish(trailers: HeaderList): void {
    this.ended = true;
    const { head } = this;
    if (head === null) {
      this.tell('http.guest-finish', trailers as unknown as string[]);
      return;
    }
    this.head = null;
    this.world.beforeWait = null;
    const body = this.takeHeld();
    this.tell(
      'http.guest-answer',
      head.status,
      head.headers as unknown as string[],
      body,
      trailers as unknown as string[],
    );
  }

  giveUp(): void {
    if (this.ended) return;
    this.ended = true;
    this.world.beforeWait = null;
    // What has sent nothing leaves the answer to the host.
    if (this.head === null) this.tell('http.guest-cut');
  }

  close(): void {}
}

function joined(parts: readonly Uint8Array[], byteLength: number): Uint8Array {
  const whole = new Uint8Array(byteLength);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
