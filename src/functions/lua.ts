/** A function.lua in the table. Its instances are loads of its chunk in the VM that it shares with the host's other functions. */
import type { LiftTarget } from '../component/types.js';
import type { InstanceSource, Pool } from '../pool/types.js';
import type { EntryOf } from '../registry/types.js';
import type { Value } from '../values.js';
import { isReentrant } from './context.js';
import { defaultsOf } from './defaults.js';
import { fromPlain, toPlain } from './plain.js';
import type { TableFunction } from './table.js';
import type { CallContext } from './types.js';

/** A chunk that is loaded, as calls see it. */
interface LoadedChunk {
  /** @throws HostError (also as the promise's rejection) */
  call(args: readonly Value[], context: CallContext): Value | Promise<Value>;
}

/** Instances of a Lua function: loads of its chunk. */
export function luaInstances(load: () => LoadedChunk | Promise<LoadedChunk>): InstanceSource<LoadedChunk> {
  return { create: load, condition: () => 'reusable', destroy: () => {} };
}

export function luaFunction(entry: EntryOf<'function.lua'>, { pool }: { pool: Pool<LoadedChunk> }): TableFunction {
  const { id } = entry;

  function callAs(args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value> {
    const values = target === 'js' ? args.map((arg, index) => fromPlain(arg, `${id}: argument ${index + 1}`)) : args;
    const { signal, deadline } = context;
    const admission = { reentrant: isReentrant(context), signal, deadline };
    const answer = pool.run((callable) => {
      if (context.progress !== undefined) context.progress.hasStarted = () => true;
      return callable.call(values, context);
    }, admission);
    if (target === 'go') return answer;
    return answer instanceof Promise ? answer.then(plainAnswer) : plainAnswer(answer);
  }

  return {
    id,
    signature: null,
    defaults: defaultsOf(entry.options),
    handles: 'receives',
    tellsTime: true,
    call: (args, context) => callAs(args, context, 'go'),
    callAs,
    close: () => pool.close(),
  };
}

/** TypeScript callers take what {@link toPlain} makes as they find it. */
function plainAnswer(value: Value): Value {
  return toPlain(value) as Value;
}
