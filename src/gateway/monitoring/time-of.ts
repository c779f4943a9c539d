/**
 * A written time in milliseconds since 1970; NaN where it is none. One without a zone is UTC, as the
 * runner takes it: both must cut at the same row.
 */
export function timeOf(text: string): number {
  const trimmed = text.trim();
  const zoned = /(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})$/i.test(trimmed);
  // A date alone is UTC for `Date.parse` already.
  if (zoned || /^\d{4}-\d{2}-\d{2}$/.test(trimmed)) {
    return Date.parse(trimmed);
  }
  const iso = /^\d{4}-\d{2}-\d{2}[T ]\d/.test(trimmed);
  return Date.parse(iso ? `${trimmed.replace(' ', 'T')}Z` : `${trimmed} UTC`);
}
