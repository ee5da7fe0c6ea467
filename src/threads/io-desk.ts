/** Where questions to the host's thread are answered: sessions keep what operations open for one asker, and close it with them. */

import { HostBug } from '../errors.js';
import { canceled } from '../functions/context.js';
import type { IoOperations, IoSession } from '../io.js';
import type { Value } from '../values.js';

/** One question under way. */
export interface IoAnswer {
  readonly answer: Value | Promise<Value>;
  /** Nobody waits for the answer any more. */
  abandon(): void;
}

/** What was opened for one asker. */
export interface IoDesk {
  /** @throws HostError what the operation threw at once; Canceled after {@link end} */
  ask(op: string, args: readonly Value[]): IoAnswer;
  /** Gives up what is under way and closes what was opened, the newest first; the second time does nothing. */
  end(): void;
}

/** @param id the function or script that asks */
export function openDesk(operations: IoOperations, id: string): IoDesk {
  const kept = new Map<string, { readonly value: unknown; readonly close: () => void }>();
  const underWay = new Set<AbortController>();
  let ended = false;
  // What is answered at once leaves its signal to the next question: making one costs more than most answers.
  let spare: AbortController | null = null;
  const session: IoSession = {
    id,
    keep<T>(key: string, make: () => { readonly value: T; readonly close: () => void }): T {
      const known = kept.get(key);
      if (known !== undefined) return known.value as T;
      const made = make();
      if (ended) {
        // What an operation opens after its asker is gone would stay open for ever.
        made.close();
        throw canceled(id);
      }
      kept.set(key, made);
      return made.value;
    },
  };
  return {
    ask(op, args) {
      if (ended) throw canceled(id);
      const operation = Object.hasOwn(operations, op) ? operations[op] : undefined;
      if (operation === undefined) throw new HostBug(`${id} asks the host for ${op}, which it does not know`);
      const controller = spare ?? new AbortController();
      spare = null;
      const answer = operation(session, args, controller.signal);
      if (!(answer instanceof Promise)) {
        spare = controller;
        return { answer, abandon: NOTHING };
      }
      underWay.add(controller);
      const done = () => underWay.delete(controller);
      answer.then(done, done);
      return { answer, abandon: () => controller.abort(canceled(id)) };
    },
    end() {
      if (ended) return;
      ended = true;
      for (const controller of underWay) controller.abort(canceled(id));
      for (const { close } of [...kept.values()].reverse()) close();
      kept.clear();
    },
  };
}

const NOTHING = (): void => {};
