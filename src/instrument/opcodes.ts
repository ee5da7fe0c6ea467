/**
 * What follows each opcode of the core format, and what it means to the checks: one table, so that an instruction of a new
 * proposal is a row. Opcodes that are not here cannot be skipped, and their module cannot get checks.
 */

/** A part of an instruction after its opcode. */
export type Immediate =
  | 'index' // u32
  | 'leb' // a number of any sign and width
  | 'byte'
  | 'bytes4'
  | 'bytes8'
  | 'bytes16'
  | 'blocktype'
  | 'heaptype'
  | 'valtypes'
  | 'memarg'
  | 'labels' // of br_table, the default included
  | 'catches'; // of try_table

/** What an instruction means to control flow and to the account of work. */
type Role =
  | 'plain'
  /** What follows it is not reached from it. */
  | 'jump'
  /** Opens a block. */
  | 'block'
  | 'loop'
  /** Opens a block that catches. */
  | 'try'
  /** Another instruction whose indices are labels: of exceptions and of references. */
  | 'label'
  /** Ends an arm of a block and begins another: else, catch, catch_all. */
  | 'arm'
  | 'end'
  /** Ends a try, and names a label outside of it. */
  | 'delegate'
  /** br, br_if, br_table. */
  | 'branch'
  | 'call'
  | 'tail call'
  /** The i32 on top of the stack says how many bytes, or items, it works on. */
  | 'bulk bytes'
  | 'bulk items';

export interface OpcodeRow {
  readonly immediates: readonly Immediate[];
  readonly role: Role;
  /** Units of work: about the number of simple instructions that take as long. */
  readonly cost: number;
}

type Range = readonly [first: number, last: number];
interface RowOptions {
  readonly role?: Role;
  readonly cost?: number;
}

/** A call of a function that may be the host's. */
export const IMPORT_CALL_COST = 64;
const CALL_COST = 4;
const THROW_COST = 512;
/** memory.grow and table.grow: up to 0.4 ms each in V8, whatever they grow by. */
const GROW_COST = 8192;

type Table = (OpcodeRow | undefined)[];

function put(table: Table, ranges: readonly Range[], immediates: readonly Immediate[], options: RowOptions = {}): void {
  const row: OpcodeRow = { immediates, role: options.role ?? 'plain', cost: options.cost ?? 1 };
  for (const [first, last] of ranges) for (let opcode = first; opcode <= last; opcode++) table[opcode] = row;
}

const one = (...opcodes: number[]): Range[] => opcodes.map((opcode) => [opcode, opcode]);

function plainOpcodes(): Table {
  const table: Table = new Array(256).fill(undefined);
  put(table, one(0x00, 0x0f), [], { role: 'jump' }); // unreachable, return
  put(table, one(0x01, 0x1a, 0x1b), []); // nop, drop, select
  put(table, one(0x02, 0x04), ['blocktype'], { role: 'block' }); // block, if
  put(table, one(0x03), ['blocktype'], { role: 'loop' });
  put(table, one(0x06), ['blocktype'], { role: 'try' });
  put(table, one(0x1f), ['blocktype', 'catches'], { role: 'try' }); // try_table
  put(table, one(0x05, 0x19), [], { role: 'arm' }); // else, catch_all
  put(table, one(0x07), ['index'], { role: 'arm' }); // catch
  put(table, one(0x0b), [], { role: 'end' });
  put(table, one(0x18), ['index'], { role: 'delegate' });
  put(table, one(0x08), ['index'], { role: 'jump', cost: THROW_COST }); // throw
  put(table, one(0x09), ['index'], { role: 'label', cost: THROW_COST }); // rethrow
  put(table, one(0x0a), [], { role: 'jump', cost: THROW_COST }); // throw_ref
  put(table, one(0x0c, 0x0d), ['index'], { role: 'branch' }); // br, br_if
  put(table, one(0x0e), ['labels'], { role: 'branch' }); // br_table
  put(table, one(0xd5, 0xd6), ['index'], { role: 'label' }); // br_on_null, br_on_non_null
  put(table, one(0x10, 0x14), ['index'], { role: 'call', cost: CALL_COST }); // call, call_ref
  put(table, one(0x11), ['index', 'index'], { role: 'call', cost: CALL_COST }); // call_indirect
  put(table, one(0x12, 0x15), ['index'], { role: 'tail call', cost: CALL_COST }); // return_call, return_call_ref
  put(table, one(0x13), ['index', 'index'], { role: 'tail call', cost: CALL_COST }); // return_call_indirect
  put(table, one(0x1c), ['valtypes']); // select with types
  put(table, [[0x20, 0x26]], ['index']); // local, global, table
  put(table, [[0x28, 0x3e]], ['memarg']);
  put(table, one(0x3f), ['index']); // memory.size
  put(table, one(0x40), ['index'], { cost: GROW_COST }); // memory.grow
  put(table, one(0x41, 0x42), ['leb']); // i32.const, i64.const
  put(table, one(0x43), ['bytes4']);
  put(table, one(0x44), ['bytes8']);
  put(table, [[0x45, 0xc4]], []); // numeric
  put(table, one(0xd0), ['heaptype']); // ref.null
  put(table, one(0xd1, 0xd3, 0xd4), []); // ref.is_null, ref.eq, ref.as_non_null
  put(table, one(0xd2), ['index']); // ref.func
  return table;
}

