#!/usr/bin/env python3
"""Drives the specification's definitions.py: reads cases as JSON lines, writes what it does with each as JSON lines.

  python3 fuzz/oracle.py PATH/TO/definitions.py < cases > answers

A case is {"type", "encoding"} with either "value" (lowered, as a parameter and as a result, and lifted again) or "memory"
(hex, lifted from offset 64). Types are Moonwit's WIT types as data; values are spelt as in fuzz/canonical.ts.
"""

import importlib.util
import json
import struct
import sys

HEAP_START = 16


def load_definitions(path):
    spec = importlib.util.spec_from_file_location('definitions', path)
    module = importlib.util.module_from_spec(spec)
    sys.modules['definitions'] = module
    spec.loader.exec_module(module)
    module.DETERMINISTIC_PROFILE = True
    return module


d = load_definitions(sys.argv[1])

PRIMITIVES = {
    'bool': d.BoolType, 's8': d.S8Type, 'u8': d.U8Type, 's16': d.S16Type, 'u16': d.U16Type, 's32': d.S32Type,
    'u32': d.U32Type, 's64': d.S64Type, 'u64': d.U64Type, 'f32': d.F32Type, 'f64': d.F64Type, 'char': d.CharType,
    'string': d.StringType,
}


def make_type(t):
    if t is None:
        return None
    match t['kind']:
        case 'list':
            return d.ListType(make_type(t['element']))
        case 'record':
            return d.RecordType([d.FieldType(f['name'], make_type(f['type'])) for f in t['fields']])
        case 'tuple':
            return d.TupleType([make_type(each) for each in t['types']])
        case 'variant':
            return d.VariantType([d.CaseType(c['name'], make_type(c['type'])) for c in t['cases']])
        case 'enum':
            return d.EnumType(t['names'])
        case 'flags':
            return d.FlagsType(t['names'])
        case 'option':
            return d.OptionType(make_type(t['type']))
        case 'result':
            return d.ResultType(make_type(t['ok']), make_type(t['err']))
        case kind:
            return PRIMITIVES[kind]()


def make_value(t, v, encoding):
    """A value of definitions.py from its canonical spelling."""
    match d.despecialize(t):
        case d.BoolType():
            return v
        case d.F32Type():
            return struct.unpack('>f', bytes.fromhex(v))[0]
        case d.F64Type():
            return struct.unpack('>d', bytes.fromhex(v))[0]
        case d.CharType():
            return chr(v)
        case d.StringType():
            return make_string(v, encoding)
        case d.ListType(element, _):
            return [make_value(element, each, encoding) for each in v]
        case d.RecordType(fields):
            return {f.label: make_value(f.t, each, encoding) for f, each in zip(fields, v)}
        case d.VariantType(cases):
            case_ = cases[v[0]]
            return {case_.label: None if case_.t is None else make_value(case_.t, v[1], encoding)}
        case d.FlagsType(labels):
            return dict(zip(labels, v))
        case _:
            return int(v)


def make_string(v, encoding):
    """A string with the encoding it comes in: a guest's where the case says so, else the host's."""
    if isinstance(v, list):
        return tuple(v)
    if encoding == 'utf8':
        return (v, 'utf8', len(v.encode()))
    return (v, 'utf16', len(v.encode('utf-16-le')) // 2)


def show_value(t, v):
    """The canonical spelling of a value of definitions.py."""
    match d.despecialize(t):
        case d.BoolType():
            return v
        case d.F32Type():
            return struct.pack('>f', v).hex()
        case d.F64Type():
            return struct.pack('>d', v).hex()
        case d.CharType():
            return ord(v)
        case d.StringType():
            return v[0]
        case d.ListType(element, _):
            return [show_value(element, each) for each in v]
        case d.RecordType(fields):
            return [show_value(f.t, v[f.label]) for f in fields]
        case d.VariantType(cases):
            index, payload = d.match_case(v, cases)
            return [index, None if cases[index].t is None else show_value(cases[index].t, payload)]
        case d.FlagsType(labels):
            return [bool(v[label]) for label in labels]
        case _:
            return str(v)


class Context(d.LiftLowerContext):
    """A guest with a bump allocator that writes down its calls."""

    def __init__(self, encoding):
        opts = d.LiftLowerOptions(encoding, d.MemInst(bytearray(65536), 'i32'))
        super().__init__(opts, d.ComponentInstance(None))
        self.end = HEAP_START
        self.calls = []

    def reallocate(self, old, old_byte_length, alignment, new_byte_length):
        ptr = old
        memory = self.opts.memory.bytes
        if new_byte_length > old_byte_length or old_byte_length == 0:
            ptr = d.align_to(self.end, alignment)
            self.end = ptr + new_byte_length
            while self.end > len(memory):
                memory.extend(bytes(65536))
            memory[ptr : ptr + old_byte_length] = memory[old : old + old_byte_length]
        self.calls.append([old, old_byte_length, alignment, new_byte_length, ptr])
        return ptr

    def heap(self):
        end = max([HEAP_START] + [ptr + size for _, _, _, size, ptr in self.calls])
        return self.opts.memory.bytes[HEAP_START:end].hex()


def show_flat(types, values):
    shown = []
    for t, v in zip(types, values, strict=True):
        if t in ('i32', 'i64'):
            shown.append(f'{t} {v}')
        else:
            shown.append(f'{t} {struct.pack(">f" if t == "f32" else ">d", v).hex()}')
    return shown


def lower_and_lift(t, encoding, value):
    cx = Context(encoding)
    ft = d.FuncType([('x', t)], [])
    flat = d.lower_flat_values(cx, d.MAX_FLAT_PARAMS, [make_value(t, value, encoding)], [t])
    core = d.flatten_functype(d.CanonicalOptions(encoding, cx.opts.memory), ft, 'lift')
    [lifted] = d.lift_flat_values(cx, d.MAX_FLAT_PARAMS, d.CoreValueIter(flat), [t])
    answer = {'flat': show_flat(core.params, flat), 'reallocs': cx.calls, 'heap': cx.heap(), 'lifted': show_value(t, lifted)}
    answer['result'] = lower_result(t, encoding, value)
    return answer


def lower_result(t, encoding, value):
    cx = Context(encoding)
    spills = len(d.flatten_type(t, cx.opts)) > d.MAX_FLAT_RESULTS
    out = d.CoreValueIter([cx.allocate(d.alignment(t, 'i32'), d.elem_size(t, 'i32'))] if spills else [])
    flat = d.lower_flat_values(cx, d.MAX_FLAT_RESULTS, [make_value(t, value, encoding)], [t], out)
    return {'flat': show_flat(d.flatten_type(t, cx.opts), flat) if not spills else [], 'reallocs': cx.calls, 'heap': cx.heap()}


def lift_memory(t, encoding, memory):
    cx = Context(encoding)
    data = bytes.fromhex(memory)
    cx.opts.memory.bytes[64 : 64 + len(data)] = data
    try:
        [value] = d.lift_flat_values(cx, 0, d.CoreValueIter([64]), [t])
    except d.Trap:
        return {'trap': True}
    return {'lifted': show_value(t, value)}


for line in sys.stdin:
    case = json.loads(line)
    t = make_type(case['type'])
    if 'memory' in case:
        print(json.dumps(lift_memory(t, case['encoding'], case['memory'])))
    else:
        print(json.dumps(lower_and_lift(t, case['encoding'], case['value'])))
