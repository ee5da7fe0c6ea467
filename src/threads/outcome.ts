/** How calls end, to and from the wire. */
import { HostBug, HostError, toHostError } from '../errors.js';
import type { CallContext } from '../functions/types.js';
import type { Opaque, Value } from '../values.js';
import type { HandleIn } from './handle-marks.js';
import { openValue } from './packed-value.js';
import type { WireContext, WireOutcome } from './wire.js';

/** What our own code threw and did not mean to is told as what it is: it is not the guest's fault, nor the caller's. */
export function unexpected(thrown: unknown, where: string): HostError | HostBug {
  if (thrown instanceof HostError || thrown instanceof HostBug) return thrown;
  const bug = new HostBug(`${where}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`);
  bug.cause = thrown;
  return bug;
}

export function succeeded(value: Value): WireOutcome {
  return { value, failed: false, bug: null };
}

export function failedWith(thrown: unknown): WireOutcome {
  if (thrown instanceof HostBug) return { value: null, failed: true, bug: thrown.message };
  return { value: toHostError(thrown) as Opaque as Value, failed: true, bug: null };
}

/** Of a call whose thread died while it ran. */
export function threadLost(key: string, reason: string): HostError {
  return new HostError('Internal', `${key}: its thread ended while it ran: ${reason}`, {
    details: { id: key, reason },
  });
}

/** Of a call whose handle's thread has died. */
export function handleLost(key: string, reason: string | null): HostError {
  return new HostError('Internal', `${key} is lost: its thread ended: ${reason ?? 'it is gone'}`, {
    retryable: false,
    details: { id: key, reason },
  });
}

/** @throws what the other thread threw */
export function openOutcome({ value, failed, bug }: WireOutcome, handles: HandleIn | null = null): Value {
  if (!failed) return openValue(value, handles);
  if (bug === null) throw openValue(value);
  const error = new HostBug('');
  error.message = bug;
  throw error;
}

/** The same for what is only passed on: its bytes. */
export function passOutcome(outcome: WireOutcome): Value {
  return outcome.failed ? openOutcome(outcome) : outcome.value;
}

export function toWireContext({ deadline, chain, values, actor, scope, options, http }: CallContext): WireContext {
  const wire = { deadline, chain, values, actor: actor ?? null, scope: scope ?? null, options };
  return http === undefined ? wire : { ...wire, http };
}

export function fromWireContext(wire: WireContext, signal: AbortSignal | null): CallContext {
  return { ...wire, signal };
}
