/** Everything that threads say to each other, and how it becomes bytes. */
import { HostBug } from '../errors.js';
import type { Actor, CallOptions, Scope } from '../functions/types.js';
import type { HttpCall } from '../io.js';
import type { LogRecord } from '../lua/platform.js';
import type { ScriptTerms } from '../lua/types.js';
import type { Value, ValueMap } from '../values.js';
import { ByteReader } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import type { HandleOut } from './handle-marks.js';
import { PackedValue, type WireArgs } from './packed-value.js';
import { valueReader } from './value-reader.js';
import { ValueWriter } from './value-writer.js';

/** What a call carries, as data; the clock is the host's on every thread. */
export interface WireContext {
  readonly deadline: number | null;
  readonly chain: readonly string[];
  readonly values: ValueMap;
  readonly actor: Actor | null;
  readonly scope: Scope | null;
  readonly options: CallOptions;
  readonly http?: HttpCall;
}

/** How something ended: its value, or a HostError; `bug` is the text of our own mistake. */
export interface WireOutcome {
  readonly value: Value;
  readonly failed: boolean;
  readonly bug: string | null;
}

/** The number of what wants no answer. */
export const NO_REQUEST = 0;

/** Numbers of calls are given by the host, numbers of requests by the thread that asks. */
export type HostMessage =
  /** Run a function; `seat` is the instance to use, or -1 for one that is gone after the call. */
  | {
      readonly kind: 'call';
      readonly call: number;
      readonly id: string;
      readonly seat: number;
      readonly args: WireArgs;
      readonly context: WireContext;
      readonly target: 'go' | 'js';
      /** When it came, on the host's clock: until it starts it waits, for its pool and its thread. */
      readonly since: number;
    }
  | {
      readonly kind: 'script';
      readonly call: number;
      readonly file: string;
      readonly args: WireArgs;
      readonly context: WireContext;
      readonly terms: ScriptTerms;
    }
  /** Compile Lua without running it; a function's source is to give its method. */
  | {
      readonly kind: 'check';
      readonly call: number;
      readonly name: string;
      readonly source: string;
      readonly method: string | null;
    }
  /** Call a method of a resource that TypeScript holds, or drop it (`method` null); as a call. */
  | {
      readonly kind: 'method';
      readonly call: number;
      readonly handle: number;
      readonly resource: string;
      readonly method: string | null;
      readonly args: WireArgs;
      readonly context: WireContext;
      readonly since: number;
    }
  | { readonly kind: 'cancel'; readonly call: number }
  /** Make an instance before it is needed. */
  | { readonly kind: 'prepare'; readonly id: string; readonly seat: number }
  /** Let go of an instance. */
  | { readonly kind: 'forget'; readonly id: string; readonly seat: number }
  /** Others wait for seats of this function. */
  | { readonly kind: 'recall'; readonly id: string }
  /** Memories are short: let go of those that nobody uses. */
  | { readonly kind: 'collect' }
  /** Serve the calls of a lane, and nobody else, until its grant is over; as a call. */
  | { readonly kind: 'serve'; readonly call: number; readonly grant: number; readonly lane: number }
  /** The partner of a grant has died while it ran a call. */
  | { readonly kind: 'partner-lost'; readonly grant: number; readonly reason: string }
  | RelayMessage
  | { readonly kind: 'reply'; readonly request: number; readonly outcome: WireOutcome };

/** An answer too long for its lane, from the thread that served it and to the one that called. */
export interface RelayMessage {
  readonly kind: 'relay';
  /** The one that called. */
  readonly thread: number;
  readonly grant: number;
  readonly call: number;
  readonly spent: boolean;
  readonly ranMs: number;
  readonly outcome: WireOutcome;
}

export type ThreadMessage =
  | {
      readonly kind: 'answer';
      readonly call: number;
      readonly outcome: WireOutcome;
      /** Its instance must not be entered again. */
      readonly spent: boolean;
      /** How long the guest ran without a wait, in ms; -1 where that says nothing. */
      readonly ranMs: number;
    }
  /** A call that TypeScript passed these handles to has taken them; before its answer. */
  | { readonly kind: 'moved'; readonly handles: readonly number[] }
  /** Call a function wherever it can run. */
  | {
      readonly kind: 'forward';
      readonly request: number;
      /** The thread stands still until it is answered. */
      readonly standing: boolean;
      /** Its caller goes on meanwhile. */
      readonly beside: boolean;
      readonly id: string;
      readonly args: WireArgs;
      readonly context: WireContext;
      /** The call is counted and bounded where it was made: only its run is left. */
      readonly entered: boolean;
    }
  /** The request's answer is not wanted any more. */
  | { readonly kind: 'abandon'; readonly request: number }
  /** Lend a seat for calls at this thread; without `wait` the answer is -1 where none is free. */
  | {
      readonly kind: 'lease';
      readonly request: number;
      readonly id: string;
      readonly wait: boolean;
      readonly deadline: number | null;
    }
  | { readonly kind: 'return'; readonly id: string; readonly seat: number; readonly spent: boolean }
  /** Lend a seat on another thread, to be called over a lane: on the partner of `grant`, or with a new one where that is 0. */
  | { readonly kind: 'partner'; readonly request: number; readonly id: string; readonly grant: number }
  /** The caller needs its partner no more. */
  | { readonly kind: 'partner-end'; readonly grant: number }
  | RelayMessage
  /** That thread sleeps in its event loop and has something to take. */
  | { readonly kind: 'wake'; readonly thread: number }
  /** A guest calls an import that TypeScript provides. */
  | {
      readonly kind: 'import';
      readonly request: number;
      readonly call: number;
      /** Its thread stands still until it is answered. */
      readonly standing: boolean;
      readonly name: string;
      readonly fn: string;
      readonly args: WireArgs;
    }
  /** What is behind an ID: answered through the port, since it holds compiled modules. */
  | { readonly kind: 'define'; readonly request: number; readonly id: string }
  /** The registry as Lua reads it. */
  | { readonly kind: 'registry'; readonly request: number }
  /** Asks for an operation of the host; `client` is the thread's number for who asks, `id` its name. */
  | {
      readonly kind: 'io';
      readonly request: number;
      readonly client: number;
      /** The thread stands still until it is answered. */
      readonly standing: boolean;
      readonly id: string;
      readonly op: string;
      readonly args: WireArgs;
    }
  /** Nothing more comes from this client. */
  | { readonly kind: 'io-end'; readonly client: number }
  | { readonly kind: 'log'; readonly record: LogRecord }
  | { readonly kind: 'print'; readonly line: Uint8Array; readonly place: string };

