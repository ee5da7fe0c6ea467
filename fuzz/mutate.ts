/** Broken binaries from good ones: every edit is decided by a seed. */

/** A small generator of pseudo-random numbers (mulberry32): the same seed, the same edits, on every machine. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

const INTERESTING = [0, 1, 2, 0x40, 0x60, 0x7f, 0x80, 0xff];

function flip(bytes: Uint8Array, random: Random): Uint8Array {
  const out = bytes.slice();
  const edits = 1 + random(4);
  for (let i = 0; i < edits; i++) {
    const at = random(out.length);
    const how = random(3);
    if (how === 0) out[at] = (out[at] as number) ^ (1 << random(8));
    else if (how === 1) out[at] = INTERESTING[random(INTERESTING.length)] as number;
    else out[at] = random(256);
  }
  return out;
}

function cut(bytes: Uint8Array, random: Random): Uint8Array {
  const from = random(bytes.length);
  if (random(2) === 0) return bytes.slice(0, from);
  return join(bytes.subarray(0, from), bytes.subarray(from + 1 + random(64)));
}

function splice(bytes: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const other = others[random(others.length)] as Uint8Array;
  const from = random(other.length);
  const piece = other.subarray(from, from + 1 + random(200));
  const at = random(bytes.length);
  return join(bytes.subarray(0, at), piece, bytes.subarray(at + (random(2) === 0 ? piece.length : 0)));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** One to three edits of `bytes`. */
export function mutate(bytes: Uint8Array, seed: number, others: readonly Uint8Array[]): Uint8Array {
  const random = randomFrom(seed);
  let out = bytes;
  for (let left = 1 + random(3); left > 0 && out.length > 8; left--) {
    const how = random(6);
    out = how < 4 ? flip(out, random) : how === 4 ? cut(out, random) : splice(out, random, others);
  }
  return out;
}
