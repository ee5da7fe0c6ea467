/** The engine from TypeScript: fresh instances, live calls, values in and out. */
import { readFileSync } from 'node:fs';
import { compileModules, planComponent } from '../src/component/compile.js';
import { decodeComponent } from '../src/component/decode/component.js';
import type { Program } from '../src/component/program.js';
import { validateComponent } from '../src/component/validate/component.js';
import { caller, fresh, guestPath, loadJco, loadPlan } from './guests.js';
import type { Contestant, Row } from './measure.js';
import { random } from './world.js';

export interface User {
  id: number;
  name: string;
  tags: string[];
  active: boolean;
}

/** Users that differ from call to call; a seed gives the same ones. */
export function makeUsers(count: number, seed = 1): User[] {
  const next = random(seed);
  const names = ['Alice', 'Bob', 'Carol', 'Dave', 'Eve', 'Mallory', 'Zoë', '李雷'];
  const tags = ['admin', 'dev', 'user', 'ops', 'guest'];
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `${names[Math.floor(next() * names.length)]} ${Math.floor(next() * 1000)}`,
    tags: tags.filter(() => next() < 0.4),
    active: next() < 0.5,
  }));
}

/** Calls `step` with 0, 1, 2, … */
function repeat(step: (i: number) => unknown, perRound: number, rounds: number): Contestant {
  let i = 0;
  return {
    perRound,
    rounds,
    run(count) {
      for (let n = 0; n < count; n++) step(i++);
    },
  };
}

const repeatAsync = (step: () => Promise<unknown>, perRound: number, rounds: number): Contestant => ({
  perRound,
  rounds,
  async run(count) {
    for (let n = 0; n < count; n++) await step();
  },
});

/** Only what the engine must do: `new WebAssembly.Instance` for each core module, with its imports. */
function bareInstances(program: Program): () => unknown {
  const { modules, coreInstances } = program;
  return () => {
    const exports: Record<string, unknown>[] = [];
    for (const def of coreInstances) {
      const imports: WebAssembly.Imports = {};
      for (const { module, items } of def.imports) {
        const group: Record<string, unknown> = {};
        for (const { name, item } of items)
          if (item.kind === 'export') group[name] = exports[item.instance]?.[item.name];
        imports[module] = group;
      }
      exports.push(new WebAssembly.Instance(modules[def.module] as WebAssembly.Module, imports).exports);
    }
    return exports;
  };
}

/** 200 rounds of 100 are the 20 000 instances whose garbage counts. */
const FRESH = { perRound: 100, rounds: 200 };

async function freshAgainstJco(stubbed: boolean) {
  const plan = await loadPlan('mapper');
  const jco = await loadJco('mapper', stubbed);
  return {
    ours: repeat(() => fresh(plan), FRESH.perRound, FRESH.rounds),
    theirs: repeatAsync(jco.instantiate, stubbed ? 50 : 5, 20),
  };
}

async function transform(count: number, perRound: number) {
  const plan = await loadPlan('mapper');
  const instance = fresh(plan);
  const call = caller(plan, 'transform-users');
  const { transformUsers } = await (await loadJco('mapper')).instantiate();
  const batches = Array.from({ length: 8 }, (_, seed) => makeUsers(count, seed));
  const at = (i: number) => batches[i % batches.length] as User[];
  return {
    ours: repeat((i) => call(instance, at(i) as never), perRound, 60),
    theirs: repeat((i) => transformUsers?.(at(i)), perRound, 60),
  };
}

async function text(unit: string) {
  const plan = await loadPlan('echo');
  const instance = fresh(plan);
  const call = caller(plan, 'moonwit:echo/types@1.0.0#echo-string');
  const exports = await (await loadJco('echo')).instantiate();
  const types = (exports.types ?? exports['moonwit:echo/types@1.0.0']) as unknown as Record<
    string,
    (s: string) => string
  >;
  const texts = Array.from({ length: 4 }, (_, i) =>
    (i + unit).repeat(Math.ceil(2 ** 20 / Buffer.byteLength(i + unit))),
  );
  return {
    ours: repeat((i) => call(instance, texts[i % 4] as never), 5, 40),
    theirs: repeat((i) => types.echoString?.(texts[i % 4] as string), 5, 40),
  };
}

