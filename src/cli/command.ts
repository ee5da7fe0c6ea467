/** What a command is: a file in `commands/` that exports one of these, and a line in the table of `program.ts`. */
import type { CliIo } from './io.js';

interface CommandOption {
  /** As commander writes it: `--registry <dir>`. */
  readonly flags: string;
  readonly description: string;
}

export interface CliCommand {
  readonly name: string;
  /** As commander writes them: `<file> [args...]`. */
  readonly arguments: string;
  readonly summary: string;
  /** More than the summary, for `--help`. */
  readonly description: string;
  readonly argumentHelp: { readonly [name: string]: string };
  readonly options: readonly CommandOption[];
  /** Lines for `--help`: a comment above each command line. */
  readonly examples: readonly (readonly [comment: string, line: string])[];
  /** Options after the first argument are the script's, not ours. */
  readonly passThrough?: boolean;
  /** @returns the exit code */
  run(args: readonly (string | readonly string[] | undefined)[], options: CommandFlags, io: CliIo): Promise<number>;
}

/** The options that were given; each command reads its own. */
export interface CommandFlags {
  readonly registry?: string;
  readonly json?: boolean;
  readonly timeout?: string;
  readonly memory?: string;
  readonly instructions?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly method?: readonly string[];
  readonly stats?: boolean;
  readonly threads?: string;
  readonly allowHost?: string;
  readonly port?: string;
  readonly host?: string;
  readonly admin?: string;
  readonly grace?: string;
  readonly watch?: boolean;
  readonly update?: boolean;
  readonly all?: boolean;
  readonly logLevel?: string;
  /** False where it was switched off. */
  readonly accessLog?: boolean;
  readonly lang?: string;
  readonly title?: string;
  readonly apiVersion?: string;
}

export const REGISTRY_OPTION: CommandOption = {
  flags: '-r, --registry <dir>',
  description: 'the registry folder (default: the nearest "registry" here or above)',
};

export const LOG_LEVEL_OPTION: CommandOption = {
  flags: '--log-level <level>',
  description: 'the least that is logged: debug, info, warn or error (default: info)',
};

export const JSON_OPTION: CommandOption = { flags: '--json', description: 'print JSON, for programs' };
