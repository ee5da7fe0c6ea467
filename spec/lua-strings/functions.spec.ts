import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lua_newuserdata, lua_pushstring, lua_replace, lua_setglobal } from '../../src/lua/fengari.js';
import { countingBudget, literal, newOurs, newStock, run, runOurs } from './lua.js';

describe('string functions', () => {
  test.each([
    [`('abc'):byte(-1)`, ['99']],
    [`('abc'):byte(1, 3)`, ['97', '98', '99']],
    [`('abc'):byte(4)`, []],
    [`string.char()`, ['']],
    [`string.char(0, 255)`, ['\0\xff']],
    [`('ab'):rep(3, '-')`, ['ab-ab-ab']],
    [`('ab'):rep(1, '-')`, ['ab']],
    [`('ab'):rep(0)`, ['']],
    [`('ab'):rep(-1)`, ['']],
    [`(''):rep(1000)`, ['']],
    [`(''):rep(3, 'x')`, ['xx']],
    [`('aBc\\xe9'):upper()`, ['ABC\xe9']],
    [`('aBc'):lower()`, ['abc']],
    [`('abc'):reverse()`, ['cba']],
    [`('abc'):sub(2)`, ['bc']],
    [`('abc'):sub(-2, -2)`, ['b']],
    [`('abc'):sub(0)`, ['abc']],
    [`('abc'):sub(3, 2)`, ['']],
    [`('abc'):len()`, ['3']],
    ['string.len(12.0)', ['4']],
    [`getmetatable('')`, ['false']],
    ['string.dump', ['nil']],
  ])('%s', (expression, results) => {
    expect(runOurs(`return ${expression}`)).toEqual(results);
  });

  test.each([
    [`string.char(256)`, "bad argument #1 to 'char' (value out of range)"],
    [`('x'):rep(2^31)`, "bad argument #1 to 'rep' (number has no integer representation)"],
    [`('xx'):rep(2147483647)`, 'resulting string too large'],
    [`string.rep()`, "bad argument #1 to 'rep' (string expected, got no value)"],
    [`('x'):sub()`, "bad argument #1 to 'sub' (number expected, got no value)"],
    [`('x'):rep(1000001):byte(1, -1)`, 'stack overflow (string slice too long)'],
  ])('%s raises "%s"', (expression, message) => {
    expect(runOurs(`return ${expression}`)).toEqual([`error: spec:1: ${message}`]);
  });

  test.each([
    ['rep', `('x'):rep(1001)`],
    ['upper', `s:upper()`],
    ['reverse', `s:reverse()`],
    ['sub', `s:sub(1)`],
    ['gsub', `('x'):rep(10):gsub('x', s)`],
    ['format', `('%s%s%s'):format(s, s, s)`],
    ['%q', `('%q'):format(('\\0'):rep(300))`],
    ['concat', `table.concat({s, s, s})`],
    ['pack', `string.pack('c200000000', '')`],
    ['pack with many pads', `string.pack(('x'):rep(500) .. ('x'):rep(499) .. 'xx')`],
  ])('%s draws its bytes before it makes them', (_name, expression) => {
    const { budget, spent } = countingBudget(1e9, 1000);
    expect(run(newOurs(budget), `local s = ('x'):rep(400) s = s:sub(1) return ${expression}`)[0]).toMatch(
      /out of bytes/,
    );
    expect(spent.bytes).toBeLessThanOrEqual(1000);
  });

  test('take what the host can make a text of', () => {
    const coerce = (L: Parameters<typeof lua_newuserdata>[0], index: number) => {
      lua_pushstring(L, 'no such file');
      lua_replace(L, index < 0 ? index - 1 : index);
    };
    const L = newOurs(countingBudget(1e9, 1e9).budget, { coerce });
    lua_newuserdata(L, 0);
    lua_setglobal(L, 'e');
    expect(run(L, `return string.find(e, 'file')`)).toEqual(['9', '12']);
    expect(run(L, `return ('x'):gsub('x', e)`)).toEqual(['no such file', '1']);
    expect(run(L, `return ('x'):gsub('x', function() return e end)`)).toEqual(['no such file', '1']);
    expect(run(L, `return table.concat({e, 'x'}, ' ')`)).toEqual(['no such file x']);
  });
});

