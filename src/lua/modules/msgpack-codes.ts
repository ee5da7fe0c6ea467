/** MessagePack's first bytes (the spec at msgpack.org), for writing and reading. */

import type { HostError } from '../../errors.js';
import { moduleError } from '../results.js';

/** First bytes. What has its length in the first byte begins at `FIX…`. */
export const FIX_MAP = 0x80;
export const FIX_ARRAY = 0x90;
export const FIX_STRING = 0xa0;
export const NIL = 0xc0;
export const FALSE = 0xc2;
export const TRUE = 0xc3;
export const BIN = [0xc4, 0xc5, 0xc6] as const;
export const FLOAT32 = 0xca;
export const FLOAT64 = 0xcb;
export const UINT = [0xcc, 0xcd, 0xce] as const;
export const UINT64 = 0xcf;
export const INT = [0xd0, 0xd1, 0xd2] as const;
export const INT64 = 0xd3;
export const STRING = [0xd9, 0xda, 0xdb] as const;
export const ARRAY = [null, 0xdc, 0xdd] as const;
export const MAP = [null, 0xde, 0xdf] as const;

export function failed(problem: string): HostError {
  return moduleError('Internal', `msgpack: ${problem}`);
}
