import { expect, test } from 'vitest';
import { explainRefusal } from '../../src/engine/refusals.js';

// V8's words, from several Nodes.
test.each([
  ['WebAssembly.Module(): memory count of 2 exceeds internal limit of 1 @+10', 'several memories (multi-memory)'],
  [
    'WebAssembly.Module(): invalid memory limits flags 0x4 (enable via --experimental-wasm-memory64) @+11',
    '64-bit memories (memory64)',
  ],
  [
    'WebAssembly.compile(): opcode i32.add is not allowed in constant expressions @+14',
    'extended constant expressions',
  ],
  [
    'WebAssembly.Module(): Compiling function #0 failed: simd opcode not available, enable with --experimental-relaxed-simd @+42',
    'relaxed SIMD',
  ],
  [
    "WebAssembly.Module(): invalid value type 'i31ref', enable with --experimental-wasm-gc @+13",
    'garbage collection (GC types)',
  ],
  ['WebAssembly.Module(): something new, enable with --experimental-wasm-wonder @+13', 'wonder'],
  [
    'WebAssembly.Module(): Compiling function #0:"f" failed: type error in fallthru[0] (expected i32, got i64) @+33',
    null,
  ],
])('%s lacks %s', (message, feature) => {
  expect(explainRefusal(message).feature).toBe(feature);
});