describe('string.format', () => {
  test.each([
    [`('%d'):format(3)`, '3'],
    [`('%d'):format(3.0)`, '3'],
    [`('%d'):format(2^31)`, '2147483648'],
    [`('%d'):format(-2^53)`, '-9007199254740992'],
    [`('%d'):format(-0.0)`, '0'],
    [`('%5d|%-5d|%05d|%+d|% d'):format(42, 42, 42, 42, 42)`, '   42|42   |00042|+42| 42'],
    [`('%.3d|%5.3d|%.0d|'):format(7, 7, 0)`, '007|  007||'],
    [`('%x %X %#x %o %#o %u'):format(255, 255, 255, 8, 8, 7)`, 'ff FF 0xff 10 010 7'],
    [`('%x'):format(-1)`, 'ffffffff'],
    [`('%x'):format(2^40)`, '10000000000'],
    [`('%c%c'):format(76, 117)`, 'Lu'],
    [`('%3c|'):format(76)`, '  L|'],
    [`('%s %s %s'):format(1, 1.0, true)`, '1 1.0 true'],
    [`('%5s|%-5s|%.2s|%5.1s'):format('abc', 'abc', 'abc', 'abc')`, '  abc|abc  |ab|    a'],
    [`('%s'):format(setmetatable({}, {__tostring = function() return 'T' end}))`, 'T'],
    [`('%s'):format('a\\0b')`, 'a\0b'],
    [`('%f %.2f %.0f %5.1f|%-7.1f|'):format(1.5, 2.345, 2.5, 3.14159, 2)`, '1.500000 2.35 2   3.1|2.0    |'],
    [`('%.0f %.0f %.1f %.2f %.3f'):format(0.5, 1.5, 0.25, 1.005, 0.0625)`, '0 2 0.2 1.00 0.062'],
    [`('%.1f'):format(1e22)`, '10000000000000000000000.0'],
    [
      `('%e %.2e %E %.0e %#.0e'):format(12345.678, 0.00012, 1e100, 5, 5)`,
      '1.234568e+04 1.20e-04 1.000000E+100 5e+00 5.e+00',
    ],
    [`('%.0e %.0e %.1e'):format(2.5, 3.5, 1.25)`, '2e+00 4e+00 1.2e+00'],
    [`('%g %g %g %g %g %g'):format(100000, 1e6, 0.0001, 0.00001, 1.5, 0)`, '100000 1e+06 0.0001 1e-05 1.5 0'],
    [`('%.3g %#.3g %.0g %G'):format(2.0, 2.0, 25, 1e-10)`, '2 2.00 2e+01 1E-10'],
    [`('%.14g'):format(0.1)`, '0.1'],
    [`('%f %e %g %F'):format(1/0, -1/0, 1/0, 1/0)`, 'inf -inf inf INF'],
    [`('%5.1f|%05.1f'):format(1/0, -1/0)`, '  inf| -inf'],
    [`('%a %A %.1a %a %a'):format(1, 0.5, 1.96875, 0, -255.5)`, '0x1p+0 0X1P-1 0x2.0p+0 0x0p+0 -0x1.ffp+7'],
    [`('%a'):format(2^-1074)`, '0x0.0000000000001p-1022'],
    [`('%q'):format('a"\\\\\\n\\0001\\r\\127')`, '"a\\"\\\\\\\n\\0001\\13\\127"'],
    [`('%q %q %q'):format(1, nil, true)`, '1 nil true'],
    [`('%q %q %q'):format(1/0, -1/0, -2147483647 - 1)`, '1e9999 -1e9999 0x80000000'],
    [`('%q'):format(0.1)`, '0x1.999999999999ap-4'],
    [`('%%%d%%'):format(5)`, '%5%'],
    [`('%-10.3s|'):format('abcdef')`, 'abc       |'],
  ])('%s', (expression, text) => {
    expect(runOurs(`return ${expression}`)).toEqual([text]);
  });

  test.each([
    [`('%d'):format(1.5)`, "bad argument #1 to 'format' (number has no integer representation)"],
    [`('%d'):format(2^53 + 2)`, "bad argument #1 to 'format' (number has no integer representation)"],
    [`('%d'):format('x')`, "bad argument #1 to 'format' (number expected, got string)"],
    [`('%d'):format()`, "bad argument #1 to 'format' (no value)"],
    [`('%y'):format(1)`, "invalid option '%y' to 'format'"],
    [`('%'):format(1)`, "invalid option '%' to 'format'"],
    [`('%123d'):format(1)`, 'invalid format (width or precision too long)'],
    [`('%.123d'):format(1)`, 'invalid format (width or precision too long)'],
    [`('%00000d'):format(1)`, 'invalid format (repeated flags)'],
    [`('%5s'):format('a\\0')`, "bad argument #1 to 'format' (string contains zeros)"],
    [`('%q'):format({})`, "bad argument #1 to 'format' (value has no literal form)"],
  ])('%s raises "%s"', (expression, message) => {
    expect(runOurs(`return ${expression}`)).toEqual([`error: spec:1: ${message}`]);
  });

  test('reads back with load what %q wrote', () => {
    const L = newStock();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        const text = literal(Buffer.from(bytes).toString('latin1'));
        const [quoted] = runOurs(`return ('%q'):format(${text})`);
        expect(run(L, `return ${quoted} == ${text}`)).toEqual(['true']);
      }),
      { numRuns: 50 },
    );
  });

  test('writes numbers that read back as they were with %.17g and %a', () => {
    const L = newOurs(countingBudget(1e9, 1e9).budget);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        lua_pushstring(L, '');
        const hex = Buffer.alloc(8);
        hex.writeDoubleLE(number);
        const value = `string.unpack('<d', ${literal(hex.toString('latin1'))})`;
        const script = `local v = ${value} return tonumber(('%.17g'):format(v)) == v, tonumber(('%a'):format(v)) == v`;
        expect(run(L, script)).toEqual(['true', 'true']);
      }),
    );
  });
});

