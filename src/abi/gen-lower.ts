/** Generated lowering: statements that write values to memory (`store`) and core values from them (`lower_flat`). */
import { HostBug } from '../errors.js';
import type { HandleType, ListType, RecordType, TupleType, ValType } from '../wit/types.js';
import type { GenContext } from './gen-context.js';
import { type CoreType, casesOf, discriminantSize, layoutOf, payloadOffset, type VariantLike } from './layout.js';
import { INT_RANGES } from './numbers.js';
import { nameIndices, snakeName } from './shapes.js';

/** Tests that a number is already an integer of its type. */
const FITS: Partial<Record<ValType['kind'], (v: string) => string>> = {
  u8: (v) => `(${v} & 255) === ${v}`,
  s8: (v) => `(${v} << 24 >> 24) === ${v}`,
  u16: (v) => `(${v} & 65535) === ${v}`,
  s16: (v) => `(${v} << 16 >> 16) === ${v}`,
  u32: (v) => `(${v} >>> 0) === ${v}`,
  s32: (v) => `(${v} | 0) === ${v}`,
};

/** An expression for a scalar as one core value. `v` is a variable. */
function scalarExpr(gen: GenContext, type: ValType, v: string): string | null {
  const fits = FITS[type.kind];
  const range = INT_RANGES[type.kind];
  if (fits !== undefined && range !== undefined) {
    // The operators of `fits` throw on a bigint.
    return `(typeof ${v} === "number" && ${fits(v)} ? ${v} : lowerInt(${v}, ${range[0]}, ${range[1]}))`;
  }
  switch (type.kind) {
    case 'bool':
      return `(${v} === true ? 1 : ${v} === false ? 0 : mismatch())`;
    case 'char':
      return `lowerChar(${v}, cx.text.decodeUtf8)`;
    case 'f32':
    case 'f64':
      return `canonicalNan(typeof ${v} === "number" ? ${v} : lowerFloat(${v}))`;
    case 'enum':
      return `enumIndex(${v}, ${gen.constant(nameIndices(type.names))})`;
    case 'flags':
      return `packFlags(${v}, ${gen.constant(nameIndices(type.names))})`;
    case 'own':
    case 'borrow':
      return lowerHandle(gen, type, v);
    default:
      return null;
  }
}

function lowerHandle(gen: GenContext, type: HandleType, v: string): string {
  const operation = type.kind === 'own' ? 'lowerOwn' : 'lowerBorrow';
  return `${operation}${gen.target === 'rep' ? 'Rep' : 'Host'}(cx, ${v}, ${type.resource.id})`;
}

/** Statements that write variable `v` at address `ptr`. Rule: `store`. */
export function storeStatement(gen: GenContext, type: ValType, v: string, ptr: string): string {
  const scalar = scalarExpr(gen, type, v);
  if (scalar !== null) return storeScalar(type, scalar, ptr);
  switch (type.kind) {
    case 's64':
      return `storeS64(cx, ${ptr}, ${v});`;
    case 'u64':
      return `storeU64(cx, ${ptr}, ${v});`;
    case 'string':
      return storePair(gen, `${gen.lowerString}(cx, ${v})`, ptr);
    case 'list':
      return storePair(gen, lowerList(gen, type, v), ptr);
    case 'record':
    case 'tuple':
      return `${gen.helper('store', type, 'cx, v, p', () => storeFields(gen, type))}(cx, ${v}, ${ptr});`;
    case 'variant':
    case 'option':
    case 'result':
      return `${gen.helper('store', type, 'cx, v, p', () => storeVariant(gen, type))}(cx, ${v}, ${ptr});`;
    default:
      throw new HostBug(`no store for ${type.kind}`);
  }
}

/** Writes one core value. The value is computed first: it may run realloc, which can move the views. */
function storeScalar(type: ValType, value: string, ptr: string): string {
  const { byteSize } = layoutOf(type);
  if (type.kind === 'f32') return `cx.view.setFloat32(${ptr}, ${value}, true);`;
  if (type.kind === 'f64') return `cx.view.setFloat64(${ptr}, ${value}, true);`;
  if (byteSize === 1) return `cx.u8[${ptr}] = ${value};`;
  if (byteSize === 2) return `cx.view.setUint16(${ptr}, ${value}, true);`;
  return `cx.i32[(${ptr}) >>> 2] = ${value};`;
}

