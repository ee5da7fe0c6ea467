/** What is not there: who uses a part of stock Lua that a script does not have, a name with a slip, or the nil beside an error is told more. */

import { CONSTANT, OP, textOperand } from './bytecode.js';
import { lastWrite, placeOf } from './frames.js';
import { type LuaClosure, type LuaState, TAG, type Table } from './internals.js';
import { misspeltHint } from './misspelt.js';
import { type NilResult, nilResultHint } from './nil-results.js';

const FILES = 'module fs reads and writes the files of the filesystems in the registry';
const LIBRARIES = 'require("name") loads a file beside the script; a function names a library.lua in its imports';
const NO_PROGRAMS = 'no programs are started from Lua: call a function of the registry';

const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['io', `${FILES}; print writes lines`],
  ['io.popen', NO_PROGRAMS],
  ['debug', 'an error object has its stack: err:stack(), errors.call_stack(err)'],
  ['package', LIBRARIES],
  ['dofile', LIBRARIES],
  ['loadfile', LIBRARIES],
  ['loadstring', 'load(text)'],
  ['setfenv', 'load(text, name, "t", env) gives a text its own globals'],
  ['collectgarbage', 'memory is freed by itself, and bounded by limits'],
  ['os.exit', 'the main chunk of a script returns its exit code: return 3; an error ends it with 1'],
  ['os.getenv', 'env.get("NAME") of module env, for variables that the registry declares'],
  ['os.execute', NO_PROGRAMS],
  ['os.remove', FILES],
  ['os.rename', FILES],
  ['os.tmpname', FILES],
  ['os.setlocale', 'there is one locale, C'],
  ['string.dump', 'load takes texts only'],
]);

/** What to use instead of a name (`io`, `os.exit`); null for names that stock Lua does not have either. */
export function instead(name: string): string | null {
  const hint = INSTEAD.get(name);
  return hint === undefined ? null : `there is no ${name} here: ${hint}`;
}

/**
 * A second line for the message of a runtime error, or null.
 * @param L the thread that failed, as it stands
 * @param notListed of the environments that there are
 * @param given the last `nil, error` of the run
 */
export function absentHint(L: LuaState, message: string, notListed: NotListed, given: NilResult | null): string | null {
  const found = /attempt to (?:call|index) a nil value \((global|field|method) '(\w+)'\)$/.exec(message);
  if (found === null) return nilResultHint(L, message, given);
  const [, scope, name] = found as unknown as [string, string, string];
  if (scope === 'global')
    return instead(name === 'io' ? (ioFunction(L) ?? name) : name) ?? unlistedModule(L, name, notListed);
  const library = ['os', 'string'].find((each) => INSTEAD.has(`${each}.${name}`));
  if (library !== undefined && isFieldOf(L, library)) return instead(`${library}.${name}`);
  return message.includes('attempt to call') ? misspeltHint(L, name) : null;
}

type NotListed = WeakMap<Table, (name: string) => string | null>;

/** A global that is a module which the failing code's entry does not list; its globals are among what that code closes over. */
function unlistedModule({ ci: { func } }: LuaState, name: string, notListed: NotListed): string | null {
  if (func?.type !== TAG.LUA_CLOSURE) return null;
  for (const { type, value } of (func.value as LuaClosure).upvals) {
    const hint = type === TAG.TABLE ? notListed.get(value as Table)?.(name) : undefined;
    if (hint !== undefined) return hint;
  }
  return null;
}

/** `io.popen`, where that is what was looked for. */
function ioFunction(L: LuaState): string | null {
  const at = placeOf(L.ci);
  if (at === null) return null;
  const { opcode, C } = at.proto.code[at.pc]!;
  const name = opcode === OP.GETTABLE ? textOperand(at.proto, C) : null;
  return name === null || !INSTEAD.has(`io.${name}`) ? null : `io.${name}`;
}

/** Whether the call that failed was of a field of the global `library`, by its code: `os.exit()`, not `mine.exit()`. */
function isFieldOf(L: LuaState, library: string): boolean {
  const at = placeOf(L.ci);
  if (at === null) return false;
  const { code } = at.proto;
  const { opcode, A } = code[at.pc]!;
  if (opcode !== OP.CALL && opcode !== OP.TAILCALL) return false;
  const got = lastWrite(at.proto, A, at.pc);
  if (got === null || code[got]!.opcode !== OP.GETTABLE) return false;
  const { B } = code[got]!;
  const from = lastWrite(at.proto, B, got);
  if (from === null || B >= CONSTANT || code[from]!.opcode !== OP.GETTABUP) return false;
  return textOperand(at.proto, code[from]!.C) === library;
}
