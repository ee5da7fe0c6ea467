import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countingBudget, newOurs, newStock, run, runOurs } from './lua.js';

describe('table functions', () => {
  test.each([
    [`table.concat({1, 2.5, 'x'}, ', ')`, ['1, 2.5, x']],
    [`table.concat({})`, ['']],
    [`table.concat({'a', 'b', 'c'}, '-', 2, 3)`, ['b-c']],
    [`table.concat({'a'}, '-', 2, 1)`, ['']],
    [`table.unpack({1, 2, 3}, 2)`, ['2', '3']],
    [`table.unpack({}, 1, 2)`, ['nil', 'nil']],
    [`table.pack(1, nil).n`, ['2']],
    [`table.unpack(table.move({1, 2, 3}, 1, 3, 2))`, ['1', '1', '2', '3']],
    [`table.unpack(table.move({1, 2, 3}, 2, 3, 1))`, ['2', '3', '3']],
    [`table.unpack(table.move({1, 2}, 1, 2, 1, {}))`, ['1', '2']],
    [`table.remove({1, 2, 3}, 1)`, ['1']],
    [`table.remove({})`, ['nil']],
    [`table.remove({1}, 2)`, ['nil']],
    [
      `(function() local t = {1, 3} table.insert(t, 2, 2) table.insert(t, 4) return table.unpack(t) end)()`,
      ['1', '2', '3', '4'],
    ],
    [
      `table.concat(setmetatable({}, {__len = function() return 2 end, __index = function(_, i) return i end}))`,
      ['12'],
    ],
  ])('%s', (expression, results) => {
    expect(runOurs(`return ${expression}`)).toEqual(results);
  });

  test.each([
    [`table.concat({{}})`, "invalid value (table) at index 1 in table for 'concat'"],
    [`table.concat({}, '', 1, 2147483647)`, "invalid value (nil) at index 1 in table for 'concat'"],
    [`table.concat(1)`, "bad argument #1 to 'concat' (table expected, got number)"],
    [`table.insert({}, 3, 1)`, "bad argument #2 to 'insert' (position out of bounds)"],
    [`table.insert({}, 1, 1, 1)`, "wrong number of arguments to 'insert'"],
    [`table.remove({1}, 5)`, "bad argument #1 to 'remove' (position out of bounds)"],
    [`table.unpack({}, 1, 1000001)`, 'too many results to unpack'],
    [`table.unpack({}, -2147483647, 2147483647)`, 'too many results to unpack'],
    [`table.sort({1, 'x'})`, 'attempt to compare string with number'],
    [`table.sort({1, 2}, 3)`, "bad argument #2 to 'sort' (function expected, got number)"],
    [
      `table.sort(setmetatable({}, {__len = function() return 16777217 end}))`,
      "bad argument #1 to 'sort' (array too big)",
    ],
  ])('%s raises "%s"', (expression, message) => {
    expect(runOurs(`return ${expression}`)[0]).toContain(message);
  });

  test.each([
    ['move', `table.move({}, 1, 2147483646, 2)`],
    ['remove', `table.remove(setmetatable({}, {__len = function() return 2147483647 end}), 1)`],
    ['insert', `table.insert(setmetatable({}, {__len = function() return 2147483646 end}), 1, 1)`],
    ['unpack', `table.unpack({}, 1, 500000)`],
    [
      'concat',
      `table.concat(setmetatable({}, {__len = function() return 2147483647 end, __index = function() return '' end}))`,
    ],
    ['sort', `table.sort(setmetatable({}, {__len = function() return 16777216 end}))`],
    ['sort with a comparator', `table.sort(table.pack(('x'):rep(100000):byte(1, -1)), function() return true end)`],
  ])('%s draws steps for the elements that it walks', (_name, expression) => {
    const { budget, spent } = countingBudget(250_000, 1e9);
    expect(run(newOurs(budget), `return ${expression}`)[0]).toMatch(/out of steps/);
    expect(spent.steps).toBeLessThan(1_000_000);
  });
});