describe('string.pack', () => {
  test.each([
    [`string.pack('<i4', -2)`, ['\xfe\xff\xff\xff']],
    [`string.pack('>I2 <I2 =I2', 1, 1, 1)`, ['\0\x01\x01\0\x01\0']],
    [`string.pack('<I4', 2^32 - 1)`, ['\xff\xff\xff\xff']],
    [`string.pack('<i8', -2^40)`, ['\0\0\0\0\0\xff\xff\xff']],
    [`string.pack('<I8', 2^53)`, ['\0\0\0\0\0\0\x20\0']],
    [`string.unpack('<I4', '\\255\\255\\255\\255')`, ['4294967295.0', '5']],
    [`string.unpack('<i4', '\\255\\255\\255\\255')`, ['-1', '5']],
    [`string.unpack('>i3', '\\255\\255\\254')`, ['-2', '4']],
    [`string.unpack('<i16', ('\\255'):rep(16))`, ['-1', '17']],
    [`string.pack('s1', 'abc')`, ['\x03abc']],
    [`string.unpack('s1z', '\\3abcxy\\0')`, ['abc', 'xy', '8']],
    [`string.pack('z', 'ab')`, ['ab\0']],
    [`string.pack('c5', 'ab')`, ['ab\0\0\0']],
    [`string.pack('!4 b i4', 1, 2)`, ['\x01\0\0\0\x02\0\0\0']],
    [`string.pack('<!4 b Xi4 b', 1, 2)`, ['\x01\0\0\0\x02']],
    [`string.packsize('<!8 b d')`, ['16']],
    [`string.packsize('c10 x b')`, ['12']],
    [`string.unpack('<f', string.pack('<f', 0.5))`, ['0.5', '5']],
    [`string.unpack('b', 'abc', -1)`, ['99', '4']],
    [`string.pack('', 1)`, ['']],
  ])('%s', (expression, results) => {
    expect(runOurs(`return ${expression}`)).toEqual(results);
  });

  test.each([
    [`string.pack('i1', 128)`, "bad argument #2 to 'pack' (integer overflow)"],
    [`string.pack('I1', 256)`, "bad argument #2 to 'pack' (unsigned overflow)"],
    [`string.pack('I1', -1)`, "bad argument #2 to 'pack' (unsigned overflow)"],
    [`string.pack('I4', 2^32)`, "bad argument #2 to 'pack' (unsigned overflow)"],
    [`string.pack('i17', 1)`, 'integral size (17) out of limits [1,16]'],
    [`string.pack('i0', 1)`, 'integral size (0) out of limits [1,16]'],
    [`string.pack('c', 'a')`, "missing size for format option 'c'"],
    [`string.pack('c1', 'ab')`, "bad argument #2 to 'pack' (string longer than given size)"],
    [`string.pack('s1', ('x'):rep(256))`, "bad argument #2 to 'pack' (string length does not fit in given size)"],
    [`string.pack('z', 'a\\0')`, "bad argument #2 to 'pack' (strings contains zeros)"],
    [`string.pack('y', 1)`, "invalid format option 'y'"],
    [`string.pack('!3 i4', 1)`, "bad argument #1 to 'pack' (format asks for alignment not power of 2)"],
    [`string.pack('X')`, "bad argument #1 to 'pack' (invalid next option for option 'X')"],
    [`string.packsize('s')`, "bad argument #1 to 'packsize' (variable-length format)"],
    [`string.packsize(('c200000000'):rep(11))`, "bad argument #1 to 'packsize' (format result too large)"],
    [`string.unpack('i4', 'abc')`, "bad argument #2 to 'unpack' (data string too short)"],
    [`string.unpack('z', 'abc')`, "bad argument #2 to 'unpack' (unfinished string for format 'z')"],
    [`string.unpack('I8', ('\\255'):rep(8))`, '8-byte integer does not fit into Lua Integer'],
    [`string.unpack('b', 'a', 3)`, "bad argument #3 to 'unpack' (initial position out of string)"],
  ])('%s raises "%s"', (expression, message) => {
    expect(runOurs(`return ${expression}`)).toEqual([`error: spec:1: ${message}`]);
  });
});

