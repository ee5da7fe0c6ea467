/**
 * A Lua VM: sandbox, scheduler and modules over one Fengari state. Scripts and functions of one VM share library tables
 * and nothing else; each has its own globals and its own limits.
 */

import { HostError } from '../errors.js';
import { type CallContext, ROOT_CONTEXT } from '../functions/types.js';
import type { Value } from '../values.js';
import type { Proto } from './bytecode.js';
import type { Core } from './core.js';
import { createCore } from './create-core.js';
import { crossing } from './crossing.js';
import { newEnvironment } from './environment.js';
import { lua_gettop } from './fengari.js';
import { loadLuaFunction } from './function.js';
import type { LuaClosure } from './internals.js';
import { pushCompiled } from './libs/load.js';
import { checkMethod } from './method.js';
import { answerOf, type RunSpec, startRun, stopRun } from './scheduler.js';
import { setGlobalArguments } from './script.js';
import { popSlot } from './table-access.js';
import type { LuaLimits, LuaScript, LuaVm, LuaVmOptions } from './types.js';

export type {
  LuaCallable,
  LuaClock,
  LuaFunctionSource,
  LuaLibrary,
  LuaLimits,
  LuaScript,
  LuaSource,
  LuaVm,
  LuaVmOptions,
} from './types.js';

/**
 * @example
 * const vm = createVm({ functions, clock, text: portableText(), print: (line) => process.stdout.write(line) });
 * await vm.runScript({ name: 'pipeline.lua', source });
 */
export function createVm(options: LuaVmOptions): LuaVm {
  const core = createCore(options);
  return {
    runScript: (script) => runScript(core, script),
    loadFunction: (source) => loadLuaFunction(core, source),
    check: ({ name, source, method = null }) => {
      pushCompiled(core, core.L, name, source, core.newGlobals());
      const { p } = popSlot(core.L).value as LuaClosure;
      if (method !== null) checkMethod(name, method, p as Proto);
    },
    waitingTasks: () => waitingTasks(core),
    close: () => {
      core.closed = true;
      for (const run of core.runs) stopRun(core, run, new HostError('Canceled', `${run.name}: the host is closing`));
    },
  };
}

/** Whoever runs a script says what it reaches: the host's operations know. */
const SCRIPT_REACH = { hosts: [], by: 'script' } as const;

function runScript(core: Core, script: LuaScript): Value[] | Promise<Value[]> {
  const args = script.args ?? [];
  const environment = newEnvironment(core, {
    name: script.name,
    modules: null,
    imports: {},
    resolveFile: core.options.resolveFile ?? null,
  });
  const context: CallContext = script.context ?? ROOT_CONTEXT;
  const limits = { ...core.limits, ...script.limits };
  const run = startRun(core, specOf(script, context, limits), (L) => {
    pushCompiled(core, L, script.name, script.source, environment.globals);
    const count = crossing(`${script.name}: argument`, () => core.transcoder.allToLua(L, args));
    setGlobalArguments(core, environment.globals, script.name, args);
    return count;
  });
  return answerOf(core, run, (root) =>
    crossing(`${script.name}: result`, () => core.transcoder.rangeToGo(root, 1, lua_gettop(root))),
  );
}

function specOf({ name, timeoutMs = null }: LuaScript, context: CallContext, limits: LuaLimits): RunSpec {
  return { name, functionId: null, context, limits, reach: SCRIPT_REACH, timeoutMs };
}

function waitingTasks(core: Core): number {
  let count = 0;
  for (const { tasks } of core.runs) for (const { state } of tasks) if (state !== 'running') count++;
  return count;
}
