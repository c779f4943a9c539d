import fc from 'fast-check';

import { kolmogorovTail, smirnovTail } from '../kolmogorov';
import { ksStatistic, ksTail, ksTwoSample, sizeOf, stepsOf } from '../ks';
import { content } from './fixtures/kolmogorov-smirnov.json';
import { goldenSample, relativeError } from './golden-sample';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const samples = fc.array(finite, { minLength: 1, maxLength: 40 });

describe('ksTwoSample', () => {
  it.each(content.samples)(
    'agrees with scipy: $n1 and $n2 rows, shift $shift, power $power, decimals $decimals',
    ({ n1, n2, seeds, shift, power, decimals, statistic, p }) => {
      const found = ksTwoSample(
        goldenSample(n1, seeds[0], { decimals }),
        goldenSample(n2, seeds[1], { shift, power, decimals })
      );
      expect(relativeError(found.statistic, statistic)).toBeLessThan(1e-12);
      expect(found.method).toBe(Math.max(n1, n2) > 10000 ? 'asymptotic' : 'exact');
      if (p > 1e-280) {
        expect(relativeError(found.p, p)).toBeLessThan(1e-9);
      } else {
        expect(found.p).toBeLessThan(1e-279);
      }
    }
  );

  it('finds nothing between a sample and itself', () => {
    fc.assert(
      fc.property(samples, sample => {
        expect(ksTwoSample(sample, sample)).toEqual({
          statistic: 0,
          p: 1,
          method: 'exact'
        });
      })
    );
  });

  it('does not care which sample comes first', () => {
    fc.assert(
      fc.property(samples, samples, (a, b) => {
        const forth = ksTwoSample(a, b);
        const back = ksTwoSample(b, a);
        expect(back.statistic).toBe(forth.statistic);
        expect(relativeError(back.p, forth.p)).toBeLessThan(1e-12);
      })
    );
  });

  it('depends on the order of values alone', () => {
    const small = fc.array(fc.integer({ min: -20, max: 20 }), {
      minLength: 1,
      maxLength: 40
    });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const stretch = (value: number) => value ** 3 + 7;
        expect(ksTwoSample(a.map(stretch), b.map(stretch))).toEqual(ksTwoSample(a, b));
      })
    );
  });

  it('knows the probability that one sample lies wholly below the other', () => {
    expect(ksTwoSample([1, 2, 3], [4, 5])).toEqual({
      statistic: 1,
      p: expect.closeTo(2 / 10, 14),
      method: 'exact'
    });
  });

  it('has no result for an empty sample', () => {
    expect(ksTwoSample([], [1]).statistic).toBeNaN();
    expect(ksTwoSample([], [1]).p).toBeNaN();
  });
});

describe('ksTail', () => {
  it('agrees with all lattice paths of small samples, counted one by one', () => {
    const outside = (n1: number, n2: number, d: number) => {
      let all = 0;
      let touched = 0;
      const walk = (i: number, j: number, hit: boolean) => {
        const now = hit || Math.abs(i / n1 - j / n2) >= d - 1e-12;
        if (i === n1 && j === n2) {
          all += 1;
          touched += now ? 1 : 0;
          return;
        }
        if (i < n1) {
          walk(i + 1, j, now);
        }
        if (j < n2) {
          walk(i, j + 1, now);
        }
      };
      walk(0, 0, false);
      return touched / all;
    };
    for (const [n1, n2] of [
      [3, 5],
      [4, 6],
      [6, 6],
      [7, 4]
    ]) {
      for (let h = 1; h <= n1 * n2; h++) {
        const d = h / (n1 * n2);
        const lcm = n1 === n2 ? n1 : n1 === 4 ? 12 : n1 * n2;
        if (Number.isInteger(Math.round(d * lcm * 1e9) / 1e9)) {
          expect(ksTail(d, n1, n2).p).toBeCloseTo(outside(n1, n2, d), 12);
        }
      }
    }
  });

  it('never grows with D', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n1, n2, d, e) => {
          const low = ksTail(Math.min(d, e), n1, n2).p;
          expect(ksTail(Math.max(d, e), n1, n2).p).toBeLessThanOrEqual(low + 1e-12);
        }
      )
    );
  });

  it('has no value for sizes that are none', () => {
    expect(ksTail(0.5, 0, 3).p).toBeNaN();
    expect(ksTail(0.5, 2.5, 3).p).toBeNaN();
    expect(ksTail(NaN, 2, 3).p).toBeNaN();
  });
});

describe('stepsOf', () => {
  it('counts equal values, zero of either sign included', () => {
    expect(stepsOf([3, 1, 0, 3, -0, 3])).toEqual({
      values: [-0, 1, 3],
      counts: [2, 1, 3]
    });
    expect(sizeOf(stepsOf([3, 1, 3]))).toBe(3);
    expect(ksStatistic(stepsOf([0]), stepsOf([-0]))).toBe(0);
  });
});

describe('kolmogorovTail', () => {
  it.each(content.tails)('agrees with scipy at n = $n, d = $d', ({ n, d, p }) => {
    const found = kolmogorovTail(n, d);
    if (p > 1e-280) {
      expect(relativeError(found, p)).toBeLessThan(1e-9);
    } else {
      expect(found).toBeLessThan(1e-279);
    }
  });

  it('has no value for sizes that are none', () => {
    expect(kolmogorovTail(0, 0.5)).toBeNaN();
    expect(kolmogorovTail(1.5, 0.5)).toBeNaN();
    expect(kolmogorovTail(5, NaN)).toBeNaN();
  });

  it('is half as likely on one side for large distances', () => {
    expect(2 * smirnovTail(50, 0.6)).toBeCloseTo(kolmogorovTail(50, 0.6), 14);
  });
});
