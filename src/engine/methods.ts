/** `method:` to the export it means: `name`, `iface#name`, `ns:pkg/iface@1.2.3#name`. */
import type { ComponentPlan, PlanFunction } from '../component/types.js';
import { nearestName } from '../nearest.js';
import type { ProblemFacts } from '../registry/types.js';

export type MethodResult =
  | { readonly ok: true; readonly export: PlanFunction }
  | { readonly ok: false; readonly problem: ProblemFacts };

/**
 * The export that `method` names. An interface may be named in full, without its version, or by its short name, as long as
 * one interface answers to it.
 */
export function resolveMethod(plan: ComponentPlan, method: string): MethodResult {
  const exact = plan.exports.find((each) => each.path === method);
  if (exact !== undefined) return { ok: true, export: exact };
  const hash = method.lastIndexOf('#');
  if (hash < 0) return { ok: false, problem: notExported(plan, method) };
  const interfaceName = method.slice(0, hash);
  const name = method.slice(hash + 1);
  const found = plan.exports.filter(
    (each) => each.interface !== null && functionPart(each) === name && answersTo(each.interface, interfaceName),
  );
  if (found.length === 1) return { ok: true, export: found[0]! };
  if (found.length === 0) return { ok: false, problem: notExported(plan, method) };
  return {
    ok: false,
    problem: {
      code: 'method-ambiguous',
      message: `method ${JSON.stringify(method)} is in several interfaces`,
      expected: `one of ${found.map((each) => each.path).join(', ')}`,
    },
  };
}

/** `name` of `iface#name`, resource functions as `[method]counter.increment`. */
function functionPart(each: PlanFunction): string {
  return each.interface === null ? each.path : each.path.slice(each.interface.length + 1);
}

/** `ns:pkg/iface@1.2.3` answers to itself, to `ns:pkg/iface`, to `iface@1.2.3` and to `iface`. */
function answersTo(id: string, name: string): boolean {
  const withoutPackage = id.slice(id.lastIndexOf('/') + 1);
  return [id, bare(id), withoutPackage, bare(withoutPackage)].includes(name);
}

function bare(id: string): string {
  const at = id.indexOf('@');
  return at < 0 ? id : id.slice(0, at);
}

const MAX_LISTED = 20;

function notExported(plan: ComponentPlan, method: string): ProblemFacts {
  const paths = plan.exports.map((each) => each.path);
  const facts = {
    code: 'method-not-exported',
    message: `the ${plan.kind} exports no function ${JSON.stringify(method)}`,
    expected: paths.length === 0 ? 'a module that exports functions: this one exports none' : `one of ${listed(paths)}`,
  };
  const nearest = nearestPath(plan, method);
  return nearest === null ? facts : { ...facts, suggestion: nearest };
}

/** The nearest path, or the one path whose function has this name. */
function nearestPath(plan: ComponentPlan, method: string): string | null {
  const name = method.slice(method.lastIndexOf('#') + 1);
  const sameName = plan.exports.filter((each) => functionPart(each) === name);
  if (sameName.length === 1) return sameName[0]!.path;
  const byPath = nearestName(
    method,
    plan.exports.map((each) => each.path),
  );
  if (byPath !== null) return byPath;
  const byName = nearestName(name, plan.exports.map(functionPart));
  return plan.exports.find((each) => functionPart(each) === byName)?.path ?? null;
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, MAX_LISTED).join(', ');
  return paths.length <= MAX_LISTED ? shown : `${shown} and ${paths.length - MAX_LISTED} more`;
}
