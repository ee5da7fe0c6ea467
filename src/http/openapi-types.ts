/** WIT types as JSON schemas (2020-12, as OpenAPI 3.1 has them): what JSON the HTTP side takes and gives. */
import type { ValType } from '../wit/types.js';

export interface Schema {
  readonly [key: string]: unknown;
}

/** Named types become components, so that they are written once. */
export interface SchemaBook {
  readonly schemas: { readonly [name: string]: Schema };
  of(type: ValType): Schema;
}

const RANGES: { readonly [kind: string]: readonly [number, number] } = {
  u8: [0, 255],
  s8: [-128, 127],
  u16: [0, 65_535],
  s16: [-32_768, 32_767],
  u32: [0, 4_294_967_295],
  s32: [-2_147_483_648, 2_147_483_647],
};

export function schemaBook(): SchemaBook {
  const schemas: Record<string, Schema> = {};
  const names = new Map<ValType, string>();
  const of = (type: ValType): Schema => {
    if (type.name === undefined || !isWorthAName(type)) return inline(type, of);
    const known = names.get(type);
    if (known !== undefined) return reference(known);
    const schema = inline(type, of);
    const name = freeName(type.name, schema);
    names.set(type, name);
    schemas[name] = schema;
    return reference(name);
  };
  /** Two interfaces may call different types by one name. */
  const freeName = (wanted: string, schema: Schema): string => {
    const text = JSON.stringify(schema);
    for (let count = 1; ; count++) {
      const name = count === 1 ? wanted : `${wanted}-${count}`;
      const taken = schemas[name];
      if (taken === undefined || JSON.stringify(taken) === text) return name;
    }
  };
  return { schemas, of };
}

/** @param of the schema of a part */
function inline(type: ValType, of: SchemaBook['of']): Schema {
  switch (type.kind) {
    case 'bool':
      return { type: 'boolean' };
    case 's64':
      return { type: 'integer', format: 'int64' };
    case 'u64':
      return { type: 'integer', format: 'uint64', minimum: 0 };
    case 'f32':
      return { type: 'number', format: 'float' };
    case 'f64':
      return { type: 'number', format: 'double' };
    case 'char':
      return { type: 'string', minLength: 1, maxLength: 1 };
    case 'string':
      return { type: 'string' };
    case 'list':
      return { type: 'array', items: of(type.element) };
    case 'tuple':
      return {
        type: 'array',
        prefixItems: type.types.map(of),
        minItems: type.types.length,
        maxItems: type.types.length,
      };
    case 'record':
      return recordSchema(type.fields, of);
    case 'option':
      return { anyOf: [of(type.type), { type: 'null' }] };
    case 'enum':
      return { type: 'string', enum: [...type.names] };
    case 'flags':
      return {
        type: 'object',
        properties: Object.fromEntries(type.names.map((name) => [name, { type: 'boolean' }])),
      };
    case 'variant':
      return { oneOf: type.cases.map((each) => caseSchema(each.name, each.type, of)) };
    case 'result':
      return { oneOf: [caseSchema('ok', type.ok, of), caseSchema('err', type.err, of)] };
    case 'own':
    case 'borrow':
      return { type: 'null', description: `a ${type.resource.name} cannot cross HTTP` };
    default: {
      const [minimum, maximum] = RANGES[type.kind]!;
      return { type: 'integer', minimum, maximum };
    }
  }
}

function isWorthAName({ kind }: ValType): boolean {
  return kind === 'record' || kind === 'variant' || kind === 'enum' || kind === 'flags';
}

function reference(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

function recordSchema(
  fields: readonly { readonly name: string; readonly type: ValType }[],
  of: SchemaBook['of'],
): Schema {
  const required = fields.filter(({ type }) => type.kind !== 'option').map(({ name }) => name);
  const properties = Object.fromEntries(fields.map(({ name, type }) => [name, of(type)]));
  return required.length === 0 ? { type: 'object', properties } : { type: 'object', properties, required };
}

function caseSchema(name: string, type: ValType | null, of: SchemaBook['of']): Schema {
  const payload = type === null ? { const: true } : of(type);
  return { type: 'object', properties: { [name]: payload }, required: [name], additionalProperties: false };
}
