/** The parts of `multipart/form-data` (RFC 7578), found in bytes that are all there. What is damaged is told, never skipped. */

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
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) throw new Malformed(`the content type is ${contentType}`);
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]*)"|([^\s;]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain ?? '';
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
    const end = bytes.indexOf(delimiter, start - LINE_END.length);
    if (end < 0) throw new Malformed('it ends before its last boundary');
    if (parts.length === MAX_PARTS) throw new Malformed(`it has more than ${MAX_PARTS} parts`);
    parts.push(partOf(bytes.subarray(start, Math.max(start, end))));
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

function endOfLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(LINE_END, at);
  if (end < 0) throw new Malformed('it ends before its last boundary');
  if (!/^[ \t]*$/.test(bytes.toString('latin1', at, Math.min(end, at + 100)))) {
    throw new Malformed('something else stands behind a boundary');
  }
  return end + LINE_END.length;
}

function partOf(part: Buffer): Part {
  const bare = part.subarray(0, LINE_END.length).toString('latin1') === LINE_END;
  const end = bare ? 0 : part.indexOf(LINE_END + LINE_END);
  if (end < 0) throw new Malformed('the headers of a part have no end');
  if (end > MAX_HEAD_BYTES) throw new Malformed(`the headers of a part have more than ${MAX_HEAD_BYTES} bytes`);
  const headers = end === 0 ? [] : headersOf(part.toString('latin1', 0, end));
  const disposition = headers.findIndex((name, index) => index % 2 === 0 && /^content-disposition$/i.test(name));
  const { name, filename } = namesOf(disposition < 0 ? '' : headers[disposition + 1]!);
  if (name === undefined) throw new Malformed('a part has no name');
  const content = part.subarray(end + (bare ? LINE_END.length : 2 * LINE_END.length));
  return { field: name, filename: filename === undefined ? null : withoutFolders(filename), headers, content };
}

function headersOf(head: string): string[] {
  return head.split(LINE_END).flatMap((line) => {
    const [, name, value] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
    if (name === undefined || value === undefined || /[\0\r\n]/.test(value)) {
      throw new Malformed(`a part has a header that is none: ${JSON.stringify(line.slice(0, 80))}`);
    }
    return [name, value];
  });
}

interface Names {
  name: string | undefined;
  filename: string | undefined;
}

/** `form-data; name="a"; filename="b"`, or `filename*=UTF-8''b`, which counts before the other. */
function namesOf(disposition: string): Names {
  const names: Names = { name: undefined, filename: undefined };
  let extended: string | undefined;
  if (!/^form-data\s*(?:;|$)/i.test(disposition)) return names;
  for (const [, key, quoted, plain] of disposition.matchAll(
    /;\s*([\w*-]+)\s*=\s*(?:"((?:[^"\\]|\\["\\]|\\(?!["\\]))*)"|([^\s;"]+))/g,
  )) {
    const value = quoted === undefined ? plain! : quoted.replace(/\\(["\\])/g, '$1');
    switch (key!.toLowerCase()) {
      case 'name':
        names.name ??= utf8(value);
        break;
      case 'filename':
        names.filename ??= utf8(value);
        break;
      case 'filename*':
        extended ??= decodedName(value);
        break;
    }
  }
  names.filename = extended ?? names.filename;
  return names;
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
  const [, escaped] = /^utf-8'[^']*'(.*)$/i.exec(value) ?? [];
  try {
    if (escaped !== undefined) return decodeURIComponent(escaped);
  } catch {
    // told below
  }
  throw new Malformed('the name of a file is not valid UTF-8');
}

/** Some clients tell where they have a file. */
function withoutFolders(filename: string): string {
  const last = filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1);
  return last === '.' || last === '..' ? '' : last;
}
