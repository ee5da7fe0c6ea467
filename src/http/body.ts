/** Request bodies: read whole within a bound. */
import type { IncomingMessage } from 'node:http';
import { HostError } from '../errors.js';
import { clientGone } from './reply.js';

const NOTHING = Buffer.alloc(0);

/** A body that is larger than its service or its reader takes: answered by 413. */
export class BodyTooLarge extends HostError {
  constructor(limit: number) {
    super('Invalid', `request body too large: at most ${limit} bytes`, {
      retryable: false,
      details: { limit, status: 413 },
    });
  }
}

/** Also where it has crossed threads, or Lua said so. */
export function isTooLarge(thrown: unknown): thrown is HostError {
  return thrown instanceof HostError && thrown.kind === 'Invalid' && thrown.details?.status === 413;
}

/** Whether a body follows the head of the request. */
export function announcesBody({ headers }: IncomingMessage): boolean {
  const length = headers['content-length'];
  if (length !== undefined) return length !== '0';
  return headers['transfer-encoding'] !== undefined;
}

/** @throws BodyTooLarge where its length is announced and beyond `limit` */
export function checkAnnounced({ headers }: IncomingMessage, limit: number): void {
  const length = headers['content-length'];
  if (length !== undefined && Number(length) > limit) throw new BodyTooLarge(limit);
}

/**
 * The whole body; at most `limit` bytes are ever held.
 * @throws BodyTooLarge, HostError Canceled when the client goes away before its end
 */
export function readBody(request: IncomingMessage, limit: number): Uint8Array | Promise<Uint8Array> {
  if (!announcesBody(request)) return NOTHING;
  checkAnnounced(request, limit);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const stop = () => {
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
      request.off('error', onClose);
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) {
        stop();
        request.pause();
        reject(new BodyTooLarge(limit));
        return;
      }
      chunks.push(chunk);
    };
    const onEnd = () => {
      stop();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
    };
    const onClose = () => {
      stop();
      reject(clientGone());
    };
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);
    request.on('error', onClose);
  });
}
