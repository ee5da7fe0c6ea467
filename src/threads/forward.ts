/** Calls that a thread hands on to the host, which knows where they run. */
import type { CallContext } from '../functions/types.js';
import type { Value } from '../values.js';
import { toWireContext } from './outcome.js';
import { isPacked } from './packed-value.js';
import type { Runner } from './runner-state.js';
import type { ThreadMessage } from './wire.js';

type Forward = Extract<ThreadMessage, { kind: 'forward' }>;
/** What a call may be beside its function and arguments; nothing of it where it is not said. */
type Way = Partial<Pick<Forward, 'standing' | 'beside' | 'entered'>>;

/** @returns the message that asks for it, by the number of the request */
export function forwarding(
  id: string,
  args: readonly Value[],
  context: CallContext,
  { standing = false, beside = false, entered = false }: Way,
): (request: number) => Forward {
  const wire = toWireContext(context);
  return (request) => ({ kind: 'forward', request, standing, beside, entered, id, args, context: wire });
}

/** Who calls with packed arguments gets a packed answer. */
export function forward(
  { mailbox }: Runner,
  id: string,
  args: readonly Value[],
  context: CallContext,
  way: Way,
): Promise<Value> {
  return mailbox.ask(forwarding(id, args, context, way), context.signal, { packed: isPacked(args) });
}
