/**
 * Schemas as data: a kind's table of fields, from which both the checks and the TypeScript types of an entry follow. Plain data
 * rather than a library, because loading one would cost a third of the start-up.
 */

import type { MetaMap, ProblemFacts } from './facts.js';
import type { FieldPath } from './nodes.js';

/** Reports a problem at a path below the checked value. */
export type Report = (path: FieldPath, facts: ProblemFacts) => void;

export type SchemaData =
  /** `filled`: an empty one counts as absent. */
  | { readonly type: 'text'; readonly filled: boolean }
  | { readonly type: 'boolean' }
  | { readonly type: 'whole'; readonly max: number; readonly negative: string }
  | { readonly type: 'number'; readonly min: number; readonly max: number }
  | { readonly type: 'choice'; readonly values: readonly string[]; readonly message: string }
  /** A scalar as it is written: file modes, durations. */
  | { readonly type: 'written' }
  /** Text that code is made from; keeps where it stands. */
  | { readonly type: 'code'; readonly empty: string }
  /** `name` or `namespace:name`; becomes a full ID of an entry of one of `kinds`. */
  | {
      readonly type: 'reference';
      readonly kinds: readonly string[];
      readonly missing: string;
      /** What a text is told that is no ID; default: a sentence with the field's name. */
      readonly malformed?: string;
      /** What an empty text is told; default: `NAME is required`. */
      readonly empty?: string;
    }
  | { readonly type: 'list'; readonly of: SchemaData }
  | { readonly type: 'map'; readonly of: SchemaData }
  | { readonly type: 'record'; readonly fields: FieldTable }
  /** Anything; becomes plain data. */
  | { readonly type: 'free' }
  /** A further check of what `inner` read; its answer is the value. */
  | { readonly type: 'checked'; readonly inner: SchemaData; readonly check: (value: never, report: Report) => unknown };

/** A schema whose values are of type T once read. `output` is never there. */
export type Schema<T> = SchemaData & { readonly output?: T };

export interface FieldData {
  readonly schema: SchemaData;
  readonly required: boolean;
  /** Who says that a required field is absent; default: who reads the fields. */
  readonly reported?: 'by the loader';
  /** What is said of a required field that is absent; default: `NAME is required`. */
  readonly missing?: string;
  /** What may stand there, as far as that is known. */
  readonly choices?: string;
  /** The value when the field is absent; `undefined` for required ones. */
  readonly fallback: unknown;
}
export interface FieldTable {
  readonly [name: string]: FieldData;
}
type Field<T> = FieldData & { readonly output?: T };

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : S;

/** The object a table of fields is read into: camel case for snake case. */
export type RecordOf<F> = {
  readonly [K in keyof F & string as Camel<K>]: F[K] extends Field<infer T> ? T : never;
};

/** Code with the place it stands at. */
export interface CodeText {
  readonly text: string;
  /** The file that holds it, or the document. */
  readonly file: string;
  /** Line of that file where the text's first line is; 0 when there is no such line. */
  readonly line: number;
  /** True for `file://`. */
  readonly external: boolean;
}

export const text: Schema<string> = { type: 'text', filled: false };
export const filledText: Schema<string> = { type: 'text', filled: true };
export const boolean: Schema<boolean> = { type: 'boolean' };
export const written: Schema<string> = { type: 'written' };
export const free: Schema<MetaMap> = { type: 'free' };

/** `empty` is what blank code is told. */
export function code(empty: string): Schema<CodeText> {
  return { type: 'code', empty };
}

/** A whole number from 0 to `max`; `negative` is what a negative one is told. */
export function whole(negative: string, max: number = Number.MAX_SAFE_INTEGER): Schema<number> {
  return { type: 'whole', max, negative };
}

export function number(min: number, max: number): Schema<number> {
  return { type: 'number', min, max };
}

export function choice<const V extends string>(values: readonly V[], message: string): Schema<V> {
  return { type: 'choice', values, message };
}

/** `missing` is the message about an ID that is not there, without the ID. */
export function reference(
  kinds: readonly string[],
  missing: string,
  texts: { readonly malformed?: string; readonly empty?: string } = {},
): Schema<string> {
  return { type: 'reference', kinds, missing, ...texts };
}

export function list<T>(of: Schema<T>): Schema<readonly T[]> {
  return { type: 'list', of };
}

export function map<T>(of: Schema<T>): Schema<{ readonly [key: string]: T }> {
  return { type: 'map', of };
}

export function record<F extends FieldTable>(fields: F): Schema<RecordOf<F>> {
  return { type: 'record', fields };
}

/** Runs only when `inner` read the whole value without a problem. */
export function checked<T, U>(inner: Schema<T>, check: (value: T, report: Report) => U): Schema<U> {
  return { type: 'checked', inner, check: check as (value: never, report: Report) => unknown };
}

export function required<T>(schema: Schema<T>): Field<T> {
  return { schema, required: true, fallback: undefined };
}

/** Required; `missing` is said where it is absent, with the `choices` that there are. */
export function requiredAs<T>(schema: Schema<T>, missing: string, choices?: string): Field<T> {
  return { schema, required: true, missing, ...(choices === undefined ? {} : { choices }), fallback: undefined };
}

/** Required, and the loader reports that it is missing: it can say more than that. */
export function requiredByLoader<T>(schema: Schema<T>): Field<T> {
  return { schema, required: true, reported: 'by the loader', fallback: undefined };
}

export function optional<T>(schema: Schema<T>): Field<T | null> {
  return { schema, required: false, fallback: null };
}

export function defaulted<T>(schema: Schema<T>, fallback: T): Field<T> {
  return { schema, required: false, fallback };
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
