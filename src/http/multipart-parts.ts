/** The parts of `multipart/form-data` (RFC 7578), found in bytes that are all there. What is damaged is told, never skipped. */
import { decodeExtended, parse } from 'content-disposition';

export interface Part {
  readonly field: string;
  /** Without folders; null: a plain field. */
  readonly filename: string | null;
  /** Names and values in turn; a character for each byte of a value. */
  readonly headers: readonly string[];
  /** A view of the form's bytes. */
  readonly content: Buffer;
}

/** What is wrong with a form. */
export class Malformed extends Error {}

const MAX_PARTS = 1000;
const MAX_HEAD_BYTES = 16 * 1024;
const MAX_NAME_BYTES = 1000;
const LINE_END = '\r\n';

/** The boundary that a content type names. @throws Malformed */
export function boundaryOf(contentType: string): string {
  // It has the grammar of a disposition.
  const { type, parameters } = parse(contentType, { extended: false });
  if (type !== 'multipart/form-data') throw new Malformed(`the content type is ${contentType}`);
  const { boundary = '' } = parameters;
  if (boundary === '') throw new Malformed('its content type names no boundary');
  if (boundary.length > 70) throw new Malformed('its boundary has more than 70 characters');
  return boundary;
}

/** @throws Malformed */
export function partsOf(bytes: Buffer, boundary: string): Part[] {
  const delimiter = Buffer.from(`${LINE_END}--${boundary}`, 'latin1');
  const parts: Part[] = [];
  let at = firstDelimiter(bytes, delimiter);
  for (;;) {
    if (bytes.toString('latin1', at, at + 2) === '--') return parts;
    const start = endOfLine(bytes, at);
    const end = bytes.indexOf(delimiter, start);
    if (end < 0) throw new Malformed('it ends before its last boundary');
    if (parts.length === MAX_PARTS) throw new Malformed(`it has more than ${MAX_PARTS} parts`);
    parts.push(partOf(bytes.subarray(start, end)));
    at = end + delimiter.length;
  }
}

/** @returns where the first delimiter ends: at the very beginning, or behind what nobody reads */
function firstDelimiter(bytes: Buffer, delimiter: Buffer): number {
  const bare = delimiter.subarray(LINE_END.length);
  if (bytes.subarray(0, bare.length).equals(bare)) return bare.length;
  const found = bytes.indexOf(delimiter);
  if (found < 0) throw new Malformed('its boundary is not in it');
  return found + delimiter.length;
}

/** @returns where the line of a delimiter ends; its own end is the first of those that stand before contents */
function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(LINE_END, at);
  if (end < 0) throw new Malformed('it ends before its last boundary');
  if (!/^[ \t]*$/.test(bytes.toString('latin1', at, Math.min(end, at + 100)))) {
    throw new Malformed('something else stands behind a boundary');
  }
  return end;
}

/** @param part from the end of its delimiter's line */
function partOf(part: Buffer): Part {
  const end = part.indexOf(LINE_END + LINE_END);
  if (end < 0) throw new Malformed('the headers of a part have no end');
  if (end - LINE_END.length > MAX_HEAD_BYTES) {
    throw new Malformed(`the headers of a part have more than ${MAX_HEAD_BYTES} bytes`);
  }
  const headers = end === 0 ? [] : headersOf(part.toString('latin1', LINE_END.length, end));
  const disposition = headers.findIndex((name, index) => index % 2 === 0 && /^content-disposition$/i.test(name));
  const names = namesOf(disposition < 0 ? '' : headers[disposition + 1]!);
  return { ...names, headers, content: part.subarray(end + 2 * LINE_END.length) };
}

function headersOf(head: string): string[] {
  return head.split(LINE_END).flatMap((line) => {
    // Greedy, so that a long space is looked at once.
    const [, name, value = ''] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*[^ \t])?[ \t]*$/s.exec(line) ?? [];
    if (name === undefined || /[\0\r\n]/.test(value)) {
      throw new Malformed(`a part has a header that is none: ${JSON.stringify(line.slice(0, 80))}`);
    }
    return [name, value];
  });
}

/** Quotes begin behind a `=`, end, and have nothing but a `;` behind them; outside of them is no backslash. */
const QUOTED_WELL = /^(?:[^"\\]*=[ \t]*"(?:[^"\\]|\\.)*"[ \t]*(?:;|$))*[^"\\]*$/s;

/** `form-data; name="a"; filename="b"`, or `filename*=UTF-8''b`, which counts before the other. */
function namesOf(disposition: string): Pick<Part, 'field' | 'filename'> {
  // Browsers send a backslash as it is; who escapes quotes by one escapes it, too.
  const escaped = disposition.replace(/\\(["\\]?)/g, (_, next) => `\\${next || '\\'}`);
  if (!QUOTED_WELL.test(escaped)) throw new Malformed('the names of a part are not quoted as they should be');
  const { type, parameters } = parse(escaped, { extended: false });
  const { name, filename, 'filename*': extended } = parameters;
  if (type !== 'form-data' || name === undefined) throw new Malformed('a part has no name');
  const plain = filename === undefined ? null : withoutFolders(utf8(filename));
  return { field: utf8(name), filename: extended === undefined ? plain : withoutFolders(decodedName(extended)) };
}

function utf8(latin1: string): string {
  if (latin1.length > MAX_NAME_BYTES) throw new Malformed(`the name of a part has more than ${MAX_NAME_BYTES} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(latin1, 'latin1'));
  } catch {
    throw new Malformed('the name of a part is not valid UTF-8');
  }
}

function decodedName(value: string): string {
  const name = /^utf-8'[ -~]*$/i.test(value) ? decodeExtended(value) : undefined;
  if (name === undefined) throw new Malformed('the name of a file is not valid UTF-8');
  return name;
}

/** Some clients tell where they have a file. */
function withoutFolders(filename: string): string {
  const last = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  return last === '.' || last === '..' ? '' : last;
}
