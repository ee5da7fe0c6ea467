/** What a binary says of itself, before there is an entry for it. */
import { awaitsComponent } from '../component/core-module.js';
import type { ComponentPlan, PlanFunction } from '../component/types.js';
import { HostError } from '../errors.js';
import { printSignature } from '../wit/print.js';
import { planBinary } from './compile.js';
import { type ImportReport, reportImports } from './gate.js';

export interface DescribedBinary {
  readonly plan: ComponentPlan;
  readonly imports: readonly ImportReport[];
  /** A module that a component is meant to be made of. */
  readonly awaitsComponent: boolean;
  signature(each: PlanFunction): string;
}

/** @throws HostError Invalid, for bytes that are no component and no core module that this engine takes */
export async function describeBinary(bytes: Uint8Array, name: string): Promise<DescribedBinary> {
  const result = await planBinary(bytes, null, name);
  if (!result.ok) {
    const { message, expected } = result.problems[0]!;
    throw new HostError('Invalid', `${name}: ${message}${expected === undefined ? '' : ` (expected ${expected})`}`);
  }
  return {
    plan: result.plan,
    imports: reportImports(result.plan, [], {}),
    awaitsComponent: result.plan.kind === 'module' && awaitsComponent(bytes),
    signature: (each) => printSignature(each.function),
  };
}
