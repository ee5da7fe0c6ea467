/** JSON Web Tokens by the package jsonwebtoken. Claims stay JSON text on both ways, so that no number is rounded. */

import { HostError } from '../errors.js';
import type { JwtCodec } from '../lua/platform.js';
import type { Packages } from './packages.js';

/** Longer tokens are refused before anything is decoded. */
const MAX_TOKEN_LENGTH = 1024 * 1024;

export function nodeJwt(packages: Packages): JwtCodec {
  return {
    sign(claims, key, algorithm) {
      try {
        return packages
          .jsonwebtoken()
          .sign(claims, asBuffer(key), { algorithm, header: { alg: algorithm, typ: 'JWT' } });
      } catch (thrown) {
        throw new HostError('Invalid', `the key does not fit ${algorithm}: ${(thrown as Error).message}`, {
          retryable: false,
          details: { algorithm },
        });
      }
    },
    verify(token, key, algorithm, nowSeconds) {
      if (token.length > MAX_TOKEN_LENGTH) throw refused(`the token is longer than ${MAX_TOKEN_LENGTH} bytes`);
      try {
        packages
          .jsonwebtoken()
          .verify(token, asBuffer(key), { algorithms: [algorithm], clockTimestamp: Math.floor(nowSeconds) });
      } catch (thrown) {
        throw refused((thrown as Error).message);
      }
      return Uint8Array.from(Buffer.from(token.split('.')[1]!, 'base64url'));
    },
  };
}

function refused(reason: string): HostError {
  return new HostError('Internal', `the token was refused: ${reason}`, { retryable: false, details: { reason } });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
