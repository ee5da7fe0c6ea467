/** The standard input of an instance: what one look at it brought and nobody has taken yet stays for the next reader of the same call. */
import { guarded } from '../files/errors.js';
import type { Readiness } from './poll.js';
import type { World, WorldCall } from './types.js';

/** Nobody says when a terminal or a pipe has something, so they are looked at again after so long. */
const LOOK_AGAIN_MS = 5;
const NS_PER_MS = 1e6;
const NOTHING = new Uint8Array(0);

/** A class, because instances are made for single calls. */
export class Input {
  private readonly world: World;
  private rest: Uint8Array = NOTHING;
  /** It was seen, and nobody was told: at a terminal, more may come after it. */
  private atEnd = false;
  private call: WorldCall;

  constructor(world: World) {
    this.world = world;
    this.call = world.call;
  }

  /** @returns up to `byteLength` bytes of it; none: nothing yet; null: the end @throws VolumeError */
  take(byteLength: number): Uint8Array | null {
    this.look();
    if (this.atEnd) {
      this.atEnd = false;
      return null;
    }
    const bytes = this.rest.subarray(0, byteLength);
    this.rest = this.rest.subarray(bytes.length);
    return bytes;
  }

  /** Whether the next `take` brings bytes without a look. */
  get hasMore(): boolean {
    return this.rest.length > 0;
  }

  readonly readiness: Readiness = {
    isReady: () => {
      this.look();
      return this.atEnd || this.rest.length > 0;
    },
    dueMs: () => Number(this.world.monotonicNs()) / NS_PER_MS + LOOK_AGAIN_MS,
    remote: () => null,
  };

  private look(): void {
    const { world } = this;
    if (this.call !== world.call) {
      // An instance may serve many calls; the input is each one's own.
      this.call = world.call;
      this.rest = NOTHING;
      this.atEnd = false;
    }
    if (this.rest.length > 0 || this.atEnd) return;
    const bytes = guarded('stdin', () => world.stdin?.() ?? null);
    if (bytes === null) this.atEnd = true;
    else this.rest = bytes;
  }
}
