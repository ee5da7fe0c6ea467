/** Everything that threads say to each other, and how it becomes bytes. */
import { HostBug } from '../errors.js';
import type { Actor, CallOptions, Scope } from '../functions/types.js';
import type { LogRecord } from '../lua/platform.js';
import type { Value, ValueMap } from '../values.js';
import { ByteWriter } from './byte-writer.js';
import { ValueReader, ValueWriter } from './value-codec.js';

/** What a call carries, as data; the clock is the host's on every thread. */
export interface WireContext {
  readonly deadline: number | null;
  readonly chain: readonly string[];
  readonly values: ValueMap;
  readonly actor: Actor | null;
  readonly scope: Scope | null;
  readonly options: CallOptions;
}

/** How something ended: its value, or a HostError; `bug` is the text of our own mistake. */
export interface WireOutcome {
  readonly value: Value;
  readonly failed: boolean;
  readonly bug: string | null;
}

/** Numbers of calls are given by the host, numbers of requests by the thread that asks. */
export type HostMessage =
  /** Run a function; `seat` is the instance to use, or -1 for one that is gone after the call. */
  | {
      readonly kind: 'call';
      readonly call: number;
      readonly id: string;
      readonly seat: number;
      readonly args: readonly Value[];
      readonly context: WireContext;
      readonly target: 'go' | 'js';
      /** How long it has waited, for its pool and its thread. */
      readonly queuedMs: number;
    }
  | {
      readonly kind: 'script';
      readonly call: number;
      readonly file: string;
      readonly args: readonly Value[];
      readonly context: WireContext;
    }
  /** Compile Lua without running it. */
  | { readonly kind: 'check'; readonly call: number; readonly name: string; readonly source: string }
  | { readonly kind: 'cancel'; readonly call: number }
  /** Make an instance before it is needed. */
  | { readonly kind: 'prepare'; readonly id: string; readonly seat: number }
  /** Let go of an instance. */
  | { readonly kind: 'forget'; readonly id: string; readonly seat: number }
  /** Others wait for seats of this function. */
  | { readonly kind: 'recall'; readonly id: string }
  | { readonly kind: 'reply'; readonly request: number; readonly outcome: WireOutcome };

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
  /** Call a function wherever it can run. */
  | {
      readonly kind: 'forward';
      readonly request: number;
      readonly id: string;
      readonly args: readonly Value[];
      readonly context: WireContext;
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
  /** A guest calls an import that TypeScript provides. */
  | {
      readonly kind: 'import';
      readonly request: number;
      readonly call: number;
      readonly name: string;
      readonly fn: string;
      readonly args: readonly Value[];
    }
  /** What is behind an ID: answered through the port, since it holds compiled modules. */
  | { readonly kind: 'define'; readonly request: number; readonly id: string }
  /** The registry as Lua reads it. */
  | { readonly kind: 'registry'; readonly request: number }
  | { readonly kind: 'log'; readonly record: LogRecord }
  | { readonly kind: 'print'; readonly line: Uint8Array; readonly place: string };

type Message = HostMessage | ThreadMessage;

/** The fields of each kind, in the order of the wire. */
const FIELDS: { readonly [K in Message['kind']]: readonly Exclude<keyof Extract<Message, { kind: K }>, 'kind'>[] } = {
  call: ['call', 'id', 'seat', 'args', 'context', 'target', 'queuedMs'],
  script: ['call', 'file', 'args', 'context'],
  check: ['call', 'name', 'source'],
  cancel: ['call'],
  prepare: ['id', 'seat'],
  forget: ['id', 'seat'],
  recall: ['id'],
  reply: ['request', 'outcome'],
  answer: ['call', 'outcome', 'spent', 'ranMs'],
  forward: ['request', 'id', 'args', 'context'],
  abandon: ['request'],
  lease: ['request', 'id', 'wait', 'deadline'],
  return: ['id', 'seat', 'spent'],
  import: ['request', 'call', 'name', 'fn', 'args'],
  define: ['request', 'id'],
  registry: ['request'],
  log: ['record'],
  print: ['line', 'place'],
};
const KINDS = Object.keys(FIELDS) as readonly Message['kind'][];

/** @returns bytes of a message, valid until the next call. @throws HostError for values that stay on their thread */
export type Encode = (message: Message, plain?: boolean) => Uint8Array;

/** One for each sender: its buffer is used again and again. */
export function messageEncoder(): Encode {
  const out = new ByteWriter();
  const values = new ValueWriter(out);
  return (message, plain = false) => {
    out.reset();
    values.reset();
    out.byte(KINDS.indexOf(message.kind));
    out.byte(plain ? 1 : 0);
    for (const field of FIELDS[message.kind]) values.write((message as unknown as Record<string, unknown>)[field]);
    return out.written();
  };
}

/** @param bytes owned by the message from now on */
export function decodeMessage(bytes: Uint8Array): Message {
  const kind = KINDS[bytes[0] as number];
  if (kind === undefined) throw new HostBug(`a message between threads has the kind ${bytes[0]}`);
  const values = new ValueReader(bytes.subarray(2), bytes[1] === 1);
  const message: Record<string, unknown> = { kind };
  for (const field of FIELDS[kind]) message[field] = values.read();
  return message as unknown as Message;
}
