/** What people want to know of an uncaught error beside its message: whose it is, what set a limit, where to look next. */
import type { HostError } from '../errors.js';

type Details = Readonly<Record<string, unknown>>;

/** Lines to stand below the message. */
export function hintsOf({ message, details }: HostError): string[] {
  if (details === null) return [];
  const id = ownerOf(details);
  const hint = typeof details.hint === 'string' ? [`  ${details.hint}`] : [];
  if (hint.length > 0) return hint;
  return [...ownerHint(id, message, details), ...limitHint(id, details), ...denialHint(id, details)];
}

function ownerOf({ id, function: called }: Details): string | null {
  if (typeof called === 'string') return called;
  return typeof id === 'string' ? id : null;
}

/** A message that does not say whose it is gets that said. */
function ownerHint(id: string | null, message: string, { trap, stack }: Details): string[] {
  if (id === null || message.includes(id)) return [];
  if (trap === undefined) return [`  in ${id}`];
  const where = stack === undefined || stack === '' ? '' : '; its stack says where';
  return [`  in ${id}: its guest failed by itself${where}`];
}

/** What sets each limit, of an entry and of a script. */
const SET_BY: { readonly [limit: string]: { readonly entry: string; readonly script: string } } = {
  max_execution_ms: { entry: 'limits.max_execution_ms', script: '--timeout' },
  timeout: { entry: '', script: '--timeout' },
  lua_ms: { entry: 'limits.max_execution_ms', script: '--timeout' },
  instructions: { entry: '', script: '--instructions' },
  string_bytes: { entry: 'limits.max_memory_mb', script: '--memory' },
};

function limitHint(id: string | null, details: Details): string[] {
  const { limit, queue_ms: queueMs, guest_ms: guestMs, wait_ms: waitMs } = details;
  if (typeof limit !== 'string') return [];
  const by = SET_BY[limit];
  const lines: string[] = [];
  if (by !== undefined && id !== null && by.entry !== '') lines.push(`  its entry sets that by ${by.entry}`);
  if (by !== undefined && id === null && by.script !== '') lines.push(`  ${by.script} sets another limit`);
  if (id !== null && typeof guestMs === 'number' && Number(queueMs) + guestMs + Number(waitMs) > 0)
    lines.push(`  it was queued for ${queueMs} ms, ran for ${guestMs} ms and waited for ${waitMs} ms`);
  return lines;
}

function denialHint(id: string | null, { import: name, grant }: Details): string[] {
  if (id === null || typeof name !== 'string' || grant === undefined) return [];
  return [`  moonwit show ${id} lists what it imports and what is granted`];
}
