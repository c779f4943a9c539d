import { compareBytes, utf8 } from './utf8';

const TARGET = '\u0000target';
const MISSING = 'z'.charCodeAt(0);
const NUMBER = 'n'.charCodeAt(0);
const TEXT = 's'.charCodeAt(0);
const DIGEST_BYTES = 16;

/**
 * The bytes whose SHA-256 tells two rows apart, equal to the byte to what the step runner writes
 * (docs/step-runner.md, "Row digest").
 *
 * Columns in ascending order of their UTF-8 names, the target as one more named `\u0000target`;
 * each adds its name, `0x00`, and `z` (null, undefined, NaN), `n` and IEEE 754 binary64
 * big-endian (number, boolean; −0 as +0), or `s`, byte length as 4 bytes big-endian, and UTF-8.
 *
 * @param row column → null, number, boolean or text (times as RFC 3339 text)
 * @param target undefined where there is none; null where it is missing in this row
 * @throws TypeError on a value of another type, naming the column
 */
export function rowBytes(
  row: Readonly<Record<string, unknown>>,
  target?: unknown
): Uint8Array {
  const columns = Object.entries(row).map(([name, value]) => ({ name, value }));
  if (target !== undefined) {
    columns.push({ name: TARGET, value: target });
  }
  const bytes: number[] = [];
  for (const { name, key, value } of columns
    .map(column => ({ ...column, key: utf8(column.name) }))
    .sort((a, b) => compareBytes(a.key, b.key))) {
    for (const part of [key, [0], valueBytes(name, value)]) {
      // one by one: the arguments of one call are limited, texts are not
      part.forEach(byte => bytes.push(byte));
    }
  }
  return Uint8Array.from(bytes);
}

/**
 * The row's digest as 32 hexadecimal digits: the first 16 bytes of SHA-256 over {@link rowBytes}.
 *
 * @param sha256 the hash, from Node or the browser
 */
export function rowDigest(
  row: Readonly<Record<string, unknown>>,
  target: unknown,
  sha256: (bytes: Uint8Array) => Uint8Array
): string {
  return Array.from(sha256(rowBytes(row, target)).slice(0, DIGEST_BYTES), byte =>
    byte.toString(16).padStart(2, '0')
  ).join('');
}

function valueBytes(column: string, value: unknown): readonly number[] {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return [MISSING];
  }
  switch (typeof value) {
    case 'number':
    case 'boolean':
    case 'bigint':
      return [NUMBER, ...doubleBytes(Number(value))];
    case 'string':
      return textBytes(value);
    default:
      throw new TypeError(
        `Column “${column}” holds a ${typeof value}; a row has only numbers, texts, booleans and missing values.`
      );
  }
}

function doubleBytes(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  // + 0 makes −0 to +0
  new DataView(bytes.buffer).setFloat64(0, value + 0, false);
  return bytes;
}

function textBytes(value: string): number[] {
  const bytes = utf8(value);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length, false);
  return [TEXT, ...length].concat(bytes);
}
