/** Generated lifting: expressions that read values from memory (`load`) and from core values (`lift_flat`). */
import { HostBug } from '../errors.js';
import type { HandleType, ListType, RecordType, TupleType, ValType, VariantCase } from '../wit/types.js';
import { elementCost } from './cost.js';
import type { GenContext } from './gen-context.js';
import { type CoreType, casesOf, discriminantSize, layoutOf, payloadOffset, type VariantLike } from './layout.js';

/** An expression for the value of `type` at address `ptr` (an expression without side effects). Rule: `load`. */
export function loadExpr(gen: GenContext, type: ValType, ptr: string): string {
  const word = `cx.i32[(${ptr}) >>> 2]`;
  switch (type.kind) {
    case 'bool':
      return `cx.u8[${ptr}] !== 0`;
    case 'u8':
      return `cx.u8[${ptr}]`;
    case 's8':
      return `(cx.u8[${ptr}] << 24 >> 24)`;
    case 'u16':
      return `cx.view.getUint16(${ptr}, true)`;
    case 's16':
      return `cx.view.getInt16(${ptr}, true)`;
    case 'u32':
      return `(${word} >>> 0)`;
    case 's32':
      return word;
    case 's64':
      return gen.target === 'go' ? `loadGoS64(cx, ${ptr})` : `cx.view.getBigInt64(${ptr}, true)`;
    case 'u64':
      return gen.target === 'go' ? `loadGoU64(cx, ${ptr})` : `cx.view.getBigUint64(${ptr}, true)`;
    case 'f32':
      return float(gen, `cx.view.getFloat32(${ptr}, true)`);
    case 'f64':
      return float(gen, `cx.view.getFloat64(${ptr}, true)`);
    case 'char':
      return `liftChar(${word})`;
    case 'string':
      return `${gen.liftString}(cx, ${word} >>> 0, cx.i32[((${ptr}) >>> 2) + 1] >>> 0)`;
    case 'list':
      return liftList(gen, type, `${word} >>> 0`, `cx.i32[((${ptr}) >>> 2) + 1] >>> 0`);
    case 'own':
    case 'borrow':
      return liftHandle(gen, type, word);
    case 'flags':
      return liftFlags(gen, type.names, loadDiscriminant(ptr, layoutOf(type).byteSize));
    case 'record':
    case 'tuple':
      return `${gen.helper('load', type, 'cx, p', () => `return ${loadFields(gen, type)};`)}(cx, ${ptr})`;
    case 'enum':
    case 'variant':
    case 'option':
    case 'result':
      return `${gen.helper('load', type, 'cx, p', () => loadVariant(gen, type))}(cx, ${ptr})`;
  }
}

function float(gen: GenContext, value: string): string {
  return gen.target === 'go' ? `goFloat(${value})` : value;
}

function liftHandle(gen: GenContext, type: HandleType, index: string): string {
  const operation = type.kind === 'own' ? 'liftOwn' : 'liftBorrow';
  if (gen.target === 'rep') return `${operation}Rep(cx, ${index}, ${type.resource.id})`;
  return `${operation}Host(cx, ${index}, ${type.resource.id}, "${gen.target}")`;
}

function liftFlags(gen: GenContext, names: readonly string[], bits: string): string {
  return `unpackFlags(${bits}, ${gen.constant(names)})`;
}

function loadDiscriminant(ptr: string, byteSize: number): string {
  if (byteSize === 1) return `cx.u8[${ptr}]`;
  return byteSize === 2 ? `cx.view.getUint16(${ptr}, true)` : `(cx.i32[(${ptr}) >>> 2] >>> 0)`;
}

/** Rules: `load_record`, `load_list_from_valid_range` for tuples. */
function loadFields(gen: GenContext, type: RecordType | TupleType): string {
  if (type.kind === 'tuple') {
    const offsets = gen.offsets(type.types);
    return `[${type.types.map((each, i) => loadExpr(gen, each, gen.at('p', offsets[i] as number))).join(', ')}]`;
  }
  const offsets = gen.offsets(type.fields.map((field) => field.type));
  const parts = type.fields.map((field, i) => {
    return `${JSON.stringify(field.name)}: ${loadExpr(gen, field.type, gen.at('p', offsets[i] as number))}`;
  });
  return `{ ${parts.join(', ')} }`;
}

/** Rules: `load_list_from_range`, `load_list_from_valid_range`. */
function liftList(gen: GenContext, type: ListType, ptr: string, length: string): string {
  if (type.element.kind === 'u8') return `liftBytes(cx, ${ptr}, ${length})`;
  const { byteSize, alignment } = layoutOf(type.element);
  const name = gen.helper('loadList', type, 'cx, p, n', () => {
    return `checkList(cx, p, n, ${byteSize}, ${alignment}, ${elementCost(type.element)});
const list = new Array(n);
for (let i = 0; i < n; i++, p += ${byteSize}) list[i] = ${loadExpr(gen, type.element, 'p')};
return list;`;
  });
  return `${name}(cx, ${ptr}, ${length})`;
}

