/**
 * Snippets: every `<root>/<group>/<name>.lua` is a test. Its first lines say what it must give:
 *
 *     -- expect: <Lua expressions>        what the script returns, compared exactly (7 is not 7.0)
 *     -- error: <kind>: <text>            the script fails with this kind, and a message that contains the text
 *     -- error is: <kind>: <text>         the same, with the message's first line as a whole
 *     -- error and: <text>                one for each further line of that message
 *     -- details: <Lua table>             fields that the error's details must have, with these values
 *     -- line: <number>                   the line of this file that the error's stack begins with
 *     -- prints: <line>                   one for each printed line, in order
 *     -- logs: <level [logger:] message {fields}>   one for each line of the log, in order
 *     -- limits: instructions=100000      limits of this run
 *     -- at: <seconds>                    what the clock says, since 1970
 *     -- args: <Lua expressions>          arguments of the script
 */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import type { LuaLimits, LuaVmOptions } from '../../src/lua/vm.js';
import type { Value } from '../../src/values.js';
import { plain, realClock, type SpecVm, specVm } from './support.js';

type VmOptions = Partial<LuaVmOptions>;

interface ExpectedError {
  readonly kind: string;
  readonly text: string;
  /** The message is the text and nothing more. */
  readonly whole: boolean;
}

interface Expectations {
  expect: string | null;
  error: ExpectedError | null;
  details: string | null;
  line: number | null;
  prints: string[];
  logs: string[];
  limits: Partial<LuaLimits>;
  args: string | null;
  at: string | null;
}

const HEADER = /^-- (expect|error|error is|error and|details|line|prints|logs|limits|args|at):(?: (.*))?$/;

function parseHeader(source: string): Expectations {
  const found: Expectations = {
    expect: null,
    error: null,
    details: null,
    line: null,
    prints: [],
    logs: [],
    limits: {},
    args: null,
    at: null,
  };
  for (const line of source.split('\n')) {
    const match = HEADER.exec(line);
    if (match !== null) readHeaderLine(found, match[1]!, match[2] ?? '');
    else if (!line.startsWith('--')) break;
  }
  return found;
}

function readHeaderLine(found: Expectations, key: string, text: string): void {
  switch (key) {
    case 'expect':
    case 'details':
    case 'args':
    case 'at':
      found[key] = text;
      break;
    case 'error':
    case 'error is': {
      const colon = text.indexOf(':');
      found.error = { kind: text.slice(0, colon), text: text.slice(colon + 1).trim(), whole: key === 'error is' };
      break;
    }
    case 'error and':
      found.error = { ...found.error!, text: `${found.error!.text}\n${text}` };
      break;
    case 'line':
      found.line = Number(text);
      break;
    case 'prints':
      found.prints.push(text);
      break;
    case 'logs':
      found.logs.push(text);
      break;
    default:
      found.limits = Object.fromEntries(
        text.split(',').map((pair) => [pair.split('=')[0]!.trim(), Number(pair.split('=')[1])]),
      );
  }
}

/** Values of Lua expressions, in a VM of their own. */
async function literals(expressions: string): Promise<Value[]> {
  const { vm } = specVm();
  return vm.runScript({ name: 'expect', source: `return ${expressions}` });
}

async function checkSnippet(file: string, name: string, open: (options: VmOptions) => SpecVm): Promise<void> {
  const source = readFileSync(file, 'utf8');
  const wanted = parseHeader(source);
  if (wanted.expect === null && wanted.error === null && wanted.prints.length + wanted.logs.length === 0) {
    throw new Error(`${file} says nothing about what it must give`);
  }
  const { at } = wanted;
  const { vm, printed, logged } = open(at === null ? {} : { clock: { ...realClock, wallMs: () => Number(at) * 1000 } });
  const args = wanted.args === null ? [] : await literals(wanted.args);
  const script = { name: `${name}.lua`, source, args, limits: { instructions: 50_000_000, ...wanted.limits } };
  const outcome = await attempt(() => vm.runScript(script));
  vm.close();
  if (wanted.error !== null) await checkError(outcome, wanted.error, wanted, name);
  else if (outcome.error !== null) throw outcome.error;
  if (wanted.expect !== null) expect(outcome.values).toEqual((await literals(wanted.expect)).map(plain));
  if (wanted.prints.length > 0) expect(printed).toEqual(wanted.prints);
  if (wanted.logs.length > 0) expect(logged).toEqual(wanted.logs);
}

async function checkError(outcome: Outcome, error: ExpectedError, wanted: Expectations, name: string): Promise<void> {
  expect(outcome.error, `returned ${JSON.stringify(outcome.values)}`).toBeInstanceOf(HostError);
  const { kind, message, details, luaStack } = outcome.error as HostError;
  if (error.whole) expect(message).toBe(error.text);
  else expect(message).toContain(error.text);
  expect(kind, message).toBe(error.kind);
  if (wanted.details !== null) {
    const [fields] = await literals(wanted.details);
    expect(details).toMatchObject(plain(fields ?? null) as object);
  }
  if (wanted.line !== null) expect(luaStack?.split('\n')[0]).toContain(`${name}.lua:${wanted.line}:`);
}

type Outcome =
  | { readonly values: unknown[]; readonly error: null }
  | { readonly values: null; readonly error: unknown };

async function attempt(run: () => Value[] | Promise<Value[]>): Promise<Outcome> {
  try {
    return { values: (await run()).map(plain), error: null };
  } catch (error) {
    return { values: null, error };
  }
}

/**
 * A test for each snippet under `root`.
 *
 * @param open a fresh VM for a snippet of this group, made with these options
 */
export function describeSnippets(root: string, open: (group: string, options: VmOptions) => SpecVm): void {
  for (const group of readdirSync(root, { withFileTypes: true })) {
    if (!group.isDirectory() || group.name === 'registry') continue;
    const folder = join(root, group.name);
    const names = readdirSync(folder).flatMap((file) => (file.endsWith('.lua') ? [file.slice(0, -'.lua'.length)] : []));
    describe(group.name, () => {
      for (const name of names) {
        test(name.replaceAll('_', ' '), () =>
          checkSnippet(join(folder, `${name}.lua`), name, (options) => open(group.name, options)),
        );
      }
    });
  }
}
