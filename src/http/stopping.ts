/** How a service stops without losing a request that came. */
import { Server as NetServer } from 'node:net';
import type { State } from './server-state.js';

/** A connection that looks idle may have a request on its way: it gets this long to show. */
const IDLE_GRACE_MS = 150;
const CLOSING_TURNS = 100;

export async function stopServer(state: State, graceMs: number): Promise<void> {
  const { server } = state;
  if (state.stopping) return;
  state.stopping = true;
  const end = state.now() + graceMs;
  for (const last of state.sockets.values()) {
    for (let each = last; each !== null; each = each.before) {
      if (!each.response.headersSent) each.response.shouldKeepAlive = false;
    }
  }
  const { closed } = await closeDoor(state, end);
  await Promise.race([closed, pause(Math.min(IDLE_GRACE_MS, graceMs))]);
  while (state.now() < end && state.sockets.size > 0) {
    await turn();
    closeIdle(state);
    await Promise.race([closed, pause(10)]);
  }
  cutRest(state, graceMs);
  server.close();
  await closed;
  // A connection says that it is closed some turns after the server does: the log is told of its requests then.
  for (let turns = 0; turns < CLOSING_TURNS && state.sockets.size > 0; turns++) await turn();
}

/** Ends connections whose requests take longer than a stop may. */
function cutRest({ sockets, app }: State, graceMs: number): void {
  let requests = 0;
  for (const last of sockets.values()) {
    for (let each = last; each !== null; each = each.before) {
      each.wasCut = true;
      requests++;
    }
  }
  if (requests > 0) app.cut(requests, graceMs);
  for (const socket of sockets.keys()) socket.destroy();
}

/** Listens no more. @returns resolves `closed` when the last connection is */
export async function closeDoor(state: State, end: number): Promise<{ readonly closed: Promise<void> }> {
  // Connections that the system has taken for us are ours. A turn of the loop accepts one: the door closes when none came.
  for (let quiet = 0, before = state.accepted; quiet < 2 && state.now() < end; before = state.accepted) {
    await turn();
    quiet = state.accepted === before ? quiet + 1 : 0;
  }
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(state.server, () => resolve()));
  return { closed };
}

function closeIdle({ sockets, server }: State): void {
  server.closeIdleConnections();
  // Connections that never sent anything are not idle to Node.
  for (const [socket, exchange] of sockets) if (exchange === null && socket.bytesRead === 0) socket.destroy();
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
