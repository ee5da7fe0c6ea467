/** A guest's function: what its pool holds, and what it is made with. */
import type { Instance } from '../component/types.js';
import type { Clock } from '../pool/clock.js';
import type { Pool } from '../pool/types.js';
import type { Transport } from '../transport/transports.js';
import type { Value } from '../values.js';
import type { World } from '../wasi/types.js';
import type { CallContext } from './types.js';
import type { Worlds } from './worlds.js';

/** An instance with what only its pool knows of it. */
export interface WasmSlot {
  /** null: its first call makes it. */
  instance: Instance | null;
  /** What the instance sees; null where it needs no world, or is not made yet. */
  world: World | null;
  /** It ran over a limit, or exited: not entered again. */
  spent: boolean;
  /** Its guard has the terms of a call. */
  armed: boolean;
  /** The work of its instance that is in its function's meter. */
  counted: number;
  /** It serves one call, and is put back to its beginning for the next one; false where that turns out to be impossible. */
  renews: boolean;
}

/** What the functions of guests are made with, wherever they run. */
export interface WasmFunctionMeans {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly pool: Pool<WasmSlot>;
  /** Where the time of the call that runs went besides its guest. */
  readonly spent?: (context: CallContext) => { readonly queueMs: number; readonly waitMs: number };
  /**
   * Whether the call that runs was cancelled; asked while its guest runs. With a context: whether that call was, for guests that
   * suspend, of which many are under way.
   */
  readonly isCancelled?: (context?: CallContext) => boolean;
  /** Stands around the imports that a guest calls which suspends. */
  readonly around?: (context: CallContext, run: () => unknown, maySuspend: boolean) => unknown;
  /** Told until when a guest may run, before it does; the answer, what it was told before, is given to it afterwards. */
  readonly runsUntil?: (deadlineMs: number) => number;
  /**
   * Makes a call that ran over its slice here, as if it never had: for guests whose calls can be made twice. Without it, calls
   * beside their callers run to their end.
   */
  readonly again?: (args: readonly Value[], context: CallContext) => Promise<Value>;
  /** For functions whose instances see a world; without it they see none. */
  readonly worlds?: Worlds;
}
