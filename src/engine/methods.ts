/** `method:` to the export it means: `name`, `iface#name`, `ns:pkg/iface@1.2.3#name`. */
import type { ComponentPlan, PlanFunction } from '../component/types.js';
import type { ProblemFacts } from '../registry/types.js';
import { functionName, matchMethod } from '../wit/path.js';

type MethodResult =
  | { readonly ok: true; readonly export: PlanFunction }
  | { readonly ok: false; readonly problem: ProblemFacts };

/** The export of `plan` that `method` names, or what there is instead. */
export function resolveMethod(plan: ComponentPlan, method: string): MethodResult {
  const candidates = plan.exports.map((each) => ({
    interface: each.interface,
    path: each.path,
    name: functionName(each.function),
    export: each,
  }));
  const match = matchMethod(method, candidates);
  switch (match.kind) {
    case 'found':
      return { ok: true, export: match.candidate.export };
    case 'ambiguous':
      return { ok: false, problem: ambiguous(method, match.paths) };
    case 'not-found':
      return { ok: false, problem: notExported(plan, method, match.paths, match.suggestion) };
  }
}

function ambiguous(method: string, paths: readonly string[]): ProblemFacts {
  const message = `method ${JSON.stringify(method)} fits several exports`;
  return { code: 'method-ambiguous', message, expected: `one of ${listed(paths)}` };
}

function notExported(
  plan: ComponentPlan,
  method: string,
  paths: readonly string[],
  suggestion: string | null,
): ProblemFacts {
  const { untyped } = plan;
  if (untyped?.names.includes(method)) return untyped.why === 'not-in-wit' ? notInWit(method, paths) : noType(method);
  return {
    code: 'method-not-exported',
    message: `the ${plan.kind} exports no function ${JSON.stringify(method)}`,
    expected: paths.length === 0 ? 'a module that exports functions: this one exports none' : `one of ${listed(paths)}`,
    ...(suggestion === null ? {} : { suggestion }),
  };
}

/** The module has it, its WIT does not, maybe by a slip of the pen. */
function notInWit(method: string, paths: readonly string[]): ProblemFacts {
  const has = paths.length === 0 ? 'of what wit has, the module exports nothing' : `wit has ${listed(paths)}`;
  return {
    code: 'method-not-exported',
    message: `the module exports ${JSON.stringify(method)}, of which wit has no type`,
    expected: `a line such as ${method}: func(…); in wit: ${has}`,
  };
}

/** Several results, vectors or references: WIT has nothing that is one of these. */
function noType(method: string): ProblemFacts {
  return {
    code: 'method-not-exported',
    message: `the module exports ${JSON.stringify(method)}, whose core type is that of no WIT function`,
    expected: 'parameters and at most one result of i32, i64, f32 or f64: several results go through memory',
  };
}

const MAX_LISTED = 20;

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, MAX_LISTED).join(', ');
  return paths.length <= MAX_LISTED ? shown : `${shown} and ${paths.length - MAX_LISTED} more`;
}
