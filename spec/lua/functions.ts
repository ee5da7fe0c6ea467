/** The functions that snippets may call: `spec:…` in TypeScript (sync and async), `lua:…` in Lua, in the same VM. */

import { HostError } from '../../src/errors.js';
import { fromPlain } from '../../src/functions/plain.js';
import type { Actor, Scope } from '../../src/functions/types.js';
import type { LuaFunctionSource, LuaVm } from '../../src/lua/vm.js';
import { Float64, type ResourceHandle, type Value } from '../../src/values.js';
import { plain, type SpecFunction } from './support.js';

const numberOf = (value: Value): number => (value instanceof Float64 ? value.value : (value as number));

/** After the current turn of the event loop, so that the caller must wait. */
function afterTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const specFunctions: { readonly [id: string]: SpecFunction } = {
  'spec:noop': () => null,
  'spec:echo': (args) => args[0],
  'spec:count': (args) => args.length,
  'spec:add': (args) => numberOf(args[0]) + numberOf(args[1]),
  'spec:later': async (args) => {
    await afterTurn();
    return args[0];
  },
  'spec:add_later': async (args) => {
    await afterTurn();
    return numberOf(args[0]) + numberOf(args[1]);
  },
  'spec:never': (_args, context) =>
    new Promise((_resolve, reject) => {
      context.signal?.addEventListener('abort', () => reject(new HostError('Canceled', 'spec:never was canceled')));
    }),
  'spec:fail': () => {
    throw new HostError('Conflict', 'spec:fail failed', {
      retryable: true,
      details: { reason: 'on purpose', list: [1, 2] },
    });
  },
  'spec:fail_later': async () => {
    await afterTurn();
    throw new HostError('RateLimited', 'spec:fail_later failed');
  },
  'spec:throw': () => {
    throw new TypeError('a TypeScript function threw');
  },
  'spec:context': (_args, context) => ({ ...context.values }),
  'spec:options': (_args, context) => fromPlain(context.options, 'options'),
  'spec:chain': (_args, context) => [...context.chain],
  'spec:has_deadline': (_args, context) => context.deadline !== null,
  'spec:actor': (_args, context) => context.actor?.id ?? null,
  'spec:has_scope': (_args, context) => (context.scope ?? null) !== null,
  'spec:new_counter': (args) => counterHandle(numberOf(args[0] ?? 0)),
  'spec:big': () => 9007199254740993n,
  'spec:u64_max': () => 18446744073709551615n,
  'spec:float': (args) => new Float64(numberOf(args[0])),
  'spec:bytes': () => Uint8Array.of(0, 255, 10),
};

/** A handle like those that the component engine gives out. */
export function counterHandle(start: number, onDrop: () => void = () => {}): ResourceHandle {
  let value = start;
  let dropped = false;
  const live = <T>(use: () => T): T => {
    if (dropped) throw new HostError('Invalid', 'the counter was dropped');
    return use();
  };
  return {
    opaqueKind: 'resource counter',
    methods: new Map<string, (args: Value[]) => Value>([
      ['increment', (args) => live(() => (value += numberOf(args[0] ?? 1)))],
      ['get-value', () => live(() => value)],
    ]),
    drop: () => {
      if (!dropped) onDrop();
      dropped = true;
    },
  };
}

