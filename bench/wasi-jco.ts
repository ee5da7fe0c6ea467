/**
 * A guest under jco and preview2-shim, in a process of its own, because that shim's standard streams are the process's: reads
 * lines `FUNCTION JSON-ARGUMENTS`, answers each with the nanoseconds that the call took, on descriptor 3.
 * `node wasi-jco.mjs GUEST [FOLDER-TO-MOUNT]`
 */
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { loadJco } from './guests.js';

const [guest = '', folder] = process.argv.slice(2);
const { _setPreopens: setPreopens } = (await import('@bytecodealliance/preview2-shim/filesystem')) as unknown as {
  _setPreopens(preopens: Record<string, string>): void;
};
setPreopens(folder === undefined ? {} : { '/': folder });
const { WASIShim } = await import('@bytecodealliance/preview2-shim/instantiation');
const { instantiate } = await loadJco(
  guest,
  false,
  new WASIShim().getImportObject() as unknown as Record<string, object>,
);
const exports = await instantiate();
const ANSWERS = 3;
writeSync(ANSWERS, 'ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const space = line.indexOf(' ');
  const args = JSON.parse(line.slice(space), (_, value) =>
    typeof value === 'string' && /^\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value,
  );
  const start = process.hrtime.bigint();
  exports[line.slice(0, space)]?.(...args);
  writeSync(ANSWERS, `${process.hrtime.bigint() - start}\n`);
}
