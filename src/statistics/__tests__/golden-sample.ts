export interface ISampleSettings {
  shift?: number;
  power?: number;
  decimals?: number | null;
}

/** The sample that `tests/golden/statistics.py` drew: the same generator, the same arithmetic. */
export function goldenSample(
  size: number,
  seed: number,
  { shift = 0, power = 1, decimals = null }: ISampleSettings = {}
): number[] {
  let state = seed;
  return Array.from({ length: size }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    const u = state / 2 ** 32;
    const value = (power === 1 ? u : u * u) + shift;
    return decimals === null
      ? value
      : Math.floor(value * 10 ** decimals) / 10 ** decimals;
  });
}

/** |a − b| relative to the larger of both; 0 where they are equal. */
export function relativeError(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}
