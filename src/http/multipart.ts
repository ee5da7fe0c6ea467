/** `multipart/form-data`, by busboy: fields and files, all in memory and bounded. */
import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import { HostError } from '../errors.js';
import { newMap, type Value, type ValueMap } from '../values.js';
import { BodyTooLarge, checkUnread } from './body.js';
import type { Exchange } from './types.js';

const MAX_PARTS = 1000;
const MAX_FIELD_NAME_BYTES = 1000;

/**
 * @param limit bytes of all fields and files together
 * @returns `{values: [[name, text]…], files: [{field, name, type, content}…]}`
 * @throws HostError Invalid (not multipart, malformed), BodyTooLarge
 */
export function readMultipart({ request, maxBody }: Exchange, limit: number): Promise<Value> {
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
        limits: { parts: MAX_PARTS, fieldNameSize: MAX_FIELD_NAME_BYTES, fieldSize: most + 1, fileSize: most + 1 },
      });
    } catch (error) {
      reject(malformed(error));
      return;
    }
    const count = (length: number): boolean => {
      bytes += length;
      if (bytes <= most) return true;
      fail(new BodyTooLarge(most));
      return false;
    };
    parser.on('field', (name: string, text: string) => {
      if (count(Buffer.byteLength(text))) values.push([name, text]);
    });
    parser.on('file', (field: string, stream: NodeJS.ReadableStream, name: string, _encoding: string, type: string) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        if (count(chunk.length)) chunks.push(chunk);
      });
      stream.on('end', () => {
        const file: ValueMap = newMap();
        file.field = field;
        file.name = name;
        file.type = type;
        file.content = new Uint8Array(Buffer.concat(chunks));
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

function malformed(error: unknown): HostError {
  return new HostError('Invalid', `not a multipart form: ${(error as Error).message}`, { retryable: false });
}
