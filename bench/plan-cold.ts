/** One cold run of decode, validate and plan, without V8's compile: `node plan-cold.mjs FILE` prints nanoseconds. */
import { readFileSync } from 'node:fs';
import { compileModules, planComponent } from '../src/component/compile.js';
import { decodeComponent } from '../src/component/decode/component.js';
import { validateComponent } from '../src/component/validate/component.js';

const bytes = readFileSync(process.argv[2] as string);
const start = process.hrtime.bigint();
const component = decodeComponent(bytes);
validateComponent(component);
const before = process.hrtime.bigint() - start;
const compiled = await compileModules(component);
const link = process.hrtime.bigint();
planComponent(compiled);
console.log(String(before + (process.hrtime.bigint() - link)));