describe("our functions answer as Fengari's do", () => {
  const ours = newOurs(countingBudget(1e9, 1e12).budget);
  const stock = newStock();

  test('byte, rep, sub, upper and the like on random arguments', () => {
    const text = fc.uint8Array({ maxLength: 10 }).map((bytes) => literal(Buffer.from(bytes).toString('latin1')));
    const n = fc.oneof(fc.integer({ min: -13, max: 13 }), fc.constantFrom(-2147483648, 2147483647));
    fc.assert(
      fc.property(text, n, n, (s, i, j) => {
        for (const script of [
          `return string.byte(${s}, ${i}, ${j})`,
          `return string.sub(${s}, ${i}, ${j})`,
          `return string.upper(${s}), string.lower(${s}), string.reverse(${s}), string.len(${s})`,
          `return string.rep(${s}, ${Math.min(i, 20)}, 'ab')`,
          `return string.format('%q %s', ${s}, ${i})`,
        ]) {
          expect(run(ours, script), script).toEqual(run(stock, script));
        }
      }),
    );
  });

  test('pack, unpack and packsize on random formats', () => {
    const format = fc
      .array(
        fc.constantFrom(
          '<',
          '>',
          '=',
          '!4',
          '!',
          'b',
          'B',
          'h',
          'H',
          'i3',
          'i4',
          'I2',
          'l',
          'f',
          'd',
          'x',
          ' ',
          'Xi4',
          's1',
          'z',
          'c3',
        ),
        { maxLength: 8 },
      )
      .map((options) => options.join(' '));
    fc.assert(
      fc.property(format, fc.array(fc.integer({ min: -3, max: 200 }), { minLength: 8, maxLength: 8 }), (f, values) => {
        const script = `local p = string.pack('${f}', ${values}) local r = {pcall(string.packsize, '${f}')} return p, r[1], r[1] and r[2], string.unpack('${f}', p)`;
        expect(run(ours, script), script).toEqual(run(stock, script));
      }),
      { numRuns: 300 },
    );
  });
});
