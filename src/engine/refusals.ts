/** What V8 says when it refuses a core module, told as the feature that this Node lacks. */

/** V8's flags for features, and what the features are called elsewhere. */
const FEATURES: Readonly<Record<string, string>> = {
  gc: 'garbage collection (GC types)',
  'typed-funcref': 'typed function references',
  memory64: '64-bit memories (memory64)',
  'relaxed-simd': 'relaxed SIMD',
  'extended-const': 'extended constant expressions',
  'multi-memory': 'several memories (multi-memory)',
  exnref: 'exceptions with exnref (try_table)',
  eh: 'exceptions',
  'return-call': 'tail calls',
  stringref: 'strings (stringref)',
  imported_strings: 'imported strings',
  'imported-strings': 'imported strings',
  jspi: 'promise integration (JSPI)',
  'stack-switching': 'stack switching',
  threads: 'threads',
  'memory-control': 'memory control',
  fp16: '16-bit floats',
};

/** Refusals that name no flag. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/memory count of \d+ exceeds|multiple memories/, FEATURES['multi-memory']!],
  [/opcode i(?:32|64)\.(?:add|sub|mul) is not allowed in constant expressions/, FEATURES['extended-const']!],
  [/invalid memory limits flags/, FEATURES.memory64!],
];

interface Refusal {
  /** The feature that is missing, or null where the module is simply invalid. */
  readonly feature: string | null;
  /** V8's own words, without the name of the API. */
  readonly reason: string;
}

/** @param message of a `WebAssembly.CompileError` */
export function explainRefusal(message: string): Refusal {
  const reason = message.replace(/^WebAssembly\.\w+\(\): /, '');
  const flag = /enable (?:with|via) --experimental-wasm-([\w-]+)/.exec(reason)?.[1];
  // Node 20 prints some flags without "wasm": `--experimental-relaxed-simd`.
  const otherFlag = /enable (?:with|via) --experimental-([\w-]+)/.exec(reason)?.[1];
  const name = flag ?? otherFlag;
  if (name !== undefined) return { feature: FEATURES[name] ?? name, reason };
  return { feature: WORDS.find(([pattern]) => pattern.test(reason))?.[1] ?? null, reason };
}

const MAGIC = [0x00, 0x61, 0x73, 0x6d];

/** What a file is that does not even begin like a binary; null for those that do. */
export function notWasm(bytes: Uint8Array): { code: string; message: string; expected: string; got: string } | null {
  if (MAGIC.every((byte, index) => bytes[index] === byte)) return null;
  const code = 'wasm-invalid';
  const message = 'not a WebAssembly binary';
  const start = new TextDecoder().decode(bytes.subarray(0, 200)).trimStart();
  if (start.startsWith('(') || start.startsWith(';;')) {
    return { code, message, expected: 'a binary; text is the source of a function.wat', got: 'WebAssembly text' };
  }
  const hex = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const got = bytes.length === 0 ? 'an empty file' : `${hex} at the start`;
  return { code, message, expected: '00 61 73 6d at the start', got };
}
