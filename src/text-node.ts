/** Node's codec: Buffer knows the length and the validity of UTF-8 without making a string. */
import { isUtf8 } from 'node:buffer';
import { portableText, type TextCodec } from './text.js';

export function nodeText(): TextCodec {
  return {
    ...portableText(),
    utf8Length: (text) => Buffer.byteLength(text, 'utf8'),
    isUtf8: (bytes) => isUtf8(bytes),
  };
}
