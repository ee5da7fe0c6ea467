/** Random nestings of everything that can stand between a script and a call: whether the call waits must not show. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { plain, specVm } from './support.js';

/** Each puts an expression (`%s`, which gives a number) into another place that code can run in, and gives its value. */
const PLACES: readonly string[] = [
  '(function() return %s end)()',
  'select(2, pcall(function() return %s end))',
  'select(2, xpcall(function() return %s end, print))',
  'select(2, pcall(error, %s))',
  'select(2, pcall(function() error(%s) end))',
  'coroutine.wrap(function() return %s end)()',
  'coroutine.wrap(function() coroutine.yield(%s) end)()',
  '(function() local co = coroutine.wrap(function() coroutine.yield(0) return %s end) co() return co() end)()',
  'select(2, coroutine.resume(coroutine.create(function() return %s end)))',
  'select(2, coroutine.resume(coroutine.create(function() error(%s) end)))',
  'setmetatable({}, {__index = function() return %s end}).x',
  '(setmetatable({}, {__add = function() return %s end}) + 1)',
  '#setmetatable({}, {__len = function() return %s end})',
  'setmetatable({}, {__call = function() return %s end})()',
  '(setmetatable({}, {__concat = function() return %s end}) .. "x")',
  '(-setmetatable({}, {__unm = function() return %s end}))',
  '(function() local seen for v in function(_, last) if not last then return %s end end do seen = v end return seen end)()',
  '(function() local seen table.sort({2, 1}, function(a, b) seen = %s return a < b end) return seen end)()',
  '(function() local seen ("x"):gsub("x", function() seen = %s end) return seen end)()',
  '(function() local seen for _, v in pairs(setmetatable({}, {__pairs = function() return next, {%s} end})) do seen = v end return seen end)()',
  '(function() local t = {} t[1], t[2] = 0, %s return t[2] end)()',
  '((%s) + (%s)) // 2',
];

const nesting = fc.array(fc.nat({ max: PLACES.length - 1 }), { minLength: 1, maxLength: 6 });

function compose(places: readonly number[], call: string): string {
  return places.reduce((inner, place) => PLACES[place]!.replaceAll('%s', inner), call);
}

function outcome(error: unknown): string {
  return error instanceof HostError ? `${error.kind}: ${error.message}` : String(error);
}

async function run(source: string): Promise<unknown> {
  const { vm } = specVm({
    'spec:now': (args) => args[0],
    'spec:wait': async (args) => args[0],
    'spec:wait_longer': (args) => new Promise((resolve) => setImmediate(() => resolve(args[0]))),
  });
  try {
    return (await vm.runScript({ name: 'nest.lua', source })).map(plain);
  } catch (error) {
    return outcome(error);
  } finally {
    vm.close();
  }
}

test('a call gives the same wherever it stands, whether it waits or not', async () => {
  await fc.assert(
    fc.asyncProperty(nesting, fc.integer({ min: -1000, max: 1000 }), async (places, value) => {
      const [now, later, longer] = await Promise.all(
        ['spec:now', 'spec:wait', 'spec:wait_longer'].map((id) => {
          return run(`return ${compose(places, `(funcs.call("${id}", ${value}))`)}`);
        }),
      );
      expect(now).toEqual([value]);
      expect(later).toEqual(now);
      expect(longer).toEqual(now);
    }),
    { numRuns: 300 },
  );
});

test('an error raised after a wait reaches the same pcall as one raised at once', async () => {
  await fc.assert(
    fc.asyncProperty(nesting, async (places) => {
      const raising = (id: string) => `(function() local v = funcs.call("${id}", 1) error({v}) end)()`;
      const [now, later] = await Promise.all(
        ['spec:now', 'spec:wait_longer'].map((id) => {
          return run(`local ok, err = pcall(function() return ${compose(places, raising(id))} end) return ok, err`);
        }),
      );
      expect(later).toEqual(now);
    }),
    { numRuns: 300 },
  );
});

test('spawned tasks that wait at random nestings all finish with their own values', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(nesting, { minLength: 1, maxLength: 6 }), async (tasks) => {
      const bodies = tasks.map((places, index) => {
        const call = `(funcs.call("spec:${index % 2 === 0 ? 'wait' : 'wait_longer'}", ${index + 1}))`;
        return `coroutine.spawn(function() local v = ${compose(places, call)} seen[${index + 1}] = v left = left - 1 end)`;
      });
      const source = `local seen, left = {}, ${tasks.length}\n${bodies.join('\n')}\nwhile left > 0 do funcs.call("spec:wait_longer") end\nreturn seen`;
      expect(await run(source)).toEqual([tasks.map((_, index) => index + 1)]);
    }),
    { numRuns: 60 },
  );
});
