/** What checks cost: the same guest with and without them, in turn. */
import { readFileSync } from 'node:fs';
import { type CompiledComponent, compileModules, planComponent } from '../src/component/compile.js';
import { decodeComponent } from '../src/component/decode/component.js';
import type { Instance } from '../src/component/types.js';
import { makeGuards } from '../src/instrument/guard.js';
import { type InstrumentResult, instrument } from '../src/instrument/instrument.js';
import { caller, fresh, guestPath, loadPlan } from './guests.js';
import type { Contestant, Contestants, Row } from './measure.js';
import { makeUsers } from './rows-engine.js';

/** A deadline that is looked at and never comes. */
const TERMS = { deadlineMs: Number.MAX_VALUE, now: () => performance.now(), isCancelled: () => false };

/** The component with checks in its core modules. */
async function withChecks(compiled: CompiledComponent): Promise<{
  readonly compiled: CompiledComponent;
  readonly results: ReadonlyMap<WebAssembly.Module, InstrumentResult>;
}> {
  const results = new Map<WebAssembly.Module, InstrumentResult>();
  for (const bytes of compiled.moduleIndices.keys()) {
    const result = instrument(bytes);
    results.set(await WebAssembly.compile(result.bytes), result);
  }
  const modules = [...results.keys()].map((module) => ({ module, checked: null, state: null, stoppable: false }));
  return { compiled: { ...compiled, modules }, results };
}

/** Makes an instance while every core instance that it consists of gets its guard. */
function guarded(make: () => Instance, results: ReadonlyMap<WebAssembly.Module, InstrumentResult>): Instance {
  const guards = makeGuards();
  const Plain = WebAssembly.Instance;
  class Guarded extends Plain {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      const added = results.get(module)?.added ?? null;
      if (added !== null) guards.attach(this.exports, added, TERMS).start();
    }
  }
  Object.assign(WebAssembly, { Instance: Guarded });
  try {
    return make();
  } finally {
    Object.assign(WebAssembly, { Instance: Plain });
  }
}

async function mapper(): Promise<Contestants> {
  const bare = await loadPlan('mapper');
  const original = await compileModules(decodeComponent(readFileSync(guestPath('mapper'))));
  const { compiled, results } = await withChecks(original);
  const plan = planComponent(compiled, { name: 'mapper' });
  const batches = Array.from({ length: 8 }, (_, seed) => makeUsers(1000, seed));
  const contestant = (instance: Instance): Contestant => {
    const call = caller(plan, 'transform-users');
    let i = 0;
    const run = (count: number): void => {
      for (let n = 0; n < count; n++) call(instance, batches[i++ % batches.length] as never);
    };
    run(200); // until V8 has optimised both
    return { perRound: 5, rounds: 100, run };
  };
  return { ours: contestant(guarded(() => fresh(plan), results)), theirs: contestant(fresh(bare)) };
}

/** `run(n)` makes n turns of a loop; `body` works on $x and may use $i, which counts down. */
async function loopModule(body: string): Promise<Uint8Array> {
  const wabt = await (await import('wabt')).default();
  const text = `(module
    (memory 1)
    (func (export "run") (param $i i32) (result i32)
      (local $x i32)
      (loop $again
        ${body}
        (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (local.get $x)))`;
  const parsed = wabt.parseWat('loop.wat', text);
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return buffer;
}

async function loop(body: string): Promise<Contestants> {
  const bytes = await loopModule(body);
  const { bytes: checked, added } = instrument(bytes);
  const bare = new WebAssembly.Instance(new WebAssembly.Module(bytes as BufferSource));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(checked));
  if (added !== null) makeGuards().attach(instance.exports, added, TERMS);
  const contestant = ({ exports }: WebAssembly.Instance): Contestant => {
    const run = exports.run as (turns: number) => number;
    for (let i = 0; i < 50; i++) run(100_000); // until V8 has optimised it
    return { perRound: 10, rounds: 60, run: (count) => run(count * 1_000_000) };
  };
  return { ours: contestant(instance), theirs: contestant(bare) };
}

const against = 'the same without checks';

export const instrumentRows: Row[] = [
  { id: 'checks-mapper', unit: 'us', against, target: 1.1, setup: mapper },
  {
    id: 'checks-loop',
    unit: 'us',
    against,
    target: 1.7,
    setup: () => loop('(local.set $x (i32.xor (local.get $x) (i32.mul (local.get $i) (i32.const 7))))'),
  },
  {
    id: 'checks-loop-bytes',
    unit: 'us',
    against,
    target: null,
    setup: () =>
      loop('(local.set $x (i32.add (local.get $x) (i32.load8_u (i32.and (local.get $i) (i32.const 65535)))))'),
  },
];
