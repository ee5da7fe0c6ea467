/** What the generators share: captured constants, helper functions (one per composite type), and naming. */
import { HostBug } from '../errors.js';
import type { ValType } from '../wit/types.js';
import { LIFT_BUDGET } from './context.js';
import { fieldOffsets } from './layout.js';
import { runtime } from './runtime.js';

/**
 * How values look on the host's side of generated code: 'go' and 'js' as in `LiftTarget`; 'rep' between components
 * (strings keep their encoding, handles are reps).
 */
export type GenTarget = 'go' | 'js' | 'rep';

/** How a guest's memory spells strings. Rule: `string-encoding` (CanonicalABI.md). */
export type StringEncoding = 'utf8' | 'utf16' | 'latin1+utf16';

export interface GenOptions {
  /** What is called may answer with a promise, whose value is then lifted or lowered. */
  readonly later?: boolean;
  readonly encoding: StringEncoding;
  readonly target: GenTarget;
}

type HelperKind = 'load' | 'loadList' | 'liftFlat' | 'store' | 'storeList' | 'lowerFlat';

const ENCODING_NAMES = { utf8: 'Utf8', utf16: 'Utf16', 'latin1+utf16': 'Latin1OrUtf16' } as const;
const TARGET_SUFFIX = { go: 'Bytes', js: '', rep: 'Guest' } as const;

export class GenContext {
  readonly target: GenTarget;
  readonly later: boolean;
  /** Names of the operations on strings for this encoding and target. */
  readonly liftString: string;
  readonly lowerString: string;
  private readonly constants: unknown[] = [];
  private readonly functions: string[] = [];
  private readonly helpers = new Map<ValType, Partial<Record<HelperKind, string>>>();
  private counter = 0;

  constructor(options: GenOptions) {
    this.target = options.target;
    this.later = options.later ?? false;
    const encoding = ENCODING_NAMES[options.encoding];
    this.liftString = `lift${encoding}${TARGET_SUFFIX[options.target]}`;
    this.lowerString = `lower${encoding}`;
  }

  /** A name that no other part of the generated code has. */
  fresh(prefix: string): string {
    this.counter += 1;
    return `${prefix}_${this.counter}`;
  }

  /** A value from outside that generated code refers to. */
  constant(value: unknown): string {
    this.constants.push(value);
    return `k[${this.constants.length - 1}]`;
  }

  offsets(types: readonly ValType[]): number[] {
    return fieldOffsets(types);
  }

  at(ptr: string, offset: number): string {
    return offset === 0 ? ptr : `${ptr} + ${offset}`;
  }

  /** The function that does `kind` for `type`, written once however often the type occurs. */
  helper(kind: HelperKind, type: ValType, params: string, body: () => string): string {
    let known = this.helpers.get(type);
    if (known === undefined) {
      known = {};
      this.helpers.set(type, known);
    }
    const existing = known[kind];
    if (existing !== undefined) return existing;
    const name = this.fresh(kind);
    known[kind] = name;
    this.functions.push(`function ${name}(${params}) {\n${body()}\n}`);
    return name;
  }

  compile(body: string): unknown {
    const names = Object.keys(runtime);
    const source = `"use strict";\nconst { ${names.join(', ')} } = rt;\nconst LIFT_BUDGET = ${LIFT_BUDGET};\n${this.functions.join('\n')}\n${body}`;
    try {
      return new Function('rt', 'k', source)(runtime, this.constants);
    } catch (error) {
      if (error instanceof SyntaxError) throw new HostBug(`generated code does not parse: ${error.message}`);
      throw error;
    }
  }
}
