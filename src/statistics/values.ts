/** The kind of a column's values, as the model's signature has it. */
export type ColumnKind = 'number' | 'text' | 'boolean';

/**
 * The number that a numeric feature compares, or null for what counts as missing: null, NaN, ±∞
 * (they have no mean and no place in JSON), and anything that is no number. A boolean is 0 or 1.
 */
export function numericValue(value: unknown): number | null {
  if (typeof value === 'boolean') {
    return value ? 1 : 0;
  }
  if (typeof value === 'bigint') {
    return Number(value);
  }
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/**
 * The name of the category of a value, or null for what counts as missing: null, NaN. In a
 * boolean column 0 and 1 are `false` and `true`; in a number column −0 is `0`.
 */
export function categoryOf(value: unknown, kind: ColumnKind): string | null {
  if (value === null || value === undefined || Number.isNaN(value)) {
    return null;
  }
  if (kind === 'boolean' && (value === 0 || value === 1)) {
    return value === 1 ? 'true' : 'false';
  }
  if (kind === 'number' && typeof value === 'boolean') {
    return value ? '1' : '0';
  }
  return String(value);
}

/** The kind that fits the values that are there; text where there are none or several kinds. */
export function kindOf(values: readonly unknown[]): ColumnKind {
  const kinds = new Set<string>();
  for (const value of values) {
    if (value !== null && value !== undefined) {
      kinds.add(typeof value === 'bigint' ? 'number' : typeof value);
    }
  }
  const [only] = kinds;
  return kinds.size === 1 && (only === 'number' || only === 'boolean') ? only : 'text';
}