async function bytes() {
  const plan = await loadPlan('echo');
  const instance = fresh(plan);
  const call = caller(plan, 'moonwit:echo/types@1.0.0#echo-bytes');
  const data = new Uint8Array(2 ** 24).map((_, i) => i);
  call(instance, data as never);
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 512 }).buffer);
  return {
    ours: repeat(() => call(instance, data as never), 1, 40),
    theirs: repeat(
      () => {
        memory.set(data, 4096);
        return memory.slice(4096, 4096 + data.length);
      },
      1,
      40,
    ),
  };
}

const BIG_GUEST = 'libc';

export const engineRows: Row[] = [
  {
    id: 'fresh/core',
    unit: 'us',
    against: 'new WebAssembly.Instance',
    target: 1.2,
    of: 'mean',
    async setup() {
      const plan = await loadPlan('mapper');
      return {
        ours: repeat(() => fresh(plan), FRESH.perRound, FRESH.rounds),
        theirs: repeat(bareInstances(plan.program as Program), FRESH.perRound, FRESH.rounds),
      };
    },
  },
  {
    id: 'fresh/jco',
    unit: 'us',
    against: 'jco instantiate',
    target: null,
    of: 'mean',
    setup: () => freshAgainstJco(false),
  },
  {
    id: 'fresh/jco-stubbed',
    unit: 'us',
    against: 'jco instantiate, its JSPI test stubbed',
    target: null,
    of: 'mean',
    setup: () => freshAgainstJco(true),
  },
  {
    id: 'scalar/jco',
    unit: 'us',
    against: 'jco compute(6, 7)',
    target: 0.1,
    async setup() {
      const plan = await loadPlan('compute');
      const instance = fresh(plan);
      const call = caller(plan, 'compute');
      const { compute } = await (await loadJco('compute')).instantiate();
      return {
        ours: repeat((i) => call(instance, (i & 1023) as never, 7 as never), 20000, 60),
        theirs: repeat((i) => compute?.(i & 1023, 7), 2000, 60),
      };
    },
  },
  {
    id: 'scalar/core',
    unit: 'us',
    against: 'the bare export (the difference is held)',
    target: 0.05,
    held: 'difference',
    async setup() {
      const plan = await loadPlan('compute');
      const instance = fresh(plan);
      const call = caller(plan, 'compute');
      const exports = bareInstances(plan.program as Program)() as Record<string, (a: number, b: number) => number>[];
      const compute = exports.find((each) => 'compute' in each)?.compute;
      return {
        ours: repeat((i) => call(instance, (i & 1023) as never, 7 as never), 20000, 60),
        theirs: repeat((i) => compute?.(i & 1023, 7), 20000, 60),
      };
    },
  },
  {
    id: 'transform-3/jco',
    unit: 'us',
    against: 'jco transformUsers, 3 users',
    target: null,
    setup: () => transform(3, 500),
  },
  {
    id: 'transform-1000/jco',
    unit: 'us',
    against: 'jco transformUsers, 1000 users',
    target: 0.6,
    setup: () => transform(1000, 5),
  },
  { id: 'string-1mb-ascii/jco', unit: 'us', against: 'jco echo', target: 0.8, setup: () => text('plain ascii text. ') },
  {
    id: 'string-1mb-unicode/jco',
    unit: 'us',
    against: 'jco echo',
    target: 0.8,
    setup: () => text('mixed Größe 大きさ 📏. '),
  },
  { id: 'bytes-16mb/copy', unit: 'us', against: 'set + slice', target: 1.2, setup: bytes },
  {
    id: 'plan-65kb',
    unit: 'ms',
    against: null,
    target: 1,
    async setup() {
      const binary = readFileSync(guestPath(BIG_GUEST));
      const compiled = await compileModules(decodeComponent(binary));
      const plan = (): unknown => {
        const component = decodeComponent(binary);
        validateComponent(component);
        return planComponent(compiled);
      };
      return { ours: repeat(plan, 50, 30) };
    },
  },
];
