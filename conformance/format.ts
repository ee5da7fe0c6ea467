/** The JSON that `wasm-tools json-from-wast` writes: one file of commands, with the binaries beside it. */

export interface Suite {
  readonly source_filename: string;
  readonly commands: readonly Command[];
}

interface Line {
  readonly line: number;
}
interface Binary extends Line {
  readonly filename: string;
  readonly module_type: 'binary' | 'text';
  readonly name?: string;
}

export type Command =
  | ({ readonly type: 'module' | 'module_definition' } & Binary)
  | ({ readonly type: 'module_instance'; readonly instance: string | null; readonly module: string | null } & Line)
  | ({ readonly type: 'register'; readonly name: string | null; readonly as: string } & Line)
  | ({ readonly type: 'action'; readonly action: Action } & Line)
  | ({ readonly type: 'assert_return'; readonly action: Action; readonly expected: readonly JsonValue[] } & Line)
  | ({ readonly type: 'assert_trap' | 'assert_exhaustion'; readonly action: Action; readonly text: string } & Line)
  | ({
      readonly type: 'assert_invalid' | 'assert_malformed' | 'assert_unlinkable' | 'assert_uninstantiable';
      readonly text: string;
    } & Binary);

export interface Action {
  readonly type: 'invoke' | 'get';
  readonly module?: string | null;
  readonly field: string;
  readonly args?: readonly JsonValue[];
}

/** A typed value: integers as decimal strings, floats as the bit pattern in decimal. */
export type JsonValue =
  | { readonly type: 'bool'; readonly value: boolean }
  | {
      readonly type:
        | 's8'
        | 'u8'
        | 's16'
        | 'u16'
        | 's32'
        | 'u32'
        | 's64'
        | 'u64'
        | 'f32'
        | 'f64'
        | 'char'
        | 'string'
        | 'enum';
      readonly value: string;
    }
  | { readonly type: 'list' | 'tuple'; readonly value: readonly JsonValue[] }
  | { readonly type: 'record'; readonly value: readonly (readonly [string, JsonValue])[] }
  | { readonly type: 'variant'; readonly value: { readonly case: string; readonly payload?: JsonValue | null } }
  | { readonly type: 'option'; readonly value: JsonValue | null }
  | { readonly type: 'result'; readonly value: { readonly Ok?: JsonValue | null; readonly Err?: JsonValue | null } }
  | { readonly type: 'flags'; readonly value: readonly string[] };
