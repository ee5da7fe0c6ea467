/** Arguments of `moonwit call`: JSON on the command line, in a file, or on the standard input. */
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CliIo, UsageError } from './io.js';
import { parseArgument } from './json.js';

/** Bytes of one argument. */
const MAX_ARGUMENT_BYTES = 256 * 1024 * 1024;

const STANDARD_INPUT = '-';

/**
 * The values of the arguments, in their order: each is JSON, `@file` or, once, `-`.
 * @throws UsageError that names the argument
 */
export async function readArguments(texts: readonly string[], io: CliIo): Promise<unknown[]> {
  const second = texts.indexOf(STANDARD_INPUT, texts.indexOf(STANDARD_INPUT) + 1);
  if (texts.indexOf(STANDARD_INPUT) >= 0 && second >= 0) {
    throw new UsageError(`argument ${second + 1}: the standard input is argument ${texts.indexOf(STANDARD_INPUT) + 1}`);
  }
  const values: unknown[] = [];
  for (const [index, text] of texts.entries()) values.push(await readArgument(text, index + 1, io));
  return values;
}

async function readArgument(text: string, number: number, io: CliIo): Promise<unknown> {
  if (text === STANDARD_INPUT) {
    const bytes = await readInput(number, io);
    return parseArgument(decoded(bytes, number, 'the standard input'), number, 'the standard input');
  }
  if (!text.startsWith('@')) return parseArgument(text, number);
  const name = text.slice(1);
  if (name === '')
    throw new UsageError(`argument ${number}: @ names no file: write @FILE, or - for the standard input`);
  return parseArgument(decoded(readFile(name, number, io), number, name), number, name);
}

async function readInput(number: number, { input }: CliIo): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of input?.() ?? []) {
    byteLength += chunk.byteLength;
    if (byteLength > MAX_ARGUMENT_BYTES) throw tooLarge(number, 'the standard input');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function readFile(name: string, number: number, { cwd }: CliIo): Uint8Array {
  const path = resolve(cwd, name);
  try {
    if (statSync(path).size > MAX_ARGUMENT_BYTES) throw tooLarge(number, name);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = { ENOENT: 'no such file', EISDIR: 'it is a folder' };
    throw new UsageError(`argument ${number}: cannot read ${name}: ${reasons[code ?? ''] ?? message}`);
  }
}

function tooLarge(number: number, source: string): UsageError {
  return new UsageError(`argument ${number}: ${source} has more than ${MAX_ARGUMENT_BYTES} bytes`);
}

function decoded(bytes: Uint8Array, number: number, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`argument ${number}: ${source} is not UTF-8`);
  }
}
