/** One end of the two rings between the host and a thread: typed messages in and out, and waking who sleeps. */
import type { MessagePort, Worker } from 'node:worker_threads';
import { HOST_STATE, newControl, THREAD_STATE, wake } from './control.js';
import type { HandleOut } from './handle-marks.js';
import { newRing, type RingReader, ringReader, ringWriter } from './ring.js';
import { decodeMessage, type HostMessage, messageEncoder, type ThreadMessage } from './wire.js';

/** What both ends share. */
export interface LinkMemory {
  readonly toThread: SharedArrayBuffer;
  readonly toHost: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
}

export function newLinkMemory(): LinkMemory {
  return { toThread: newRing(), toHost: newRing(), control: newControl() };
}

export interface Link<Out, In> {
  readonly control: Int32Array;
  readonly incoming: RingReader;
  /**
   * Sends a message; the other end wakes up for it.
   * @returns its length in bytes
   * @param plain its values are TypeScript's, not the middle form
   * @param handles finds those that may cross with it
   * @throws HostError for values that stay on their thread; then nothing was sent
   */
  post(message: Out, plain?: boolean, handles?: HandleOut | null): number;
  /** The length of the message that {@link next} gave last, in bytes. */
  readonly lastLength: () => number;
  /** The next message, or null. */
  next(): In | null;
  /** Goes on with what did not fit. @returns whether all is sent */
  flush(): boolean;
  /** Bytes that wait to be sent. */
  backlog(): number;
  /** Wakes the other end without a message. */
  nudge(): void;
}

/** What is posted to a port to wake an event loop. */
export const DING = 0;

export function hostEnd(memory: LinkMemory, worker: Pick<Worker, 'postMessage'>): Link<HostMessage, ThreadMessage> {
  return makeEnd(memory.toThread, memory.toHost, memory.control, THREAD_STATE, worker);
}

export function threadEnd(
  memory: LinkMemory,
  port: Pick<MessagePort, 'postMessage'>,
): Link<ThreadMessage, HostMessage> {
  return makeEnd(memory.toHost, memory.toThread, memory.control, HOST_STATE, port);
}

function makeEnd<Out extends HostMessage | ThreadMessage, In>(
  outgoing: SharedArrayBuffer,
  incomingRing: SharedArrayBuffer,
  controlMemory: SharedArrayBuffer,
  otherState: number,
  port: { postMessage(message: unknown): void },
): Link<Out, In> {
  const control = new Int32Array(controlMemory);
  const writer = ringWriter(outgoing);
  const incoming = ringReader(incomingRing);
  const encode = messageEncoder();
  const wakeOther = () => {
    if (wake(control, otherState)) port.postMessage(DING);
  };
  let behind = false;
  let lastLength = 0;
  return {
    control,
    incoming,
    lastLength: () => lastLength,
    post(message, plain, handles) {
      const bytes = encode(message, plain, handles);
      writer.post(bytes);
      behind = true;
      wakeOther();
      return bytes.length;
    },
    next() {
      const bytes = incoming.next();
      if (bytes === null) return null;
      lastLength = bytes.length;
      return decodeMessage(bytes) as In;
    },
    backlog: () => writer.waiting(),
    nudge: wakeOther,
    flush() {
      if (!behind) return true;
      behind = !writer.flush();
      wakeOther();
      return !behind;
    },
  };
}
