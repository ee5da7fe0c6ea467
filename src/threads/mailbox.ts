/**
 * What a call thread asks of the host and how it waits for answers: by a promise, while its event loop goes on, or standing still,
 * for code that cannot wait otherwise. What comes while it stands still is kept and has its turn afterwards.
 */
import { onAbort } from '../abort.js';
import type { WaitTerms } from '../io.js';
import type { Clock } from '../pool/clock.js';
import type { Value } from '../values.js';
import { CANCELS, QUEUED, STANDING } from './control.js';
import type { HandleOut } from './handle-marks.js';
import type { Link } from './link.js';
import { openOutcome, passOutcome } from './outcome.js';
import { type LoopSource, type ThreadLoop, threadLoop } from './thread-loop.js';
import type { HostMessage, ThreadMessage, WireOutcome } from './wire.js';

/** Makes the message that asks, for the number that its answer will have. */
type Question = (request: number) => ThreadMessage;

/** How values cross. */
interface AskForm {
  /** The question's are TypeScript's, not the middle form. */
  readonly plain?: boolean;
  /** The answer is not opened. */
  readonly packed?: boolean;
}

const MIDDLE_FORM: AskForm = {};

export interface Mailbox {
  /** Something may have come. */
  touch(): void;
  /** Runs `run` after `delayMs`, never before, and hardly later; the answer takes that back. */
  after(delayMs: number, run: () => void): () => void;
  /** @throws HostError for values that stay on their thread */
  send(message: ThreadMessage, plain?: boolean, handles?: HandleOut | null): void;
  /** The same for what may come without end: stands still while the host is far behind. */
  sendOutput(message: ThreadMessage, plain?: boolean): void;
  ask(question: Question, signal: AbortSignal | null, form?: AskForm): Promise<Value>;
  /** Stands still until the answer is there. */
  askNow(question: Question, plain?: boolean): WireOutcome;
  /** The same, with plain values unless it says otherwise; null when the call was over before. */
  askWithin(question: Question, terms: WaitTerms, plain?: boolean): WireOutcome | null;
  /** Takes in what says that calls shall end, while a guest runs. */
  readCancels(): void;
  /** Stands still for a time, not counted as running. @returns false when the call was over before */
  standUntil(untilMs: number, terms: WaitTerms): boolean;
}

interface MailboxOptions {
  readonly link: Link<ThreadMessage, HostMessage>;
  readonly clock: Clock;
  readonly handle: (message: Asked) => void;
  /** A call shall end. @returns whether it has begun */
  readonly cancel: (call: number) => boolean;
  /** What comes another way than from the host. */
  readonly sources?: readonly LoopSource[];
  /** The event loop is about to sleep. */
  readonly onIdle: () => void;
}

/** What is neither an answer nor the end of a call. */
export type Asked = Exclude<HostMessage, { readonly kind: 'reply' | 'cancel' }>;

const NEVER = Number.POSITIVE_INFINITY;
/** Output that waits on its thread for the host. */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
const CATCH_UP_MS = 1;

/** A thread's requests on their way, and what it knows of calls that shall end. */
interface MailboxState {
  readonly link: MailboxOptions['link'];
  readonly clock: Clock;
  readonly cancel: MailboxOptions['cancel'];
  readonly loop: ThreadLoop;
  /** Who waits for answers, by request. */
  readonly waiting: Map<number, (outcome: WireOutcome) => void>;
  lastRequest: number;
  cancelsSeen: number;
}

export function createMailbox({ link, clock, handle, cancel, onIdle, sources = [] }: MailboxOptions): Mailbox {
  const loop = threadLoop({ link, onIdle, sources, clock, handle: (message) => receive(state, message, handle) });
  const state: MailboxState = { link, clock, cancel, loop, waiting: new Map(), lastRequest: 0, cancelsSeen: 0 };
  return {
    touch: () => loop.touch(),
    after: (delayMs, run) => loop.at(clock.now() + delayMs, run),
    send: (message, plain = false, handles = null) => send(state, message, plain, handles),
    sendOutput(message, plain = false) {
      send(state, message, plain);
      if (link.backlog() > MAX_BACKLOG_BYTES) catchUp(link);
    },
    ask: (question, signal, form = MIDDLE_FORM) => ask(state, question, signal, form),
    askNow: (question, plain = false) => answerNow(state, question, plain, null)!,
    askWithin: (question, terms, plain = true) => answerNow(state, question, plain, terms),
    readCancels: () => readCancels(state),
    standUntil: (untilMs, terms) => standUntil(state, untilMs, terms),
  };
}

