/** Errors for people: what happened, where, and what to do next; as JSON for programs. */
import { type HostError, toHostError } from '../errors.js';
import { hintsOf } from './error-hints.js';
import { type CliIo, type Paint, paintFor } from './io.js';
import { printJson } from './json.js';

/** Prints `thrown` to the error stream, or as `{"error": …}` to the output with `--json`. */
export function printError(thrown: unknown, io: CliIo, asJson: boolean): void {
  const error = toHostError(thrown);
  if (asJson) {
    const { kind, message, retryable, details, stack } = error.toData();
    io.out(`${printJson({ error: { kind, message, retryable, details, stack } }, 0)}\n`);
    return;
  }
  io.err(errorText(error, paintFor(io.errIsTerminal, io.env)));
}

function errorText(error: HostError, paint: Paint): string {
  const [first = '', ...rest] = error.message.split('\n');
  const kind = error.kind === '' ? '' : paint.dim(` (${error.kind})`);
  const lines = [`${paint.red('error:')} ${first}${kind}`, ...rest, ...hintsOf(error)];
  const wasmStack = error.details?.stack;
  if (typeof wasmStack === 'string' && wasmStack !== '') lines.push('wasm stack:', ...indented(wasmStack));
  if (error.luaStack !== null && error.luaStack !== '') lines.push('Lua stack:', ...indented(error.luaStack));
  return `${lines.join('\n')}\n`;
}

function indented(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line.trimStart()}`);
}
