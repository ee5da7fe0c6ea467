/**
 * Bounds of a run. A count hook looks at instructions and time every thousand instructions; library functions that can
 * be long charge their steps and bytes here. What is exceeded ends the run: no `pcall` survives it.
 */

import { HostError } from '../errors.js';
import { roundedMs, type TimeSpent, timeoutText, timesOf } from '../timed-out.js';
import type { Core, Meter, Run } from './core.js';
import { LOOK_AT_CLOCK } from './large-strings.js';
import { abortRun, raiseAborted, raiseNow } from './raise.js';
import { luaStackText } from './stack.js';
import type { Budget } from './strings/budget.js';
import type { LuaLimits } from './types.js';

export const HOOK_INSTRUCTIONS = 1000;
/** Making a string of this size takes longer than looking at the clock. */
const SLOW_BYTES = 64 * 1024;

/** @param timeoutMs what made the caller's deadline, where that is the run's own timeout */
export function newMeter(
  core: Core,
  { executionMs }: LuaLimits,
  callerDeadlineMs: number | null,
  timeoutMs: number | null,
): Meter {
  const startedMs = core.options.clock.monotonicMs();
  const own = executionMs === null ? null : startedMs + executionMs;
  const ownIsEarlier = own !== null && (callerDeadlineMs === null || own <= callerDeadlineMs);
  const timeout = timeoutMs === null ? null : ({ limit: 'timeout', ms: timeoutMs } as const);
  return {
    instructions: 0,
    pendingSteps: 0,
    luaMs: 0,
    turnStartedMs: null,
    startedMs,
    deadlineMs: ownIsEarlier ? own : callerDeadlineMs,
    deadlineOf: ownIsEarlier && executionMs !== null ? { limit: 'max_execution_ms', ms: executionMs } : timeout,
    stringBytes: 0,
    externalAtStart: core.options.externalBytes === undefined ? 0 : null,
  };
}

/** For library functions: `steps` count as instructions. */
export function chargeSteps(core: Core, steps: number): void {
  const meter = core.task?.run.meter;
  if (meter === undefined) return;
  meter.pendingSteps += steps;
  if (meter.pendingSteps < HOOK_INSTRUCTIONS) return;
  const counted = meter.pendingSteps;
  meter.pendingSteps = 0;
  countInstructions(core, counted);
}

/** Ends the run when its time is over: for library functions that may take a while without counting steps. */
export function lookAtClock(core: Core): void {
  const run = core.task?.run;
  if (run !== undefined && run.aborted === null) checkTime(core, run);
}

/** Of every thread made from the VM's main thread, by its hook. */
export function countInstructions(core: Core, count: number): void {
  const run = core.task?.run;
  if (run === undefined) return;
  if (run.aborted !== null) raiseAborted(core);
  run.meter.instructions += count;
  const allowed = run.limits.instructions;
  if (allowed !== null && run.meter.instructions > allowed) {
    const details = { limit: 'instructions', allowed, ...timesOf(spentBy(core, run)) };
    exceed(core, run, 'Timeout', `its limit of ${allowed} instructions`, details);
  }
  checkTime(core, run);
}

function checkTime(core: Core, run: Run): void {
  const { meter, limits } = run;
  const now = core.options.clock.monotonicMs();
  if (meter.deadlineMs !== null && now >= meter.deadlineMs) {
    abortRun(run, deadlineError(core, run, stackNow(core)));
    raiseAborted(core);
  }
  if (core.options.isCancelled?.(run.context) === true) {
    abortRun(run, new HostError('Canceled', `${run.name} was canceled`, { luaStack: stackNow(core) }));
    raiseAborted(core);
  }
  if (limits.luaMs === null || meter.turnStartedMs === null) return;
  if (meter.luaMs + now - meter.turnStartedMs > limits.luaMs) {
    exceed(core, run, 'Timeout', `its limit of ${limits.luaMs} ms of Lua time`, {
      limit: 'lua_ms',
      limit_ms: limits.luaMs,
      ...timesOf(spentBy(core, run)),
    });
  }
}

/**
 * The error of a run whose deadline has passed: its own limit or timeout, or its caller's.
 * @param luaStack where it was then
 */