function receive(state: MailboxState, message: HostMessage, handle: MailboxOptions['handle']): void {
  if (message.kind === 'cancel') {
    // One that has not begun will not come any more, either.
    if (!canceled(state, message.call)) state.cancelsSeen++;
    return;
  }
  if (message.kind !== 'reply') {
    handle(message);
    return;
  }
  const settle = state.waiting.get(message.request);
  state.waiting.delete(message.request);
  settle?.(message.outcome);
}

function canceled(state: MailboxState, call: number): boolean {
  const begun = state.cancel(call);
  if (begun) state.cancelsSeen++;
  return begun;
}

function readCancels(state: MailboxState): void {
  const { link, loop } = state;
  if (Atomics.load(link.control, CANCELS) === state.cancelsSeen) return;
  const isTaken = (message: HostMessage) => message.kind === 'cancel' && canceled(state, message.call);
  // It may have been kept before its call began.
  loop.sift(isTaken);
  for (let message = link.next(); message !== null; message = link.next()) {
    if (!isTaken(message)) loop.keep(message);
  }
}

function send(
  { link, loop }: MailboxState,
  message: ThreadMessage,
  plain: boolean,
  handles: HandleOut | null = null,
): void {
  link.post(message, plain, handles);
  loop.touch();
}

/** The host takes what comes whatever else it does, so this ends. */
function catchUp(link: MailboxState['link']): void {
  const word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  while (link.backlog() > MAX_BACKLOG_BYTES / 2) {
    Atomics.wait(word, 0, 0, CATCH_UP_MS);
    link.flush();
  }
}

// --- by a promise -----------------------------------------------------------------------------------------------------

function ask(state: MailboxState, question: Question, signal: AbortSignal | null, form: AskForm): Promise<Value> {
  const { plain = false, packed = false } = form;
  const { waiting } = state;
  const request = ++state.lastRequest;
  return new Promise((resolve, reject) => {
    let unlisten = () => {};
    waiting.set(request, (outcome) => {
      unlisten();
      try {
        resolve(packed ? passOutcome(outcome) : openOutcome(outcome));
      } catch (error) {
        reject(error);
      }
    });
    try {
      send(state, question(request), plain);
    } catch (error) {
      waiting.delete(request);
      reject(error);
      return;
    }
    if (signal === null) return;
    const abandon = () => send(state, { kind: 'abandon', request }, false);
    if (signal.aborted) abandon();
    else unlisten = onAbort(signal, abandon);
  });
}

// --- standing still ---------------------------------------------------------------------------------------------------

function answerNow(
  state: MailboxState,
  question: Question,
  plain: boolean,
  terms: WaitTerms | null,
): WireOutcome | null {
  const { link } = state;
  const request = ++state.lastRequest;
  link.post(question(request), plain);
  let outcome: WireOutcome | null = null;
  const isAnswer = (message: HostMessage) => {
    if (message.kind !== 'reply' || message.request !== request) return false;
    outcome = message.outcome;
    return true;
  };
  if (!stand(state, isAnswer, NEVER, terms)) link.post({ kind: 'abandon', request });
  return outcome;
}

function standUntil(state: MailboxState, untilMs: number, terms: WaitTerms): boolean {
  const { link, clock } = state;
  Atomics.store(link.control, STANDING, 1);
  if (Atomics.load(link.control, QUEUED) === 1) link.nudge();
  stand(state, () => false, untilMs, terms);
  Atomics.store(link.control, STANDING, 0);
  return !terms.isCancelled() && clock.now() < terms.deadlineMs;
}

/** @returns whether `wants` took a message before the time, or the call, was over */
function stand(
  state: MailboxState,
  wants: (message: HostMessage) => boolean,
  untilMs: number,
  terms: WaitTerms | null,
): boolean {
  const { clock, loop } = state;
  for (;;) {
    if (terms?.isCancelled() === true) return false;
    const end = Math.min(untilMs, terms?.deadlineMs ?? NEVER);
    const leftMs = end === NEVER ? NEVER : end - clock.now();
    const message = loop.nextNow(leftMs);
    if (message === null) {
      if (leftMs <= 0) return false;
    } else if (wants(message)) {
      return true;
    } else if (message.kind !== 'cancel' || !canceled(state, message.call)) {
      loop.keep(message);
    }
  }
}
