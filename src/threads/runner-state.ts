/** What a call thread is made of: shared by the parts of the runner. Data only. */
import type { MessagePort } from 'node:worker_threads';
import type { CallMeter } from '../functions/meter.js';
import type { FunctionTable, TableFunction } from '../functions/table.js';
import type { CallContext } from '../functions/types.js';
import type { Guards } from '../instrument/guard.js';
import type { ThreadServices } from '../io.js';
import type { LuaRegistry } from '../lua/platform.js';
import type { Clock } from '../pool/clock.js';
import type { LuaRoom } from '../runner/lua.js';
import type { WorldRoom } from '../runner/worlds.js';
import type { TextCodec } from '../text.js';
import type { Value } from '../values.js';
import type { DefinitionMessage, FunctionDefinition, LaneMessage } from './definitions.js';
import type { GivenHandles } from './given-handles.js';
import type { Link } from './link.js';
import type { Mailbox } from './mailbox.js';
import type { Memories } from './memories.js';
import type { Packer } from './packer.js';
import type { SeatPool } from './seat-pool.js';
import type { LoopSource } from './thread-loop.js';
import type { HostMessage, RelayMessage, ThreadMessage } from './wire.js';

/** A function as one thread has it. */
export interface Local {
  readonly definition: FunctionDefinition;
  /** null: its calls are forwarded. */
  readonly fn: TableFunction | null;
  readonly pool: SeatPool<unknown> | null;
  readonly average: Float64Array | null;
  readonly meter: CallMeter | null;
}

/** Calls over a lane, from the side that makes them. */
export interface LaneCaller extends LoopSource {
  /** Makes the call over the lane, or asks for one first; null: not this time. */
  call(local: Local, id: string, args: readonly Value[], context: CallContext): Value | Promise<Value> | null;
  /** A call has ended that went through the host. */
  ended(): void;
  /** Nothing is called any more. */
  leave(): void;
  note(message: LaneMessage): void;
  lost(grant: number, reason: string): void;
  relayed(message: RelayMessage): void;
}

/** Calls over a lane, from the side that serves them. */
export interface LaneServer extends LoopSource {
  serve(message: Extract<HostMessage, { kind: 'serve' }>): void;
  note(message: LaneMessage): void;
  /** The thread is about to sleep: the grant is over, unless a call has come. */
  idle(): void;
}

/** A call of the host that this thread has begun. */
interface BegunCall {
  canceled: boolean;
  /** Of calls over a lane: their caller says so there. */
  readonly isCanceled?: () => boolean;
  /** Tells the Lua that makes it, or ends the wait of its guest. */
  readonly abort: () => void;
  /** Of guests that suspend: what the call waited for its thread. */
  readonly queuedMs?: number;
}

export interface Runner {
  readonly port: MessagePort;
  readonly link: Link<ThreadMessage, HostMessage>;
  readonly clock: Clock;
  readonly cores: number;
  readonly table: FunctionTable;
  readonly lua: LuaRoom;
  readonly worlds: WorldRoom;
  readonly mailbox: Mailbox;
  /** Arguments of calls that leave, as they are told. */
  readonly packer: Packer;
  readonly services: ThreadServices;
  readonly locals: Map<string, Local>;
  readonly plans: Map<number, NonNullable<DefinitionMessage['plan']>>;
  readonly definitions: Map<string, FunctionDefinition>;
  /** By number. */
  readonly calls: Map<number, BegunCall>;
  /** Those that TypeScript holds. */
  readonly given: GivenHandles;
  readonly memories: Memories;
  readonly laneCaller: LaneCaller;
  readonly laneServer: LaneServer;
  registry: LuaRegistry | null;
  recallsSeen: number;
  readonly text: TextCodec;
  readonly guards: Guards;
  /** Whether the call that runs shall end; with a context: that call. */
  readonly isCancelled: (context?: CallContext) => boolean;
  /** Until when the guest that runs may run, on the host's clock; what it waits for ends then. */
  deadlineMs: number;
  /** Of the guest's call that runs: what it waited before and since. */
  queueMs: number;
  waitMs: number;
  /** The guest that calls an import now could suspend. */
  maySuspend: boolean;
  /** The call that runs, and how many Lua calls are under way. */
  current: number;
  luaCalls: number;
  /** How often Lua has given its turn away, its slice being over. */
  cutTurns: number;
}

/** Gives back every borrowed seat that is not in use. */
export function returnSeats(runner: Runner): void {
  for (const { pool } of runner.locals.values()) pool?.returnAll();
}
