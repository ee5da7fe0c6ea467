/** JSON for the command line: integers of any size, and values that JSON has no word for. */
import { parseJson } from '../json.js';
import { UsageError } from './io.js';

/**
 * Parses a command-line argument.
 * @param source what its text was read from, where that is not the command line
 * @throws UsageError that shows how to write it
 */
export function parseArgument(text: string, number: number, source: string | null = null): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    const reason = (error as Error).message;
    if (source !== null) throw new UsageError(`argument ${number} is not JSON: ${source}: ${reason}`);
    const hint = looksLikeText(text) ? `a string needs its own quotes: '${JSON.stringify(text)}'` : reason;
    throw new UsageError(`argument ${number} is not JSON: ${shorten(text)}\n  ${hint}`);
  }
}

function looksLikeText(text: string): boolean {
  return /^[\p{L}_/.]/u.test(text) && !/^(?:null|true|false)/.test(text);
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

/**
 * Prints a plain value as JSON that {@link parseJson} and the functions take back: bigint as an integer, bytes as numbers,
 * undefined as null; NaN and the infinities, which JSON lacks, as their names.
 *
 * @param indent spaces a level; 0: one line
 */
export function printJson(value: unknown, indent: number): string {
  return printed(value, indent, '');
}

function printed(value: unknown, indent: number, margin: string): string {
  switch (typeof value) {
    case 'bigint':
      return String(value);
    case 'number':
      return printedNumber(value);
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'object':
      return value === null ? 'null' : printedObject(value, indent, margin);
    default:
      return 'null';
  }
}

function printedNumber(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  if (Object.is(value, -0)) return '-0';
  const text = JSON.stringify(value);
  // A float beyond ±2^53 is told from an integer of that size.
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(value) ? `${text}.0` : text;
}

function printedObject(value: object, indent: number, margin: string): string {
  const inner = margin + ' '.repeat(indent);
  const wrap = (open: string, parts: string[], close: string): string => {
    if (parts.length === 0) return open + close;
    if (indent === 0) return `${open}${parts.join(',')}${close}`;
    const line = `${open}${parts.join(', ')}${close}`;
    if (margin.length + line.length <= 80 && !line.includes('\n'))
      return open === '{' ? `{ ${parts.join(', ')} }` : line;
    return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${margin}${close}`;
  };
  if (value instanceof Uint8Array) return `[${[...value].join(indent === 0 ? ',' : ', ')}]`;
  if (Array.isArray(value))
    return wrap(
      '[',
      value.map((each) => printed(each, indent, inner)),
      ']',
    );
  if (value instanceof Map) {
    const pairs = [...value].map(([key, each]) => `[${printed(key, 0, '')}, ${printed(each, indent, inner)}]`);
    return wrap('[', pairs, ']');
  }
  const opaque = (value as { opaqueKind?: unknown }).opaqueKind;
  if (typeof opaque === 'string') return JSON.stringify(`<${opaque}>`);
  const colon = indent === 0 ? ':' : ': ';
  const fields = Object.entries(value).map(
    ([key, each]) => `${JSON.stringify(key)}${colon}${printed(each, indent, inner)}`,
  );
  return wrap('{', fields, '}');
}
