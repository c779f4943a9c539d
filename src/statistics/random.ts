/** A generator of uniform 32-bit integers with its own state: equal seeds, equal numbers. */
export interface IRandom {
  /** Uniform in 0 … 2³² − 1. */
  next(): number;
  /** Uniform in 0 … bound − 1, without bias; 1 ≤ bound ≤ 2³². */
  below(bound: number): number;
}

const RANGE = 2 ** 32;

/**
 * xoshiro128** 1.1 of D. Blackman and S. Vigna ("Scrambled Linear Pseudorandom Number Generators",
 * ACM Transactions on Mathematical Software 47(4), 2021); its state is filled from the seed
 * by SplitMix32 (the finaliser of MurmurHash3 over a Weyl sequence). Not for secrets.
 *
 * @param seed an integer; its low 32 bits count
 */
export function seededRandom(seed: number): IRandom {
  let weyl = seed | 0;
  const fill = () => {
    weyl = (weyl + 0x9e3779b9) | 0;
    let mixed = weyl;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
  const state = [fill(), fill(), fill(), fill()];
  const next = () => {
    const result = Math.imul(rotate(Math.imul(state[1], 5), 7), 9) >>> 0;
    const shifted = state[1] << 9;
    state[2] ^= state[0];
    state[3] ^= state[1];
    state[1] ^= state[2];
    state[0] ^= state[3];
    state[2] ^= shifted;
    state[3] = rotate(state[3], 11);
    return result;
  };
  const below = (bound: number) => {
    // the last, incomplete run of `bound` numbers would favour the small ones
    const limit = RANGE - (RANGE % bound);
    let drawn = next();
    while (drawn >= limit) {
      drawn = next();
    }
    return drawn % bound;
  };
  return { next, below };
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
