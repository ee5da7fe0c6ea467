/** Functions whose calls run on threads: the host keeps their pools, whose instances are seats, and threads hold what sits there. */
import type { LiftTarget } from '../component/types.js';
import type { Clock } from '../pool/clock.js';
import type { Admission, InstanceSource, Pool } from '../pool/types.js';
import type { Value } from '../values.js';
import { isReentrant } from './context.js';
import type { Elsewhere, Seat } from './elsewhere.js';
import { SliceOver } from './habits.js';
import type { Nearby } from './nearby.js';
import type { TableFunction } from './table.js';
import type { CallContext } from './types.js';

interface SeatedFunction extends TableFunction {
  readonly pool: Pool<unknown>;
  /** Makes the instances that the pool wants before the first call. */
  warm(): void;
  /** A seat for a thread's own calls; null where none is free and `wait` is null. @throws AdmissionEnded */
  lend(wait: LendWait | null): Promise<LentSeat> | null;
}

export interface LendWait {
  readonly signal: AbortSignal;
  readonly deadline: number | null;
}

export interface LentSeat {
  readonly seat: Seat;
  /** Gives it back to its pool. */
  readonly release: () => void;
}

interface RemoteMeans {
  readonly elsewhere: Elsewhere;
  /** Makes the pool over its source of seats. */
  readonly makePool: (source: InstanceSource<Seat>) => Pool<Seat>;
  readonly clock: Clock;
  /** Instances serve more than one call. */
  readonly reuse: boolean;
  /** What the arguments of a TypeScript caller become, where a thread could not tell. @throws HostError */
  readonly check: (args: readonly Value[]) => readonly Value[];
  /** Makes short calls of callers that ask for it without a thread; default: every call goes to one. */
  readonly nearby?: Nearby | null;
  /** Its arguments may hold handles. */
  readonly takesHandles?: boolean;
}

type Facts = Pick<TableFunction, 'id' | 'signature' | 'parameters' | 'defaults' | 'handles' | 'tellsTime'>;

type Run = (
  args: readonly Value[],
  context: CallContext,
  target: LiftTarget,
  admission: Admission,
) => Value | Promise<Value>;

export function remoteFunction(
  facts: Facts,
  { elsewhere, makePool, reuse, check, clock, nearby = null, takesHandles = false }: RemoteMeans,
): SeatedFunction {
  const { id } = facts;
  const source = seatSource(id, elsewhere, reuse, nearby);
  const pool = makePool(source.instances);

  const onThread: Run = (args, context, target, admission) => {
    const since = clock.now();
    return pool.run((seat) => {
      // A seat has one instance: the one that it has here goes.
      if (reuse) nearby?.forget(seat);
      return elsewhere.run({ id, seat, once: !reuse, args, context, target, since });
    }, admission);
  };

  const here = (
    runner: Nearby,
    args: readonly Value[],
    context: CallContext,
    target: LiftTarget,
    admission: Admission,
  ) => {
    const again = (error: unknown): Value | Promise<Value> => {
      if (error instanceof SliceOver) return onThread(args, context, target, admission);
      throw error;
    };
    try {
      const answer = pool.run((seat) => runner.run(seat, args, context, target), admission);
      return answer instanceof Promise ? answer.catch(again) : answer;
    } catch (error) {
      return again(error);
    }
  };

  function callAs(args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value> {
    const { signal, deadline } = context;
    const given = target === 'js' ? check(args) : args;
    if (reuse && !pool.hasRoom()) elsewhere.recall(id);
    const holder = takesHandles ? elsewhere.holderOf(given) : null;
    if (holder !== null)
      return elsewhere.run({
        id,
        seat: holder,
        once: true,
        held: true,
        args: given,
        context,
        target,
        since: clock.now(),
      });
    const admission = { reentrant: isReentrant(context), signal, deadline };
    if (nearby === null || context.here !== true || !nearby.isShort())
      return onThread(given, context, target, admission);
    return here(nearby, given, context, target, admission);
  }

  return {
    ...facts,
    pool,
    callAs,
    call: (args, context) => callAs(args, context, 'go'),
    warm: () => source.warm(pool),
    lend: (wait) =>
      lendFrom(
        pool,
        wait,
        () => elsewhere.recall(id),
        (seat) => nearby?.forget(seat),
      ),
    close: () => pool.close(),
  };
}

function seatSource(id: string, elsewhere: Elsewhere, reuse: boolean, nearby: Nearby | null) {
  let warming = false;
  const instances: InstanceSource<Seat> = {
    create() {
      const seat = elsewhere.newSeat();
      if (warming) elsewhere.prepare(id, seat);
      return seat;
    },
    condition({ spent, held }) {
      if (spent) return 'spent';
      return held > 0 ? 'pinned' : 'reusable';
    },
    destroy(seat) {
      nearby?.forget(seat);
      if (reuse) elsewhere.forget(id, seat);
    },
  };
  const warm = (pool: Pool<Seat>) => {
    warming = true;
    pool.warm();
    warming = false;
  };
  return { instances, warm };
}

/** Lends what a pool hands out, for as long as the borrower likes. */
export function lendFrom(
  pool: Pick<Pool<Seat>, 'run' | 'hasRoom'>,
  wait: LendWait | null,
  recall: () => void,
  leaves: (seat: Seat) => void = () => {},
): Promise<LentSeat> | null {
  if (!pool.hasRoom()) {
    recall();
    if (wait === null) return null;
  }
  return new Promise((resolve, reject) => {
    const lent = (seat: Seat) => {
      leaves(seat);
      return new Promise<void>((release) => resolve({ seat, release }));
    };
    const admission = { reentrant: false, signal: wait?.signal ?? null, deadline: wait?.deadline ?? null };
    Promise.resolve(pool.run(lent, admission)).catch(reject);
  });
}
