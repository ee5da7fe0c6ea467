/** The command line as a whole: commander on one side, the table of commands on the other. */
import { Command, CommanderError } from 'commander';
import { HostError } from '../errors.js';
import { type CliCommand, type CommandFlags, JSON_OPTION } from './command.js';
import { add } from './commands/add.js';
import { call } from './commands/call.js';
import { check } from './commands/check.js';
import { init } from './commands/init.js';
import { list } from './commands/list.js';
import { openapi } from './commands/openapi.js';
import { run } from './commands/run.js';
import { serve } from './commands/serve.js';
import { show } from './commands/show.js';
import { stubs } from './commands/stubs.js';
import { type CliIo, UsageError } from './io.js';
import { printError } from './print-error.js';

const COMMANDS: readonly CliCommand[] = [run, call, serve, list, check, show, stubs, openapi, init, add];

const FAILED = 1;
const WRONG_USAGE = 2;

const OVERVIEW = `
Start here:
  moonwit init hello && cd hello    # a folder that runs
  moonwit run main.lua              # a script that calls WebAssembly
  moonwit list                      # what can be called
  moonwit call app:add 2 3          # call one function
`;

/**
 * Runs one command line.
 *
 * @param args without the names of node and of the script
 * @returns the exit code: 0, 1 for a failed run, 2 for wrong usage
 */
export async function runCli(args: readonly string[], version: string, io: CliIo): Promise<number> {
  let exitCode = 0;
  const program = new Command('moonwit')
    .description('Script in Lua, extend in WebAssembly.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print help for a command')
    .addHelpText('after', OVERVIEW)
    .showSuggestionAfterError()
    .enablePositionalOptions();
  for (const command of COMMANDS) {
    addCommand(program, command, io, (code) => {
      exitCode = code;
    });
  }
  const asJson = wantsJson(args);
  configureOutput(program, io, asJson);
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return exitCodeOf(error, args, io, asJson);
  }
}

function addCommand(program: Command, command: CliCommand, io: CliIo, done: (code: number) => void): void {
  const sub = program
    .command(command.name)
    .summary(command.summary)
    .description(command.description)
    .helpOption('-h, --help', 'print this help');
  for (const part of command.arguments.split(' ').filter((each) => each !== '')) {
    sub.argument(part, command.argumentHelp[part.replace(/[<>[\].]/g, '')] ?? '');
  }
  for (const { flags, description } of command.options) sub.option(flags, description);
  if (command.passThrough === true) sub.passThroughOptions();
  sub.addHelpText('after', `\nExamples:\n${exampleLines(command)}`);
  sub.action(async (...given: unknown[]) => {
    const flags = sub.opts<CommandFlags>();
    const args = given.slice(0, sub.registeredArguments.length) as (string | readonly string[] | undefined)[];
    done(await command.run(args, flags, io));
  });
}

function exampleLines(command: CliCommand): string {
  return command.examples.map(([comment, line]) => `  # ${comment}\n  ${line}\n`).join('');
}

function configureOutput(program: Command, io: CliIo, asJson: boolean): void {
  for (const each of [program, ...program.commands]) {
    each.exitOverride();
    each.configureOutput({
      writeOut: (text) => io.out(text),
      writeErr: (text) => io.err(text),
      outputError: (text, write) => {
        if (!asJson) write(text);
      },
    });
  }
}

function exitCodeOf(error: unknown, args: readonly string[], io: CliIo, asJson: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof CommanderError || error instanceof UsageError) {
    const see = ['moonwit', ...(commandIn(args) === undefined ? [] : [commandIn(args)!.name]), '--help'].join(' ');
    if (asJson) printError(usageError(error, see, misplaced(error, args)), io, true);
    else if (error instanceof UsageError) io.err(`error: ${error.message}\nSee: ${see}\n`);
    // commander has printed what is wrong; a bare `moonwit` printed its help.
    else if (error.code !== 'commander.help') io.err(`${misplaced(error, args)}See: ${see}\n`);
    return WRONG_USAGE;
  }
  printError(error, io, asJson);
  return FAILED;
}

/** What to say to who wrote an option of a command before it; empty for other mistakes. */
function misplaced(error: Error, args: readonly string[]): string {
  const command = commandIn(args);
  const [first = ''] = args;
  if (!(error instanceof CommanderError) || error.code !== 'commander.unknownOption' || !first.startsWith('-'))
    return '';
  const name = first.replace(/=.*$/, '');
  const isOwn = command?.options.some(({ flags }) => flags.split(/[ ,]+/).includes(name)) === true;
  return isOwn ? `It follows the command: moonwit ${command.name} ${name} …\n` : '';
}

function usageError({ message }: Error, see: string, next: string): HostError {
  return new HostError('Invalid', [message.replace(/^error: /, ''), next.trim()].filter(Boolean).join(': '), {
    retryable: false,
    details: { usage: see },
  });
}

/** Whether errors are for programs. What stands behind `--`, and all after a script's name, is not ours. */
function wantsJson(args: readonly string[]): boolean {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  const options = commandIn(own)?.options;
  return own.includes('--json') && options?.includes(JSON_OPTION) !== false;
}

function commandIn(args: readonly string[]): CliCommand | undefined {
  const name = args.find((arg) => COMMANDS.some((command) => command.name === arg));
  return COMMANDS.find((command) => command.name === name);
}
