const UNITS: Record<string, number> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50
};

/** A quantity as Kubernetes writes it (`500m`, `4Gi`) as a number; null where it is none. */
export function quantity(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?|\.\d+)(m|k|[MGTP]|[KMGTP]i)?$/.exec(text);
  return found ? Number(found[1]) * UNITS[found[2] ?? ''] : null;
}
