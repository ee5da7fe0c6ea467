/** `http.response()`: the answer of the call. Head and body are held back until they are large or flushed, so that a small answer is one message. */

import { HostError } from '../../errors.js';
import type { Core, HttpReplyState, Run } from '../core.js';
import { type LuaFunction, type LuaState, lua_pushnil, luaL_checkany, luaL_checkstring } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { pushError } from '../raise.js';
import { moduleError } from '../results.js';
import { slotAt } from '../table-access.js';
import { defineClass } from '../userdata.js';
import { eventAt } from './http-event.js';
import { replyOf, sendPending } from './http-run.js';
import { encodeJson } from './json-encode.js';
import { wholeAt } from './time-arguments.js';

/** More than this goes out at once. */
const HELD_BYTES = 64 * 1024;
const BYTES_PER_STEP = 64;
const MAX_HEADERS = 500;

export class LuaResponse {
  readonly opaqueKind = 'http response';
  readonly run: Run;
  readonly reply: HttpReplyState;
  constructor(run: Run) {
    this.run = run;
    this.reply = replyOf(run);
  }
}

/** Methods answer nil, or an error object. */
export function defineResponse(core: Core): void {
  const doing =
    (act: (response: LuaResponse, L: LuaState) => number | undefined, writes: string | null = null): LuaFunction =>
    (L) => {
      const response = self(L);
      try {
        const pushed = act(response, L);
        if (pushed !== undefined) return pushed;
      } catch (thrown) {
        if (!(thrown instanceof HostError)) throw thrown;
        // A handler that drops the error has the log to tell it.
        if (writes !== null) response.reply.refused = `${writes}: ${thrown.message}`;
        pushError(core, L, thrown);
        return 1;
      }
      lua_pushnil(L);
      return 1;
    };
  const self: (L: LuaState) => LuaResponse = defineClass(core, 'http response', LuaResponse, {
    set_status: doing(({ reply }, L) => setStatus(reply, wholeAt(L, 2))),
    set_header: doing(({ reply }, L) => setHeader(core, reply, textAt(core, L, 2), bytesTextAt(L, 3))),
    add_header: doing(({ reply }, L) => addHeader(reply, textAt(core, L, 2), bytesTextAt(L, 3))),
    set_content_type: doing(({ reply }, L) => setHeader(core, reply, 'Content-Type', bytesTextAt(L, 2))),
    set_transfer: doing(({ reply }, L) => setTransfer(core, reply, textAt(core, L, 2))),
    write: doing(({ reply }, L) => {
      append(core, reply, luaL_checkstring(L, 2));
      return isDue(reply) ? sendPending(core, L) : undefined;
    }),
    write_json: doing(({ reply }, L) => {
      luaL_checkany(L, 2);
      const text = core.options.text.encodeUtf8(encodeJson(core, slotAt(L, 2)!));
      if (!reply.written && !hasHeader(reply, 'content-type'))
        setHeader(core, reply, 'Content-Type', 'application/json');
      append(core, reply, text);
      return isDue(reply) ? sendPending(core, L) : undefined;
    }, 'write_json'),
    write_event: doing(({ reply }, L) => sendEvent(core, L, reply), 'write_event'),
    flush: doing((_, L) => sendPending(core, L)),
  });
}

function textAt(core: Core, L: LuaState, index: number): string {
  const text = core.options.text.decodeUtf8(luaL_checkstring(L, index));
  if (text === undefined) throw moduleError('Invalid', `argument ${index - 1}: the string is not valid UTF-8`);
  return text;
}

/** A character for each byte, as headers go over the wire. */
function bytesTextAt(L: LuaState, index: number): string {
  let text = '';
  for (const byte of luaL_checkstring(L, index)) text += String.fromCharCode(byte);
  return text;
}

function checkOpen(reply: HttpReplyState): void {
  if (reply.written)
    throw moduleError('Invalid', 'the head of the response has been sent: set it before the first write');
}

function setStatus(reply: HttpReplyState, status: number): undefined {
  checkOpen(reply);
  if (status < 200 || status > 999) throw moduleError('Invalid', `invalid status ${status}: expected 200 to 999`);
  reply.status = status;
}

const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function checkHeader(reply: HttpReplyState, name: string, value: string): void {
  checkOpen(reply);
  if (!NAME.test(name)) throw moduleError('Invalid', `invalid header name: ${JSON.stringify(name.slice(0, 80))}`);
  if (!VALUE.test(value))
    throw moduleError('Invalid', `header ${name}: its value holds characters that no header holds`);
  if (reply.headers.length >= MAX_HEADERS) throw moduleError('Invalid', `more than ${MAX_HEADERS} headers`);
}

function setHeader(core: Core, reply: HttpReplyState, name: string, value: string): undefined {
  checkHeader(reply, name, value);
  const lower = name.toLowerCase();
  for (let index = reply.headers.length - 1; index >= 0; index--) {
    if (reply.headers[index]!.name.toLowerCase() === lower) reply.headers.splice(index, 1);
  }
  chargeSteps(core, reply.headers.length);
  reply.headers.push({ name, value });
}

function addHeader(reply: HttpReplyState, name: string, value: string): undefined {
  checkHeader(reply, name, value);
  reply.headers.push({ name, value });
}

function hasHeader({ headers }: HttpReplyState, name: string): boolean {
  return headers.some((each) => each.name.toLowerCase() === name);
}

function isDue({ streams, pendingBytes }: HttpReplyState): boolean {
  return pendingBytes > (streams ? 0 : HELD_BYTES);
}

function setTransfer(core: Core, reply: HttpReplyState, mode: string): undefined {
  checkOpen(reply);
  if (mode === 'sse') {
    setHeader(core, reply, 'Content-Type', 'text/event-stream');
    setHeader(core, reply, 'Cache-Control', 'no-cache');
    setHeader(core, reply, 'X-Accel-Buffering', 'no');
  } else if (mode !== 'chunked') {
    throw moduleError('Invalid', `unknown transfer ${JSON.stringify(mode.slice(0, 40))}: expected "chunked" or "sse"`);
  }
  reply.streams = true;
}

/** The bytes of Lua strings are never written to. */
function append(core: Core, reply: HttpReplyState, bytes: Uint8Array): void {
  chargeSteps(core, Math.ceil(bytes.length / BYTES_PER_STEP));
  reply.written = true;
  reply.refused = null;
  if (bytes.length === 0) return;
  reply.pending.push(bytes);
  reply.pendingBytes += bytes.length;
}

/** A server-sent event; the first one makes the response a stream of them. */
function sendEvent(core: Core, L: LuaState, reply: HttpReplyState): number {
  const event = eventAt(core, L, 2);
  if (!reply.written && !hasHeader(reply, 'content-type')) setTransfer(core, reply, 'sse');
  append(core, reply, core.options.text.encodeUtf8(event));
  return sendPending(core, L);
}
