/** Runs command lines in this process, with streams that are kept. */
import { runCli } from '../../src/cli/program.js';

interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface CliSetting {
  readonly cwd: string;
  readonly env?: { readonly [name: string]: string | undefined };
  readonly terminal?: boolean;
  /** The standard input. */
  readonly input?: string | Uint8Array;
}

export async function cli(args: readonly string[], setting: CliSetting): Promise<CliResult> {
  let out = '';
  let err = '';
  const terminal = setting.terminal ?? false;
  const code = await runCli(args, '9.9.9', {
    cwd: setting.cwd,
    env: { MOONWIT_CACHE: 'off', ...setting.env },
    out: (text) => {
      out += typeof text === 'string' ? text : Buffer.from(text).toString();
    },
    err: (text) => {
      err += text;
    },
    ...(setting.input === undefined ? {} : { input: () => chunksOf(setting.input!) }),
    outIsTerminal: terminal,
    errIsTerminal: terminal,
  });
  return { code, out, err };
}

/** In pieces, as a pipe gives them. */
async function* chunksOf(input: string | Uint8Array): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(input);
  for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
}
