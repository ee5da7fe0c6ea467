/** Where Lua is: positions and stack texts, across the coroutines that are inside one another. */

import type { Core } from './core.js';
import { type LuaDebug, type LuaState, lua_Debug, lua_getinfo, lua_getstack, to_jsstring } from './fengari.js';

const MAX_FRAMES = 24;

/** `file.lua:3: ` of the innermost Lua frame, or "" when there is none. */
export function wherePrefix(L: LuaState): string {
  const place = innermostPlace(L);
  return place === null ? '' : `${place}: `;
}

/** `file.lua:3` of the innermost Lua frame of one thread. */
export function innermostPlace(L: LuaState): string | null {
  const ar = new lua_Debug();
  for (let level = 0; lua_getstack(L, level, ar); level++) {
    lua_getinfo(L, 'Sl', ar);
    if (ar.currentline > 0) return `${text(ar.short_src)}:${ar.currentline}`;
  }
  return null;
}

/** One line a frame, innermost first, the resumers of a coroutine after it. "" outside Lua. */
export function luaStackText(core: Core, L: LuaState): string {
  const lines: string[] = [];
  addFrames(L, lines);
  const threads = core.task?.threads ?? [];
  const at = threads.lastIndexOf(L);
  for (let i = at - 1; i >= 0; i--) addFrames(threads[i]!, lines);
  return lines.join('\n');
}

/** As {@link luaStackText}, of threads that are no longer running (outermost first). */
export function stackTextOfThreads(threads: readonly LuaState[]): string {
  const lines: string[] = [];
  for (let i = threads.length - 1; i >= 0; i--) addFrames(threads[i]!, lines);
  return lines.join('\n');
}

/** One frame as data, for `errors.call_stack`. */
interface StackFrame {
  readonly source: string;
  readonly line: number;
  readonly name: string;
  readonly type: string;
}

export function parseStackText(stack: string): StackFrame[] {
  const frames: StackFrame[] = [];
  for (const line of stack.split('\n')) {
    const match = /^(.*?):(\d+): in (.*)$/.exec(line);
    if (match === null) continue;
    const named = /^(\w+) '(.*)'$/.exec(match[3]!);
    frames.push({
      source: match[1]!,
      line: Number(match[2]),
      name: named?.[2] ?? '',
      type: named?.[1] ?? match[3]!,
    });
  }
  return frames;
}

function addFrames(L: LuaState, lines: string[]): void {
  const ar = new lua_Debug();
  for (let level = 0; lua_getstack(L, level, ar); level++) {
    if (lines.length === MAX_FRAMES) lines.push('...');
    if (lines.length > MAX_FRAMES) return;
    lua_getinfo(L, 'Slnt', ar);
    if (ar.currentline > 0) lines.push(`${text(ar.short_src)}:${ar.currentline}: in ${describe(ar)}`);
  }
}

function describe(ar: LuaDebug): string {
  if (text(ar.what) === 'main') return 'main chunk';
  const name = text(ar.name);
  const namewhat = text(ar.namewhat);
  if (namewhat !== '') return `${namewhat === 'global' || namewhat === '' ? 'function' : namewhat} '${name}'`;
  return `function <${text(ar.short_src)}:${ar.linedefined}>`;
}

function text(bytes: Uint8Array | null): string {
  return bytes === null ? '' : to_jsstring(bytes, 0, bytes.length, true);
}
