/** What the rules of a JSON Schema have in common: where they are, what they are written as, what they say. */

import type { HostError } from '../../errors.js';
import { formatPath, type PathStep } from '../../values.js';
import { moduleError } from '../results.js';
import { isList, isObject, type Json, type JsonObject, listOf, objectOf } from './json-model.js';

export interface SchemaMeans {
  /** Whether a regular expression finds something. @throws HostError Invalid */
  readonly matches: (pattern: string, text: string) => boolean;
  /** Called for each schema that is looked at: what is long is bounded there. */
  readonly step: () => void;
}

/** What does not fit, and where. */
export interface Misfit {
  /** `[2].name`; "" for the whole. */
  readonly path: string;
  readonly problem: string;
}

export interface Place extends SchemaMeans {
  readonly root: Json;
  readonly path: readonly PathStep[];
  readonly depth: number;
}

export function misfit({ path }: Place, problem: string): Misfit {
  return { path: formatPath(path), problem };
}

export function badSchema(problem: string): HostError {
  return moduleError('Invalid', `the schema is none: ${problem}`);
}

// --- what a rule is written as ------------------------------------------------------------------------------------------

export function number(rule: Json, word: string): number | bigint {
  if (typeof rule === 'number' || typeof rule === 'bigint') return rule;
  throw badSchema(`${word}: expected a number`);
}

export function text(rule: Json, word: string): string {
  if (typeof rule === 'string') return rule;
  throw badSchema(`${word}: expected a string`);
}

export function list(rule: Json, word: string): readonly Json[] {
  if (isList(rule)) return listOf(rule);
  throw badSchema(`${word}: expected a list`);
}

export function map(rule: Json, word: string): JsonObject {
  if (isObject(rule)) return objectOf(rule);
  throw badSchema(`${word}: expected a table`);
}

export const TYPES: { readonly [type: string]: (data: Json) => boolean } = {
  null: (data) => data === null,
  boolean: (data) => typeof data === 'boolean',
  integer: (data) => typeof data === 'bigint' || Number.isInteger(data),
  number: isNumber,
  string: (data) => typeof data === 'string',
  array: isList,
  object: isObject,
};

export function isNumber(data: Json): data is number | bigint {
  return typeof data === 'number' || typeof data === 'bigint';
}

export function typeOf(data: Json): string {
  return Object.keys(TYPES).find((type) => TYPES[type]!(data))!;
}