export function deadlineError(core: Core, run: Run, luaStack: string): HostError {
  const { name, meter } = run;
  const { limit, ms } = meter.deadlineOf ?? {
    limit: 'deadline' as const,
    ms: Math.max(0, meter.deadlineMs! - meter.startedMs),
  };
  // A script answers nobody.
  const text = limit === 'timeout' ? `${name} exceeded its timeout of ${ms} ms` : timeoutText(name, limit, ms);
  return new HostError('Timeout', text, {
    ...(luaStack === '' ? {} : { luaStack }),
    details: { ...idOf(run), limit, limit_ms: roundedMs(ms), ...timesOf(spentBy(core, run)) },
  });
}

/** Where the run's time has gone: Lua's own, and what it waited. */
function spentBy(core: Core, { meter, context }: Run): TimeSpent {
  const now = core.options.clock.monotonicMs();
  const guestMs = meter.luaMs + (meter.turnStartedMs === null ? 0 : now - meter.turnStartedMs);
  return { queueMs: context.queuedMs ?? 0, guestMs, waitMs: Math.max(0, now - meter.startedMs - guestMs) };
}

function idOf({ functionId }: Run): { id: string } | null {
  return functionId === null ? null : { id: functionId };
}

/** Where Lua is at this moment. */
function stackNow(core: Core): string {
  const L = core.task?.threads.at(-1);
  return L === undefined ? '' : luaStackText(core, L);
}

/**
 * Draws on the budget of string bytes, before or right after the string is made. One string that is too long is an error
 * that Lua can catch; a budget that is used up ends the run.
 */
export function chargeStringBytes(core: Core, byteLength: number): void {
  const run = core.task?.run;
  if (run === undefined || run.aborted !== null) return;
  checkStringLength(core, run, byteLength);
  run.meter.stringBytes += byteLength;
  if (byteLength >= SLOW_BYTES) checkTime(core, run);
  if (run.meter.externalAtStart === null) noteExternalBytes(core, run);
  if (run.meter.stringBytes > run.limits.stringBytes) recountStrings(core, run, run.meter.stringBytes);
}

/** As {@link chargeStringBytes}, for a string that is yet to be made and will be charged then. */
function checkRoom(core: Core, byteLength: number): void {
  const run = core.task?.run;
  if (run === undefined || run.aborted !== null) return;
  checkStringLength(core, run, byteLength);
  const total = run.meter.stringBytes + byteLength;
  if (total > run.limits.stringBytes) recountStrings(core, run, total);
}

function checkStringLength(core: Core, run: Run, byteLength: number): void {
  const allowed = run.limits.stringLength;
  if (byteLength <= allowed) return;
  const message = `a string of ${byteLength} bytes exceeds the limit of ${allowed} bytes`;
  raiseNow(core, new HostError('Unavailable', message, { details: { limit: 'string_length', allowed } }));
}

/** The budget of the string and table libraries. */
export function libraryBudget(core: Core): Budget {
  return {
    steps: (count) => (count === LOOK_AT_CLOCK ? lookAtClock(core) : chargeSteps(core, count)),
    bytes: (byteLength) => chargeStringBytes(core, byteLength),
    room: (byteLength) => checkRoom(core, byteLength),
  };
}

/** Asking what is alive is slow, so runs that make few strings never do. */
function noteExternalBytes(core: Core, run: Run): void {
  const { meter, limits } = run;
  if (meter.stringBytes < limits.stringBytes / 4) return;
  meter.externalAtStart = core.options.externalBytes!() - meter.stringBytes;
}

/** What was made may be garbage by now: where the host can tell what is alive, that counts. */
function recountStrings(core: Core, run: Run, counted: number): void {
  const { limits, meter } = run;
  const before = meter.externalAtStart;
  const live = before === null ? undefined : core.options.externalBytes?.();
  if (live !== undefined && before !== null && live - before < limits.stringBytes) {
    meter.stringBytes -= counted - Math.max(0, live - before);
    return;
  }
  exceed(core, run, 'Unavailable', `its limit of ${limits.stringBytes} bytes of strings`, {
    limit: 'string_bytes',
    allowed: limits.stringBytes,
  });
}

function exceed(
  core: Core,
  run: Run,
  kind: 'Timeout' | 'Unavailable',
  what: string,
  details: Record<string, unknown>,
): never {
  const facts = { details: { ...idOf(run), ...details }, retryable: false, luaStack: stackNow(core) };
  abortRun(run, new HostError(kind, `${run.name} exceeded ${what}`, facts));
  raiseAborted(core);
}
