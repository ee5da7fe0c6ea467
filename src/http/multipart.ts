/** `multipart/form-data`, by busboy: fields and files, all in memory and bounded. */
import { isUtf8 } from 'node:buffer';
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { HostError } from '../errors.js';
import { newMap, type Value, type ValueMap } from '../values.js';
import { BodiesFull, BodyTooLarge, checkUnread, hold } from './body.js';
import type { Exchange } from './types.js';

type Name = string | undefined;

const MAX_PARTS = 1000;
const MAX_FIELD_NAME_BYTES = 1000;

/**
 * @param limit bytes of all fields and files together
 * @returns `{values: [[name, text]…], files: [{field, name, type, content}…]}`
 * @throws HostError Invalid (not multipart, malformed), BodyTooLarge
 */
export function readMultipart(exchange: Exchange, limit: number): Promise<Value> {
  const { request, maxBody } = exchange;
  checkUnread(request);
  return new Promise((resolve, reject) => {
    const values: Value[] = [];
    const files: Value[] = [];
    const most = Math.min(limit, maxBody);
    let bytes = 0;
    const fail = (error: HostError) => {
      request.unpipe(parser);
      request.pause();
      reject(error);
    };
    let parser: InstanceType<typeof Busboy>;
    try {
      parser = new Busboy({
        headers: request.headers as BusboyHeaders,
        limits: { parts: MAX_PARTS, fieldNameSize: MAX_FIELD_NAME_BYTES, fileSize: most + 1 },
        // Fields come as bytes, too: busboy would put U+FFFD where they are no UTF-8.
        isPartAFile: () => true,
      });
    } catch (error) {
      reject(malformed(error));
      return;
    }
    const count = (length: number): boolean => {
      bytes += length;
      const fits = bytes <= most;
      if (fits && hold(exchange, length)) return true;
      fail(fits ? new BodiesFull() : new BodyTooLarge(most));
      return false;
    };
    parser.on('file', (field: Name, stream: NodeJS.ReadableStream, name: Name, _encoding: string, type: string) => {
      if (field === undefined || isDamaged(field) || isDamaged(name)) {
        const what = field === undefined ? 'a part has no name' : 'the name of a part is not valid UTF-8';
        // The parser waits for somebody to read it.
        stream.resume();
        fail(malformed(new Error(what)));
        return;
      }
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        if (count(chunk.length)) chunks.push(chunk);
      });
      stream.on('end', () => {
        const content = Buffer.concat(chunks);
        if (name === undefined && type !== 'application/octet-stream') {
          if (isUtf8(content)) values.push([field, content.toString()]);
          else fail(malformed(new Error(`the field ${field} is not valid UTF-8`)));
          return;
        }
        const file: ValueMap = newMap();
        file.field = field;
        file.name = name;
        file.type = type;
        file.content = new Uint8Array(content);
        files.push(file);
      });
    });
    parser.on('partsLimit', () => fail(malformed(new Error(`it has more than ${MAX_PARTS} parts`))));
    parser.on('error', (error: unknown) => fail(malformed(error)));
    parser.on('finish', () => {
      const answer: ValueMap = newMap();
      answer.values = values;
      answer.files = files;
      resolve(answer);
    });
    request.once('close', () => {
      if (!request.complete) reject(new HostError('Canceled', 'the client went away'));
    });
    request.pipe(parser);
  });
}

/** busboy has put U+FFFD where the bytes were no UTF-8. */
function isDamaged(name: Name): boolean {
  return name?.includes('\ufffd') === true;
}

function malformed(error: unknown): HostError {
  return new HostError('Invalid', `not a multipart form: ${(error as Error).message}`, { retryable: false });
}