function storePair(gen: GenContext, lower: string, ptr: string): string {
  const q = gen.fresh('q');
  return `const ${q} = ${lower}; cx.i32[(${ptr}) >>> 2] = ${q}; cx.i32[((${ptr}) >>> 2) + 1] = cx.length;`;
}

/** Rule: `store_list_into_range`. An expression: the pointer; the length is left in `cx.length`. */
function lowerList(gen: GenContext, type: ListType, v: string): string {
  if (type.element.kind === 'u8') return `lowerBytes(cx, ${v})`;
  const { byteSize, alignment } = layoutOf(type.element);
  const name = gen.helper('storeList', type, 'cx, v', () => {
    return `const list = Array.isArray(v) ? v : asList(v), n = list.length;
const start = cx.allocate(${alignment}, listByteLength(n, ${byteSize}));
for (let i = 0, p = start; i < n; i++, p += ${byteSize}) {
const e = list[i];
${storeStatement(gen, type.element, 'e', 'p')}
}
cx.length = n;
return start;`;
  });
  return `${name}(cx, ${v})`;
}

/** Binds the parts of a record or tuple value `v` to variables. @returns their names */
function bindParts(gen: GenContext, type: RecordType | TupleType, v: string, out: string[]): string[] {
  if (type.kind === 'tuple') {
    const list = gen.fresh('t');
    out.push(`const ${list} = asTuple(${v}, ${type.types.length});`);
    return type.types.map((_, i) => {
      const part = gen.fresh('e');
      out.push(`const ${part} = ${list}[${i}];`);
      return part;
    });
  }
  const map = gen.fresh('m');
  out.push(`if (typeof ${v} !== "object" || ${v} === null) throw MISMATCH;`);
  out.push(`const ${map} = ${v}.constructor === Object ? ${v} : asMap(${v});`);
  const parts = type.fields.map((field) => bindField(gen, map, field.name, out));
  const optional = type.fields.flatMap((field, i) =>
    field.type.kind === 'option' ? [`${parts[i]} === undefined`] : [],
  );
  if (optional.length > 0) {
    const names = gen.constant(type.fields.map((field) => field.name));
    out.push(`if (${optional.join(' || ')}) checkSpelling(${map}, ${names});`);
  }
  return parts;
}

/** A field is read by its WIT name, or with `_` for `-`. */
function bindField(gen: GenContext, map: string, name: string, out: string[]): string {
  const part = gen.fresh('e');
  if (name in Object.prototype) {
    out.push(`const ${part} = ownField(${map}, ${JSON.stringify(name)});`);
    return part;
  }
  const snake = snakeName(name);
  out.push(`${snake === null ? 'const' : 'let'} ${part} = ${map}[${JSON.stringify(name)}];`);
  if (snake !== null) out.push(`if (${part} === undefined) ${part} = ${map}[${JSON.stringify(snake)}];`);
  return part;
}

function partTypes(type: RecordType | TupleType): readonly ValType[] {
  return type.kind === 'tuple' ? type.types : type.fields.map((field) => field.type);
}

/** Rule: `store_record`. */
function storeFields(gen: GenContext, type: RecordType | TupleType): string {
  const out: string[] = [];
  const types = partTypes(type);
  const offsets = gen.offsets(types);
  bindParts(gen, type, 'v', out).forEach((part, i) => {
    out.push(storeStatement(gen, types[i] as ValType, part, gen.at('p', offsets[i] as number)));
  });
  return out.join('\n');
}

/** Statements that set `d` (the case's index) and `x` (its payload) from value `v`. Rule: `match_case`. */
function matchCase(gen: GenContext, type: Exclude<VariantLike, { kind: 'enum' }>): string {
  if (type.kind === 'option') {
    if (type.type.kind !== 'option') return 'const d = v === undefined || v === null ? 0 : 1, x = v;';
    return 'const d = v === undefined || v === null ? 0 : 1, x = d === 0 ? undefined : someOf(v);';
  }
  if (type.kind === 'result') {
    const empty = type.ok?.kind === 'option' ? 0 : type.err?.kind === 'option' ? 1 : -1;
    const none = type.err?.kind === 'option' && type.err.type.kind === 'bool' ? 'isEmptyMap(x)' : 'x === true';
    const errNone = type.err?.kind === 'option' ? `if (d === 1 && ${none}) x = undefined;` : '';
    return `const d = resultIndex(v, ${empty}); let x = d === 0 ? v.ok : v.err; ${errNone}`;
  }
  const bare = new Set(type.cases.flatMap((each, i) => (each.type === null || each.type.kind === 'option' ? [i] : [])));
  const indices = gen.constant(nameIndices(type.cases.map((each) => each.name)));
  return `const d = caseIndex(v, ${indices}, ${gen.constant(bare)}), x = casePayload(v);`;
}

