/** Module functions with random arguments: results or errors that Lua can catch, never an exception of the host. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { specVm } from './support.js';

/** What a function may be given, as Lua expressions. */
const VALUES = [
  'nil',
  'true',
  '0',
  '-1',
  '1',
  '32',
  '1.5',
  '0/0',
  '2^53',
  '""',
  '"abc"',
  '"\\255\\0"',
  '("k"):rep(32)',
  '("k"):rep(16)',
  '"app:sum"',
  '"json/plain"',
  '"sha256"',
  '"HS256"',
  '"a.b.c"',
  '"- &a [*a, {x: !!int y}]"',
  '"6ba7b810-9dad-11d1-80b4-00c04fd430c8"',
  '{}',
  '{1, 2}',
  '{a = 1}',
  '{a = {b = {1, "\\255"}}}',
  '{[".kind"] = "*", ["~meta.comment"] = "a"}',
  '{[1] = 1, x = 2}',
  'print',
  'coroutine.create(print)',
  'errors.new("e")',
  'int64.max',
  'logger',
  'payload.new({1})',
  'security.new_actor("u")',
  'security.new_scope()',
  '(registry.snapshot())',
  '(registry.current_version())',
];

const OBJECTS: readonly (readonly [string, readonly string[]])[] = [
  ['logger', ['debug', 'info', 'warn', 'error', 'with', 'named']],
  ['payload.new({a = 1})', ['data', 'unmarshal', 'transcode', 'get_format']],
  ['security.new_actor("u")', ['id', 'meta']],
  ['security.new_scope()', ['with', 'without', 'contains', 'policies', 'evaluate']],
  ['registry.snapshot()', ['entries', 'get', 'find', 'namespace', 'version', 'changes']],
  ['registry.current_version()', ['id', 'string', 'previous', 'next']],
];
const MODULES = ['base64', 'crypto', 'hash', 'payload', 'registry', 'security', 'uuid', 'yaml'];

/** Every function of the modules, those in tables of theirs included, and every method. */
async function callables(): Promise<string[]> {
  const source = `local names = {}
    local function add(path, t)
      for name, f in pairs(t) do
        if type(f) == "function" then names[#names + 1] = path .. "." .. name
        elseif type(f) == "table" then add(path .. "." .. name, f) end
      end
    end
    for _, name in ipairs{...} do add(name, _G[name]) end
    return table.concat(names, " ")`;
  const [names] = await specVm().vm.runScript({ name: 'names', source, args: MODULES });
  const functions = new TextDecoder().decode((names as { bytes: Uint8Array }).bytes).split(' ');
  return [...functions, ...OBJECTS.flatMap(([object, names]) => names.map((name) => `(${object}).${name}`))];
}

test('every function gives results or an error that pcall catches', async () => {
  const targets = await callables();
  expect(targets.length).toBeGreaterThan(60);
  const { vm } = specVm();
  const call = fc.record({
    target: fc.constantFrom(...targets),
    asMethod: fc.boolean(),
    args: fc.array(fc.constantFrom(...VALUES), { maxLength: 5 }),
  });
  await fc.assert(
    fc.asyncProperty(call, async ({ target, asMethod, args }) => {
      const object = target.startsWith('(') && asMethod ? [target.slice(0, target.lastIndexOf('.'))] : [];
      // An exception of the host would arrive as an error of kind Internal; modules raise text, or another kind.
      const source = `local ok, err = pcall(${[target, ...object, ...args].join(', ')})
        if ok then return "results" end
        return type(err) == "string" and (err:find("bad argument") or err:find(":")) and "raised" or
          type(err) == "userdata" and err:kind() ~= "Internal" and "raised" or tostring(err)`;
      const [outcome] = await vm.runScript({ name: 'random.lua', source, limits: { instructions: 50_000_000 } });
      const text = new TextDecoder().decode((outcome as { bytes: Uint8Array }).bytes);
      expect(['results', 'raised']).toContain(text);
    }),
    { numRuns: 1500 },
  );
});