/** 0xfb: garbage-collected objects. */
function gcOpcodes(): Table {
  const table: Table = [];
  put(table, one(0, 1, 11, 12, 13, 14), ['index']); // struct.new, struct.new_default, array.get*, array.set
  put(table, one(2, 3, 4, 5, 8), ['index', 'index']); // struct.get*, struct.set, array.new_fixed
  put(table, one(6, 7, 16), ['index'], { role: 'bulk items' }); // array.new, array.new_default, array.fill
  put(table, one(9, 10, 17, 18, 19), ['index', 'index'], { role: 'bulk items' }); // array.new_data, new_elem, copy, init_*
  put(table, one(15, 26, 27, 28, 29, 30), []); // array.len, any.convert_extern, extern.convert_any, i31
  put(table, [[20, 23]], ['heaptype']); // ref.test, ref.cast
  put(table, one(24, 25), ['byte', 'index', 'heaptype', 'heaptype'], { role: 'label' }); // br_on_cast, br_on_cast_fail
  return table;
}

/** 0xfc: saturating conversions, bulk memory, tables. */
function miscOpcodes(): Table {
  const table: Table = [];
  put(table, [[0, 7]], []); // trunc_sat
  put(table, one(8, 10), ['index', 'index'], { role: 'bulk bytes' }); // memory.init, memory.copy
  put(table, one(11), ['index'], { role: 'bulk bytes' }); // memory.fill
  put(table, one(12, 14), ['index', 'index'], { role: 'bulk items' }); // table.init, table.copy
  put(table, one(15), ['index'], { role: 'bulk items', cost: GROW_COST }); // table.grow
  put(table, one(17), ['index'], { role: 'bulk items' }); // table.fill
  put(table, one(9, 13, 16), ['index']); // data.drop, elem.drop, table.size
  return table;
}

/** Opcodes of 0xfd that nothing has been given yet. */
const VECTOR_HOLES = [
  0x9a, 0xa2, 0xa5, 0xa6, 0xaf, 0xb0, 0xb2, 0xb3, 0xb4, 0xbb, 0xc2, 0xc5, 0xc6, 0xcf, 0xd0, 0xd2, 0xd3, 0xd4, 0xe2,
  0xee,
];

/** 0xfd: vectors, relaxed ones included. */
function vectorOpcodes(): Table {
  const table: Table = [];
  put(
    table,
    [
      [0, 11],
      [92, 93],
    ],
    ['memarg'],
  );
  put(table, one(12, 13), ['bytes16']); // v128.const, i8x16.shuffle
  put(table, [[14, 20]], []); // swizzle, splats
  put(table, [[21, 34]], ['byte']); // extract_lane, replace_lane
  put(table, [[35, 83]], []);
  put(table, [[84, 91]], ['memarg', 'byte']); // v128.load*_lane, v128.store*_lane
  put(table, [[94, 255]], []);
  for (const hole of VECTOR_HOLES) table[hole] = undefined;
  put(table, [[0x100, 0x113]], []); // relaxed
  return table;
}

/** 0xfe: atomics. On a memory that is not shared a wait traps at once; shared memories are refused. */
function atomicOpcodes(): Table {
  const table: Table = [];
  put(
    table,
    [
      [0, 2],
      [0x10, 0x4e],
    ],
    ['memarg'],
  );
  put(table, one(3), ['byte']); // atomic.fence
  return table;
}

/** Rows by opcode, and behind a prefix byte by the number that follows it. */
export const OPCODES: readonly (OpcodeRow | undefined)[] = plainOpcodes();
export const PREFIXED: ReadonlyMap<number, readonly (OpcodeRow | undefined)[]> = new Map([
  [0xfb, gcOpcodes()],
  [0xfc, miscOpcodes()],
  [0xfd, vectorOpcodes()],
  [0xfe, atomicOpcodes()],
]);