/** Rule: `store_variant`. */
function storeVariant(gen: GenContext, type: Exclude<VariantLike, { kind: 'enum' }>): string {
  const cases = casesOf(type);
  const size = discriminantSize(cases.length);
  const at = gen.at('p', payloadOffset(cases));
  const discriminant =
    size === 1 ? 'cx.u8[p] = d;' : size === 2 ? 'cx.view.setUint16(p, d, true);' : 'cx.i32[p >>> 2] = d;';
  const arms = cases.map((each, i) => {
    const store = each.type === null ? noPayload(type) : storeStatement(gen, each.type, 'x', at);
    return `case ${i}: { ${store} break; }`;
  });
  return `${matchCase(gen, type)}\n${discriminant}\nswitch (d) {\n${arms.join('\n')}\n}`;
}

function noPayload(type: VariantLike): string {
  return type.kind === 'option' ? '' : 'checkNoPayload(v);';
}

/** Lowers variable `v` to core values: pushes statements, returns the expressions. Rule: `lower_flat`. */
export function flatLower(gen: GenContext, type: ValType, v: string, out: string[]): string[] {
  const bind = (expr: string): string => {
    const name = gen.fresh('f');
    out.push(`const ${name} = ${expr};`);
    return name;
  };
  const scalar = scalarExpr(gen, type, v);
  if (scalar !== null) return [bind(scalar)];
  switch (type.kind) {
    case 's64':
      return [bind(`lowerS64(${v})`)];
    case 'u64':
      return [bind(`lowerU64(${v})`)];
    case 'string':
      return [bind(`${gen.lowerString}(cx, ${v})`), bind('cx.length')];
    case 'list':
      return [bind(lowerList(gen, type, v)), bind('cx.length')];
    case 'record':
    case 'tuple': {
      const types = partTypes(type);
      return bindParts(gen, type, v, out).flatMap((part, i) => flatLower(gen, types[i] as ValType, part, out));
    }
    case 'variant':
    case 'option':
    case 'result': {
      const helper = gen.helper('lowerFlat', type, 'cx, v', () => flatLowerVariant(gen, type));
      const flat = bind(`${helper}(cx, ${v})`);
      return layoutOf(type).flat.map((_, i) => `${flat}[${i}]`);
    }
    default:
      throw new HostBug(`no flat lowering for ${type.kind}`);
  }
}

/** Rule: `lower_flat_variant`. Returns an array: the case's index, its payload coerced, zeros. */
function flatLowerVariant(gen: GenContext, type: Exclude<VariantLike, { kind: 'enum' }>): string {
  const shared = layoutOf(type).flat;
  const arms = casesOf(type).map((each, i) => {
    const body: string[] = [];
    const payload = each.type === null ? [] : flatLower(gen, each.type, 'x', body);
    const have = each.type === null ? [] : layoutOf(each.type).flat;
    if (each.type === null) body.push(noPayload(type));
    const slots = shared.slice(1).map((want, j) => {
      const value = payload[j];
      return value === undefined ? (want === 'i64' ? '0n' : '0') : coerceLower(value, have[j] as CoreType, want);
    });
    return `case ${i}: {\n${body.join('\n')}\nreturn [${[i, ...slots].join(', ')}];\n}`;
  });
  return `${matchCase(gen, type)}\nswitch (d) {\n${arms.join('\n')}\n}\nthrow MISMATCH;`;
}

/** Rule: the coercions of `lower_flat_variant`. */
function coerceLower(value: string, have: CoreType, want: CoreType): string {
  if (have === want) return value;
  if (have === 'f32' && want === 'i32') return `i32FromF32(${value})`;
  if (have === 'i32' && want === 'i64') return `i64FromI32(${value})`;
  if (have === 'f32' && want === 'i64') return `i64FromI32(i32FromF32(${value}))`;
  if (have === 'f64' && want === 'i64') return `i64FromF64(${value})`;
  throw new HostBug(`no coercion from ${have} to ${want}`);
}
