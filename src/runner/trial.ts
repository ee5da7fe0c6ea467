/**
 * Worlds on the host's thread for guests that answer requests, as long as they wait for nothing: reading what they were given,
 * clocks, randomness, log lines and an answer that is small. Whoever wants more runs again on a call thread, which nobody notices.
 */
import { GuestEnd } from '../component/guest-end.js';
import type { TrialWorlds } from '../functions/worlds.js';
import type { IoClient, ThreadServices } from '../io.js';
import type { LogRecord } from '../lua/platform.js';
import { pinoLog } from '../platform/log.js';
import { lazyPackages } from '../platform/packages.js';
import type { Value } from '../values.js';
import type { WorldTemplate } from '../wasi/worlds.js';
import { type WorldRoomOptions, worldRoom } from './worlds.js';

/** @returns null for guests that want more from the beginning: variables, the process's own streams */
export function trialWorlds(
  { services, clock, stdio, log, logLevel, ...rest }: WorldRoomOptions,
  template: WorldTemplate,
): TrialWorlds | null {
  if (template.env.length > 0 || stdio.mode === 'inherit' || template.program) return null;
  const write = log ?? pinoLog(lazyPackages(), 2, logLevel);
  let left = false;
  let flushed = false;
  let lines: LogRecord[] = [];
  let answer: readonly Value[] | null = null;
  const open = () =>
    services.io.open({ id: template.id, deadlineMs: Number.POSITIVE_INFINITY, isCancelled: () => false });
  // Of answers that leave nothing open; it stays as long as the host.
  let common: IoClient | null = null;
  const leave = (): never => {
    left = true;
    throw new GuestEnd('it has to run elsewhere');
  };
  const client: IoClient = {
    callNow: leave,
    call: async () => leave(),
    tell(op, ...args) {
      if (op === 'http.guest-answer') answer = args;
      else if (op === 'http.guest-flush') flushed = true;
      else leave();
    },
    end() {},
  };
  const away: ThreadServices = {
    io: { open: () => client },
    monotonicMs: () => services.monotonicMs(),
    standUntil: leave,
  };
  const room = worldRoom({
    ...rest,
    clock,
    stdio,
    log: (record) => void lines.push(record),
    services: away,
    functions: { call: leave, callNow: leave },
    openVolume: leave,
    holds: true,
  });
  return {
    ...room(template),
    begin() {
      left = false;
      flushed = false;
      lines = [];
      answer = null;
    },
    // Of what it has flushed, its client sees something even where the rest never comes.
    hasLeft: () => left || (flushed && answer === null),
    keep() {
      for (const line of lines) write(line);
      if (answer === null) return;
      const [, , , , trailers] = answer as readonly [Value, Value, Value, Value, readonly Value[]];
      if (trailers.length === 0) {
        common ??= open();
        common.tell('http.guest-answer', ...answer);
        return;
      }
      const own = open();
      own.tell('http.guest-answer', ...answer);
      own.end();
    },
  };
}