/** Rule: `load_variant`. */
function loadVariant(gen: GenContext, type: VariantLike): string {
  const cases = casesOf(type);
  const discriminant = loadDiscriminant('p', discriminantSize(cases.length));
  if (type.kind === 'enum') return liftEnum(gen, type.names, discriminant);
  const at = gen.at('p', payloadOffset(cases));
  const arms = cases.map((each, i) => {
    const payload = each.type === null ? null : loadExpr(gen, each.type, at);
    return `case ${i}: return ${caseValue(gen, type, each, payload)};`;
  });
  return `const d = ${discriminant};\nswitch (d) {\n${arms.join('\n')}\n}\nbadDiscriminant(d, ${cases.length});`;
}

function liftEnum(gen: GenContext, names: readonly string[], discriminant: string): string {
  return `const d = ${discriminant} >>> 0;
if (d >= ${names.length}) badDiscriminant(d, ${names.length});
return ${gen.constant(names)}[d];`;
}

/** What a case looks like to the host; see the table of values in docs/values.md. */
function caseValue(gen: GenContext, type: VariantLike, each: VariantCase, payload: string | null): string {
  const none = gen.target === 'go' ? 'null' : 'undefined';
  if (type.kind === 'option') {
    if (payload === null) return none;
    return type.type.kind === 'option' ? `{ some: ${payload} }` : payload;
  }
  const name = JSON.stringify(each.name);
  if (payload === null) return `{ ${name}: true }`;
  if (gen.target !== 'go' || each.type?.kind !== 'option') return `{ ${name}: ${payload} }`;
  // Lua tables cannot hold nil: a payload that is none is the bare case (`{}` for ok, `true` for err unless that is a bool).
  const errNone = each.type.type.kind === 'bool' ? '{ err: {} }' : '{ err: true }';
  const bare = type.kind === 'variant' ? name : each.name === 'ok' ? '{}' : errNone;
  return `((v) => v === null ? ${bare} : { ${name}: v })(${payload})`;
}

/** An expression for a value of `type` from its core values (expressions). Rule: `lift_flat`. */
export function flatLift(gen: GenContext, type: ValType, flat: readonly string[]): string {
  const first = flat[0] as string;
  switch (type.kind) {
    case 'bool':
      return `${first} !== 0`;
    case 'u8':
      return `(${first} & 255)`;
    case 's8':
      return `(${first} << 24 >> 24)`;
    case 'u16':
      return `(${first} & 65535)`;
    case 's16':
      return `(${first} << 16 >> 16)`;
    case 'u32':
      return `(${first} >>> 0)`;
    case 's32':
      return first;
    case 's64':
      return gen.target === 'go' ? `goS64(${first})` : first;
    case 'u64':
      return gen.target === 'go' ? `goS64(BigInt.asUintN(64, ${first}))` : `BigInt.asUintN(64, ${first})`;
    case 'f32':
    case 'f64':
      return float(gen, first);
    case 'char':
      return `liftChar(${first})`;
    case 'string':
      return `${gen.liftString}(cx, ${first} >>> 0, ${flat[1]} >>> 0)`;
    case 'list':
      return liftList(gen, type, `${first} >>> 0`, `${flat[1]} >>> 0`);
    case 'own':
    case 'borrow':
      return liftHandle(gen, type, first);
    case 'flags':
      return liftFlags(gen, type.names, first);
    case 'record':
    case 'tuple':
      return flatLiftFields(gen, type, flat);
    case 'enum':
    case 'variant':
    case 'option':
    case 'result':
      return `${gen.helper('liftFlat', type, 'cx, f', () => flatLiftVariant(gen, type))}(cx, [${flat.join(', ')}])`;
  }
}

/** Rule: `lift_flat_record`. */
function flatLiftFields(gen: GenContext, type: RecordType | TupleType, flat: readonly string[]): string {
  let next = 0;
  const take = (part: ValType): string => {
    const count = layoutOf(part).flat.length;
    next += count;
    return flatLift(gen, part, flat.slice(next - count, next));
  };
  if (type.kind === 'tuple') return `[${type.types.map(take).join(', ')}]`;
  return `({ ${type.fields.map((field) => `${JSON.stringify(field.name)}: ${take(field.type)}`).join(', ')} })`;
}

/** Rule: `lift_flat_variant`, reading from the array `f`. */
function flatLiftVariant(gen: GenContext, type: VariantLike): string {
  if (type.kind === 'enum') return liftEnum(gen, type.names, 'f[0]');
  const cases = casesOf(type);
  const shared = layoutOf(type).flat;
  const arms = cases.map((each, i) => {
    const payload =
      each.type === null
        ? null
        : flatLift(
            gen,
            each.type,
            layoutOf(each.type).flat.map((want, j) => coerceLift(`f[${j + 1}]`, shared[j + 1] as CoreType, want)),
          );
    return `case ${i}: return ${caseValue(gen, type, each, payload)};`;
  });
  return `const d = f[0] >>> 0;\nswitch (d) {\n${arms.join('\n')}\n}\nbadDiscriminant(d, ${cases.length});`;
}

/** Rule: `CoerceValueIter` of `lift_flat_variant`. */
function coerceLift(value: string, have: CoreType, want: CoreType): string {
  if (have === want) return value;
  if (have === 'i32' && want === 'f32') return `f32FromI32(${value})`;
  if (have === 'i64' && want === 'i32') return `i32FromI64(${value})`;
  if (have === 'i64' && want === 'f32') return `f32FromI32(i32FromI64(${value}))`;
  if (have === 'i64' && want === 'f64') return `f64FromI64(${value})`;
  throw new HostBug(`no coercion from ${have} to ${want}`);
}