const SOURCES: readonly LuaFunctionSource[] = [
  { id: 'lua:double', method: 'double', source: 'return { double = function(x) return x * 2 end }' },
  { id: 'lua:bare', method: 'main', source: 'return function(...) return select("#", ...) end' },
  { id: 'lua:echo', method: 'main', source: 'return function(v) return v end' },
  { id: 'lua:nothing', method: 'main', source: 'return function() end' },
  { id: 'lua:no_method', method: 'missing', source: 'return { present = 1 }' },
  { id: 'lua:not_a_module', method: 'main', source: 'return 7' },
  {
    id: 'lua:waits',
    method: 'main',
    modules: ['funcs'],
    source: 'return function(x) local y = funcs.call("spec:later", x) return y + 1 end',
  },
  {
    id: 'lua:waits_to_load',
    method: 'main',
    modules: ['funcs'],
    source: 'local base = funcs.call("spec:later", 100) return function(x) return base + x end',
  },
  { id: 'lua:raises_text', method: 'main', source: 'return function()\n  error("text raised")\nend' },
  {
    id: 'lua:raises_object',
    method: 'main',
    source:
      'return function() error(errors.new{message = "object raised", kind = "AlreadyExists", details = {n = 1}}) end',
  },
  { id: 'lua:second_text', method: 'main', source: 'return function() return 1, "went wrong" end' },
  {
    id: 'lua:second_error',
    method: 'main',
    source: 'return function() return nil, errors.new{message = "typed", kind = "Timeout", retryable = true} end',
  },
  { id: 'lua:second_other', method: 'main', source: 'return function() return 1, 2 end' },
  { id: 'lua:returns_function', method: 'main', source: 'return function() return { f = print } end' },
  { id: 'lua:unlisted', method: 'main', source: 'return function() return require("funcs") end' },
  { id: 'lua:indexes_unlisted', method: 'main', source: 'return function() return fs.get("app:files") end' },
  { id: 'lua:global_unlisted', method: 'main', source: 'return function() return type(funcs) end' },
  {
    id: 'lua:sets_global',
    method: 'main',
    source: 'leaked = 1 return function() leaked = leaked + 1 return leaked end',
  },
  {
    id: 'lua:loops',
    method: 'main',
    source: 'return function() while true do end end',
    limits: { instructions: 100_000 },
  },
  {
    id: 'lua:calls_itself',
    method: 'main',
    modules: ['funcs'],
    source: 'return function(n) if n == 0 then return 0 end return (funcs.call("lua:calls_itself", n - 1)) + 1 end',
  },
  {
    id: 'lua:spawns',
    method: 'main',
    modules: ['funcs'],
    source:
      'return function() local seen = {} for i = 1, 3 do coroutine.spawn(function() seen[i] = funcs.call("spec:later", i) end) end ' +
      'for _ = 1, 6 do funcs.call("spec:later", 0) end return seen end',
  },
  {
    id: 'lua:who',
    method: 'main',
    modules: ['security'],
    source:
      'return function() local actor, scope = security.actor(), security.scope() if not actor then return nil end ' +
      'return { id = actor:id(), team = actor:meta().team, same = actor == security.actor(), policies = scope and scope:policies(), ' +
      'can = security.can("read", "x"), says = scope and scope:evaluate(actor, "read", "x") } end',
  },
  {
    id: 'lua:who_is_called',
    method: 'main',
    modules: ['funcs'],
    source: 'return function() return funcs.call("lua:who") end',
  },
  {
    id: 'lua:reads_registry',
    method: 'main',
    modules: ['registry'],
    source:
      'return function() local entry, err = registry.get("app:sum") ' +
      'return { entry = entry, kind = err and err:kind(), message = err and err:message(), found = #registry.find({}), ' +
      'entries = #registry.snapshot():entries(), inside = #registry.snapshot():namespace("app") } end',
  },
  { id: 'lua:context', method: 'main', modules: ['ctx'], source: 'return function() return ctx.all() end' },
  {
    id: 'lua:inner_context',
    method: 'main',
    modules: ['funcs'],
    source: 'return function() return (funcs.new():with_context{inner = 1, both = "inner"}:call("lua:context")) end',
  },
  {
    id: 'lua:inner_actor',
    method: 'main',
    modules: ['funcs'],
    source: 'return function() return (funcs.call("spec:actor")) end',
  },
  {
    id: 'lua:calls_out',
    method: 'main',
    modules: ['funcs'],
    source: 'return function() local value, err = funcs.call("spec:noop") return {value, err and err:message()} end',
  },
  {
    id: 'lua:denied',
    method: 'main',
    modules: ['funcs', 'security'],
    source:
      'return function() local ex, texts = funcs.new(), {} ' +
      'local function note(value, err) texts[#texts + 1] = value == nil and err:kind() .. ": " .. err:message() end ' +
      'note(ex:with_context{a = 1}) note(ex:with_actor(security.new_actor("b"))) note(ex:with_scope(security.new_scope())) ' +
      'note(funcs.async("spec:noop")) note(ex:async("spec:noop")) note(ex:call("spec:noop")) return texts end',
  },
  {
    id: 'lua:shared_channel',
    method: 'main',
    source: 'local ch = channel.new() return function(v) if v == nil then return (ch:receive()) end ch:send(v) end',
  },
  {
    id: 'lua:asleep',
    method: 'main',
    source: 'return function() channel.new():receive() end',
  },
  {
    id: 'lua:spawned_error',
    method: 'main',
    modules: ['funcs'],
    source:
      'return function() coroutine.spawn(function() funcs.call("spec:later") error(errors.new("Conflict", "in a task")) end) ' +
      'channel.new():receive() end',
  },
  {
    id: 'lua:imports',
    method: 'main',
    modules: ['json'],
    imports: {
      helper: {
        id: 'lua:helper',
        source:
          'local deep = require("deep") return { shout = function(s) return deep.upper(s) .. "!" end, json = json }',
        imports: { deep: { id: 'lua:deep', source: 'return { upper = string.upper }' } },
      },
    },
    source: 'local helper = require("helper") return function(s) return { helper.shout(s), helper.json == nil } end',
  },
];

/** Adds the Lua functions of a VM to those in TypeScript. */
export function withLuaFunctions(vmOf: () => LuaVm): { readonly [id: string]: SpecFunction } {
  const all: { [id: string]: SpecFunction } = { ...specFunctions };
  // Calls the named function for an actor, with a scope that has no policies, or with none.
  const callAs =
    (actor: Actor, scope: Scope | null): SpecFunction =>
    ([id], context) =>
      all[String(plain(id))]!([], { ...context, actor, scope });
  all['spec:as_alice'] = callAs({ id: 'alice', meta: { team: 'core' } }, { policies: [] });
  all['spec:as_bob'] = callAs({ id: 'bob', meta: {} }, null);
  for (const source of SOURCES) {
    let callable: ReturnType<LuaVm['loadFunction']> | null = null;
    all[source.id] = (args, context) => {
      callable ??= vmOf().loadFunction(source);
      return callable.call(args, { ...context, chain: [...context.chain, source.id] });
    };
  }
  return all;
}
