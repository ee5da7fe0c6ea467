/**
 * Numbers as C's printf writes them, which is what Lua promises. JavaScript's own conversions are exact but round ties
 * away from zero, where C rounds them to even, and have neither `%g` nor `%a`.
 */

export interface NumberFormat {
  /** `-`: at the left of the field. */
  readonly left: boolean;
  /** `+` or a space before numbers that are not negative; "" without. */
  readonly plus: string;
  /** `#` */
  readonly alternative: boolean;
  /** `0` */
  readonly zeros: boolean;
  readonly width: number;
  /** -1: not given. */
  readonly precision: number;
}

/** `d`, `i`, `u`, `o`, `x`, `X`. Unsigned conversions of negative integers take 32 bits in two's complement. */
export function formatInteger(value: number, conversion: string, format: NumberFormat): string {
  const isSigned = conversion === 'd' || conversion === 'i';
  const magnitude = isSigned ? Math.abs(value) : value < 0 ? value >>> 0 : value;
  let digits = integerDigits(magnitude, conversion);
  if (format.precision === 0 && magnitude === 0) digits = '';
  digits = digits.padStart(format.precision, '0');
  let prefix = isSigned ? signOf(value < 0, format) : '';
  if (format.alternative && magnitude !== 0) {
    if (conversion === 'o' && digits[0] !== '0') digits = `0${digits}`;
    if (conversion === 'x' || conversion === 'X') prefix = `0${conversion}`;
  }
  return pad(prefix, digits, format, format.zeros && format.precision < 0);
}

function integerDigits(magnitude: number, conversion: string): string {
  const exact = Number.isSafeInteger(magnitude) ? magnitude : BigInt(magnitude);
  switch (conversion) {
    case 'o':
      return exact.toString(8);
    case 'x':
      return exact.toString(16);
    case 'X':
      return exact.toString(16).toUpperCase();
    default:
      return exact.toString(10);
  }
}

/** `e`, `E`, `f`, `g`, `G`, `a`, `A`. */
export function formatFloat(value: number, conversion: string, format: NumberFormat): string {
  const negative = value < 0 || Object.is(value, -0);
  const lower = conversion.toLowerCase();
  const isUpper = lower !== conversion;
  const magnitude = Math.abs(value);
  const finite = Number.isFinite(magnitude);
  let digits = Number.isNaN(value) ? 'nan' : 'inf';
  let prefix = signOf(negative, format);
  if (finite) {
    digits = floatDigits(magnitude, lower, format);
    if (lower === 'a') prefix += '0x';
  }
  if (isUpper) {
    digits = digits.toUpperCase();
    prefix = prefix.toUpperCase();
  }
  return pad(prefix, digits, format, format.zeros && finite);
}

function floatDigits(magnitude: number, conversion: string, format: NumberFormat): string {
  const precision = format.precision < 0 ? 6 : format.precision;
  switch (conversion) {
    case 'e':
      return exponential(magnitude, precision, format.alternative);
    case 'f':
      return fixed(magnitude, precision, format.alternative);
    case 'a':
      return hexadecimal(magnitude, format.precision, format.alternative);
    default:
      return general(magnitude, precision === 0 ? 1 : precision, format.alternative);
  }
}

/** Decimals that every conversion of JavaScript can give exactly. */
const MAX_DECIMALS = 100;
const LARGEST_FIXED = 1e21;

function fixed(magnitude: number, precision: number, alternative: boolean): string {
  const tail = alternative && precision === 0 ? '.' : '';
  if (magnitude >= LARGEST_FIXED) {
    return BigInt(magnitude).toString() + (precision === 0 ? tail : `.${'0'.repeat(precision)}`);
  }
  const rounded = magnitude.toFixed(precision);
  // A tie is an odd multiple of half a unit: scaled by a power of two, it is integral.
  if (!Number.isInteger(magnitude * 2 ** (precision + 1))) return rounded + tail;
  const exact = magnitude.toFixed(MAX_DECIMALS);
  const kept = exact.slice(0, exact.length - MAX_DECIMALS + precision);
  return (roundsTieUp(exact.slice(kept.length), kept) ? trimPoint(kept) : rounded) + tail;
}

