/** `multipart/form-data`: fields and files, all in memory and bounded. */
import { isUtf8 } from 'node:buffer';
import { HostError } from '../errors.js';
import { newMap, type Value, type ValueMap } from '../values.js';
import { BodyTooLarge, checkUnread, isRefusedBody, readBody } from './body.js';
import { boundaryOf, Malformed, type Part, partsOf } from './multipart-parts.js';
import type { Exchange } from './types.js';

/** What boundaries and the headers of parts take beside fields and files. */
const ENVELOPE_BYTES = 1024 * 1024;

/**
 * @param limit bytes of all fields and files together
 * @returns `{values: [[name, text]…], files: [{field, name, headers, content}…]}`
 * @throws HostError Invalid (not multipart, malformed), BodyTooLarge
 */
export async function readMultipart(exchange: Exchange, limit: number): Promise<Value> {
  const { request, maxBody } = exchange;
  checkUnread(request);
  const most = Math.min(limit, maxBody);
  try {
    const boundary = boundaryOf(request.headers['content-type'] ?? '');
    const bytes = await readBody(exchange, Math.min(maxBody, most + ENVELOPE_BYTES));
    const parts = partsOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), boundary);
    if (parts.reduce((sum, { content }) => sum + content.length, 0) > most) throw new BodyTooLarge(most);
    return formOf(parts);
  } catch (thrown) {
    if (isRefusedBody(thrown) && thrown.kind === 'Invalid') throw new BodyTooLarge(most);
    if (!(thrown instanceof Malformed)) throw thrown;
    throw new HostError('Invalid', `not a multipart form: ${thrown.message}`, { retryable: false });
  }
}

function formOf(parts: readonly Part[]): Value {
  const form: ValueMap = newMap();
  form.values = parts.filter((part) => !isFile(part)).map(textOf);
  form.files = parts.filter(isFile).map(fileOf);
  return form;
}

function isFile({ filename, headers }: Part): boolean {
  if (filename !== null) return true;
  const type = headers.findIndex((name, index) => index % 2 === 0 && /^content-type$/i.test(name));
  return type >= 0 && /^application\/octet-stream\s*(?:;|$)/i.test(headers[type + 1]!);
}

function textOf({ field, content }: Part): Value {
  if (!isUtf8(content)) throw new Malformed(`the field ${field} is not valid UTF-8`);
  return [field, content.toString()];
}

function fileOf({ field, filename, headers, content }: Part): Value {
  const file: ValueMap = newMap();
  file.field = field;
  file.name = filename;
  file.headers = [...headers];
  file.content = new Uint8Array(content);
  return file;
}