type Message = HostMessage | ThreadMessage;

type Kind = Message['kind'];
type Field<K extends Kind> = Exclude<keyof Extract<Message, { kind: K }>, 'kind'>;
type Fields = { readonly [K in Kind]: readonly Field<K>[] };

/** Makes a field that is left out a type error at its kind: it would be dropped on the way. */
const whole = <const T extends Fields>(
  fields: T & { readonly [K in Kind]: Field<K> extends T[K][number] ? unknown : never },
): Fields => fields;

/** The fields of each kind, in the order of the wire. What is passed on as it is (arguments, outcomes) stands last. */
const FIELDS = whole({
  call: ['call', 'id', 'seat', 'context', 'target', 'since', 'args'],
  script: ['call', 'file', 'context', 'terms', 'args'],
  check: ['call', 'name', 'source', 'method'],
  method: ['call', 'handle', 'resource', 'method', 'context', 'since', 'args'],
  cancel: ['call'],
  prepare: ['id', 'seat'],
  forget: ['id', 'seat'],
  recall: ['id'],
  collect: [],
  serve: ['call', 'grant', 'lane'],
  'partner-lost': ['grant', 'reason'],
  relay: ['thread', 'grant', 'call', 'spent', 'ranMs', 'outcome'],
  reply: ['request', 'outcome'],
  answer: ['call', 'spent', 'ranMs', 'outcome'],
  moved: ['handles'],
  forward: ['request', 'standing', 'beside', 'entered', 'id', 'context', 'args'],
  abandon: ['request'],
  lease: ['request', 'id', 'wait', 'deadline'],
  return: ['id', 'seat', 'spent'],
  partner: ['request', 'id', 'grant'],
  'partner-end': ['grant'],
  wake: ['thread'],
  import: ['request', 'call', 'standing', 'name', 'fn', 'args'],
  define: ['request', 'id'],
  registry: ['request'],
  io: ['request', 'client', 'standing', 'id', 'op', 'args'],
  'io-end': ['client'],
  log: ['record'],
  print: ['line', 'place'],
});
const KINDS = Object.keys(FIELDS) as readonly Kind[];

/** @returns bytes of a message, valid until the next call. @throws HostError for values that stay on their thread */
type Encode = (message: Message, plain?: boolean, handles?: HandleOut | null) => Uint8Array;

/** One for each sender: its buffer is used again and again. */
export function messageEncoder(): Encode {
  const out = new ByteWriter();
  const values = new ValueWriter(out);
  return (message, plain = false, handles = null) => {
    out.reset();
    values.reset();
    values.handles = handles;
    out.byte(KINDS.indexOf(message.kind));
    out.byte(plain ? 1 : 0);
    const fields = message as unknown as Record<string, unknown>;
    for (const field of FIELDS[message.kind]) {
      if (field === 'outcome') {
        const { failed, bug, value } = fields.outcome as WireOutcome;
        values.value(failed);
        values.value(bug);
        writeLast(out, values, value);
      } else if (field === 'args') {
        writeLast(out, values, fields.args);
      } else {
        values.value(fields[field]);
      }
    }
    return out.written();
  };
}

/** @param bytes owned by the message from now on */
export function decodeMessage(bytes: Uint8Array): Message {
  const kind = KINDS[bytes[0] as number];
  if (kind === undefined) throw new HostBug(`a message between threads has the kind ${bytes[0]}`);
  const plain = bytes[1] === 1;
  const reader = new ByteReader(bytes.subarray(2));
  const read = valueReader(reader, plain);
  const message: Record<string, unknown> = { kind };
  for (const field of FIELDS[kind]) {
    if (field === 'outcome') {
      const failed = read();
      const bug = read();
      message.outcome = { failed, bug, value: new PackedValue(reader.rest(), plain) };
    } else if (field === 'args') {
      message.args = new PackedValue(reader.rest(), plain);
    } else {
      message[field] = read();
    }
  }
  return message as unknown as Message;
}

/** Its shapes are its own, so that it can be passed on without being read. */
function writeLast(out: ByteWriter, values: ValueWriter, value: unknown): void {
  if (value instanceof PackedValue) {
    out.raw(value.bytes);
  } else {
    values.reset();
    values.value(value);
  }
}