function exponential(magnitude: number, precision: number, alternative: boolean): string {
  const rounded = magnitude.toExponential(precision);
  const exact = magnitude.toExponential(MAX_DECIMALS);
  const exactDigits = exact.slice(0, MAX_DECIMALS + 2);
  const kept = exactDigits.slice(0, precision + 2);
  const isTie = roundsTieUp(exactDigits.slice(precision + 2), kept);
  const [digits, exponent] = (isTie ? trimPoint(kept) + exact.slice(MAX_DECIMALS + 2) : rounded).split('e');
  const power = Number(exponent);
  const point = alternative && precision === 0 ? '.' : '';
  return `${digits}${point}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** Is what follows exactly a half, and the last digit kept even? Then JavaScript rounds up, and C does not. */
function roundsTieUp(rest: string, kept: string): boolean {
  const digits = rest.startsWith('.') ? rest.slice(1) : rest;
  if (!/^50*$/.test(digits)) return false;
  return Number(kept.replace('.', '').at(-1)) % 2 === 0;
}

function trimPoint(digits: string): string {
  return digits.endsWith('.') ? digits.slice(0, -1) : digits;
}

function general(magnitude: number, precision: number, alternative: boolean): string {
  const scientific = exponential(magnitude, precision - 1, alternative);
  const [digits, exponent] = scientific.split('e') as [string, string];
  const power = Number(exponent);
  const isFixed = power >= -4 && power < precision;
  const text = isFixed ? fixed(magnitude, precision - 1 - power, alternative) : digits;
  const trimmed = alternative || !text.includes('.') ? text : text.replace(/\.?0+$/, '');
  return isFixed ? trimmed : `${trimmed}e${exponent}`;
}

/** Hexadecimal digits of the fraction of a double. */
const FRACTION_DIGITS = 13;
const LEAST_EXPONENT = -1022;

/** `1.8p+1`, without the leading `0x`. */
function hexadecimal(magnitude: number, precision: number, alternative: boolean): string {
  if (magnitude === 0) return `0${fraction('', precision, alternative)}p+0`;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  const bits = view.getBigUint64(0);
  const stored = Number(bits >> 52n);
  const exponent = stored === 0 ? LEAST_EXPONENT : stored - 1023;
  let significand = (bits & 0xf_ffff_ffff_ffffn) | (stored === 0 ? 0n : 1n << 52n);
  if (precision >= 0 && precision < FRACTION_DIGITS)
    significand = roundBits(significand, 4 * (FRACTION_DIGITS - precision));
  const whole = (significand >> 52n).toString(16);
  const digits = (significand & 0xf_ffff_ffff_ffffn).toString(16).padStart(FRACTION_DIGITS, '0').replace(/0+$/, '');
  return `${whole}${fraction(digits, precision, alternative)}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

/** Rounds the lowest bits away, ties to even. */
function roundBits(value: bigint, count: number): bigint {
  const unit = 1n << BigInt(count);
  const rest = value % unit;
  const down = value - rest;
  const isUp = rest * 2n > unit || (rest * 2n === unit && (down / unit) % 2n === 1n);
  return isUp ? down + unit : down;
}

function fraction(digits: string, precision: number, alternative: boolean): string {
  const padded = precision < 0 ? digits : digits.padEnd(precision, '0');
  return padded === '' && !alternative ? '' : `.${padded}`;
}

function signOf(negative: boolean, format: NumberFormat): string {
  return negative ? '-' : format.plus;
}

function pad(prefix: string, digits: string, format: NumberFormat, withZeros: boolean): string {
  const missing = format.width - prefix.length - digits.length;
  if (missing <= 0) return prefix + digits;
  if (format.left) return prefix + digits + ' '.repeat(missing);
  return withZeros ? prefix + '0'.repeat(missing) + digits : ' '.repeat(missing) + prefix + digits;
}