describe('table.sort', () => {
  const list = fc.array(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ noNaN: true })), { maxLength: 40 });

  test("gives the order that Fengari's gives", () => {
    const ours = newOurs(countingBudget(1e9, 1e9).budget);
    const stock = newStock();
    fc.assert(
      fc.property(list, (numbers) => {
        const values = numbers
          .map((n) => (Number.isInteger(n) && Math.abs(n) < 1e9 ? `${n}` : `${n.toExponential()}`))
          .join(', ')
          .replaceAll('Infinity', '1/0')
          .replaceAll('+', '');
        for (const comparator of ['', ', function(a, b) return a > b end']) {
          const script = `local t = {${values}} table.sort(t${comparator}) return table.unpack(t)`;
          // -0 and 0 are equal: their order is free.
          const shown = (texts: string[]) =>
            texts.map((text) => text.replace(/^-0(\.0)?$/, '0').replace(/^0\.0$/, '0'));
          expect(shown(run(ours, script)), script).toEqual(shown(run(stock, script)));
        }
        const words = numbers.map((n) => `'${n}'`).join(', ');
        const script = `local t = {${words}} table.sort(t) return table.concat(t, ' ')`;
        expect(run(ours, script)).toEqual(run(stock, script));
      }),
    );
  });

  test('keeps the order of equal elements', () => {
    expect(
      runOurs(`
        local t = {}
        for i = 1, 50 do t[i] = {key = i % 3, at = i} end
        table.sort(t, function(a, b) return a.key < b.key end)
        for i = 2, 50 do assert(t[i - 1].key < t[i].key or t[i - 1].key == t[i].key and t[i - 1].at < t[i].at) end
        return 'stable'`),
    ).toEqual(['stable']);
  });

  test('asks at most n log2 n times, whatever the comparator answers, and loses nothing', () => {
    for (const answer of ['true', 'false', 'math.random() < 0.5', 'a < b', 'a > b']) {
      const [count, sum] = runOurs(`
        local t, count, sum = {}, 0, 0
        for i = 1, 1000 do t[i] = i * 7919 % 1000 end
        table.sort(t, function(a, b) count = count + 1 return ${answer} end)
        for i = 1, 1000 do sum = sum + t[i] end
        return count, sum`);
      expect(Number(count)).toBeLessThan(10_000);
      expect(sum).toBe('499500');
    }
  });

  test('lets the comparator yield', () => {
    expect(
      runOurs(`
        local t = {5, 3, 9, 1, 7}
        local co = coroutine.create(function()
          table.sort(t, function(a, b) return coroutine.yield(a, b) end)
          return 'done'
        end)
        local yields, ok, a, b = 0, coroutine.resume(co)
        while a ~= 'done' do
          yields = yields + 1
          ok, a, b = coroutine.resume(co, a < b)
          assert(ok, a)
        end
        return table.concat(t, ' '), yields > 4`),
    ).toEqual(['1 3 5 7 9', 'true']);
  });

  test('leaves the table as it was when the comparator raises', () => {
    expect(
      runOurs(`
        local t, n = {3, 1, 2}, 0
        local ok, err = pcall(table.sort, t, function(a, b) n = n + 1 if n == 2 then error('stop', 0) end return a < b end)
        return ok, err, table.concat(t, ' ')`),
    ).toEqual(['false', 'stop', '3 1 2']);
  });

  test('uses __lt and the other metamethods', () => {
    expect(
      runOurs(`
        local mt = {__lt = function(a, b) return a.n < b.n end}
        local t = {setmetatable({n = 2}, mt), setmetatable({n = 1}, mt)}
        table.sort(t)
        local written = 0
        local proxy = setmetatable({}, {
          __len = function() return 3 end,
          __index = function(_, i) return 4 - i end,
          __newindex = function(_, i, v) written = written + i * v end,
        })
        table.sort(proxy)
        return t[1].n, written`),
    ).toEqual(['1', '14']);
  });
});
