/** What a host tells of itself: its functions, what their calls were like, its threads. */
import { unknownTarget } from '../functions/ids.js';
import type { CallMeter } from '../functions/meter.js';
import type { FunctionTable, TableFunction } from '../functions/table.js';
import type { WasmFunction } from '../functions/wasm.js';
import type { Entry, Registry } from '../registry/types.js';
import type { StubFunction } from '../wit/stub-types.js';
import type { FuncType } from '../wit/types.js';
import { unwrapped } from '../wit/unwrapped.js';
import type { FunctionDescription, FunctionStats, FunctionSummary, HostStats } from './types.js';

export function summaryOf(id: string, registry: Registry, table: FunctionTable): FunctionSummary {
  const entry = registry.get(id);
  return {
    id,
    kind: entry?.kind ?? 'typescript',
    signature: table.get(id)?.signature ?? null,
    comment: entry === undefined ? null : commentOf(entry),
  };
}

function commentOf({ meta }: Entry): string | null {
  const comment = meta.comment ?? meta.description;
  return typeof comment === 'string' ? comment.trim() : null;
}

export function describe(id: string, registry: Registry, table: FunctionTable): FunctionDescription {
  const fn = table.get(id);
  if (fn === undefined) throw unknownTarget(id, () => table.ids());
  const entry = registry.get(id);
  const guest = isWasm(fn) ? fn : null;
  return {
    ...summaryOf(id, registry, table),
    place: entry?.place ?? null,
    pool:
      guest?.compiled.entry.fields.pool ?? (entry !== undefined && 'pool' in entry.fields ? entry.fields.pool : null),
    poolStats: guest?.pool.stats() ?? null,
    method: guest?.compiled.export.path ?? null,
    exports: guest?.compiled.exportSignatures() ?? null,
    imports: guest?.compiled.imports ?? null,
    wit: guest?.compiled.worldText() ?? null,
  };
}

export function hostStats(
  table: FunctionTable,
  meterOf: (id: string) => CallMeter | undefined,
  threads: HostStats['threads'],
): HostStats {
  const functions: Record<string, FunctionStats> = {};
  for (const id of table.ids()) {
    const fn = table.get(id) as Partial<WasmFunction>;
    functions[id] = { ...meterOf(id)!.read(), pool: fn.pool?.stats() ?? null };
  }
  return { functions, threads };
}

/** Every function that has WIT types, by its ID. */
export function typedFunctions(table: FunctionTable): StubFunction[] {
  return table.ids().flatMap((id) => {
    const fn = table.get(id);
    if (fn === undefined || !isWasm(fn)) return [];
    const { plan, export: chosen } = fn.compiled;
    return [{ id, function: chosen.function, world: plan.world, unwraps: fn.defaults.unwrap }];
  });
}

/** A guest's function as its entry's callers know it: `meta.options.unwrap` counts. null for what has no types. */
export function answeringType(id: string, table: FunctionTable): FuncType | null {
  const fn = table.get(id);
  if (fn === undefined || !isWasm(fn)) return null;
  const { type } = fn.compiled.export.function;
  return fn.defaults.unwrap ? unwrapped(type) : type;
}

function isWasm(fn: TableFunction): fn is WasmFunction {
  return 'compiled' in fn;
}
