/** `moonwit call`: one function, arguments and answer as JSON. */
import { isProgram } from '../../engine/programs.js';
import { HostError } from '../../errors.js';
import { createHost } from '../../host/host.js';
import { readArguments } from '../argument.js';
import { type CliCommand, JSON_OPTION, REGISTRY_OPTION } from '../command.js';
import { needRegistry } from '../find-registry.js';
import { type CliIo, UsageError } from '../io.js';
import { printJson } from '../json.js';
import { openOptions } from '../open.js';
import { durationOption } from '../units.js';

export const call: CliCommand = {
  name: 'call',
  arguments: '<id> [args...]',
  summary: 'call one function',
  description:
    'Calls a function by its ID and prints its answer. Each argument is one JSON value; integers may have any size,\n' +
    'bytes (list<u8>) are arrays of numbers. @FILE is the JSON in a file, - that of the standard input. An answer that is a string is printed as it is, anything else as JSON;\n' +
    'with --json everything is JSON, errors too. A program (wasi:cli/run, _start) has the terminal to itself, and its\n' +
    "exit code is the command's.",
  argumentHelp: {
    id: 'namespace:name, as "moonwit list" prints it',
    args: 'arguments, each one JSON value, @FILE or -',
  },
  options: [
    REGISTRY_OPTION,
    JSON_OPTION,
    { flags: '--timeout <duration>', description: 'give up after so long: 500 (milliseconds), 5s, 1m30s' },
  ],
  examples: [
    ['numbers', 'moonwit call myns:compute 6 7'],
    ['a string needs its own quotes', `moonwit call myns:greet '"Ada"'`],
    ['a list of records', `moonwit call myns:filter_active '[{"id": 1, "name": "Ada", "tags": [], "active": true}]'`],
    ['large arguments from a file', 'moonwit call myns:filter_active @users.json'],
    ['or from another program', 'curl -s https://example.org/users | moonwit call myns:filter_active -'],
    ['negative numbers too', 'moonwit call myns:compute -6 7'],
  ],
  async run([id, args], { registry, json, timeout }, io) {
    const timeoutMs = timeout === undefined ? null : durationOption('--timeout', timeout);
    const texts = (args ?? []) as readonly string[];
    const host = await createHost({ ...openOptions(needRegistry(registry, io), io), stdio: 'programs' });
    try {
      const { method } = host.describe(id as string);
      if (isProgram(method ?? '') && texts.length > 0) {
        throw new UsageError(
          `${id} is a program, which takes no arguments here: those it sees are wasi.args of its entry`,
        );
      }
      const values = await readArguments(texts, io);
      const called = host.call(id as string, values, timeoutMs === null ? {} : { timeout: timeoutMs });
      if (isProgram(method ?? '')) return await exitCodeOf(called);
      printAnswer(await called, json === true, io);
      return 0;
    } finally {
      await host.close();
    }
  },
};

/** A program has said all that it has to say itself. @throws whatever else ended it than its own exit */
async function exitCodeOf(called: Promise<unknown>): Promise<number> {
  try {
    const answer = await called;
    return typeof answer === 'object' && answer !== null && 'err' in answer ? 1 : 0;
  } catch (error) {
    const status = error instanceof HostError ? error.details?.status : undefined;
    if (typeof status === 'number') return status;
    throw error;
  }
}

function printAnswer(answer: unknown, asJson: boolean, io: CliIo): void {
  if (asJson) io.out(`${printJson(answer ?? null, 0)}\n`);
  else if (typeof answer === 'string') io.out(`${answer}\n`);
  else if (answer !== undefined && answer !== null) io.out(`${printJson(answer, 2)}\n`);
}
