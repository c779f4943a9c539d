import fc from 'fast-check';

import { logGamma, logOnePlusMinus, stirlingError, upperGamma } from '../gamma';
import { content } from './fixtures/gamma.json';
import { relativeError } from './golden-sample';

describe('logGamma', () => {
  it.each(content.logGamma)('agrees with scipy at $x', ({ x, value }) => {
    expect(relativeError(logGamma(x), value)).toBeLessThan(1e-13);
  });

  it('gives the logarithm of factorials', () => {
    expect(logGamma(1)).toBeCloseTo(0, 14);
    expect(logGamma(2)).toBeCloseTo(0, 14);
    expect(logGamma(11)).toBeCloseTo(Math.log(3628800), 12);
  });

  it('is not defined at or below zero', () => {
    expect(logGamma(0)).toBeNaN();
    expect(logGamma(-1.5)).toBeNaN();
  });

  it('fulfils the recurrence of the gamma function', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e4, noNaN: true }), x => {
        const difference = logGamma(x + 1) - logGamma(x);
        expect(Math.abs(difference - Math.log(x))).toBeLessThan(1e-10);
      })
    );
  });
});

describe('logOnePlusMinus', () => {
  it('keeps its digits near zero, where the plain difference loses them', () => {
    const u = 1e-9;
    expect(relativeError(logOnePlusMinus(u), -(u ** 2) / 2 + u ** 3 / 3)).toBeLessThan(
      1e-15
    );
  });

  it('has no jump where the series ends', () => {
    const direct = (u: number) => Math.log1p(u) - u;
    for (const u of [-0.1, 0.1, -0.0999, 0.0999]) {
      expect(relativeError(logOnePlusMinus(u), direct(u))).toBeLessThan(1e-13);
    }
    expect(logOnePlusMinus(-1)).toBe(-Infinity);
    expect(logOnePlusMinus(0)).toBeCloseTo(0, 15);
  });
});

describe('stirlingError', () => {
  it('approaches 1/(12x) and has no jump at the switch', () => {
    expect(relativeError(stirlingError(1e6), 1 / 12e6)).toBeLessThan(1e-12);
    const below = stirlingError(15.999999999);
    expect(relativeError(below, stirlingError(16))).toBeLessThan(1e-9);
  });
});

describe('upperGamma', () => {
  it.each(content.upper)('agrees with scipy at a = $a, x = $x', ({ a, x, q }) => {
    if (q > 1e-290) {
      expect(relativeError(upperGamma(a, x), q)).toBeLessThan(1e-11);
    } else {
      expect(upperGamma(a, x)).toBeLessThan(1e-289);
    }
  });

  it('has its limits at the ends and no value outside', () => {
    expect(upperGamma(2, 0)).toBe(1);
    expect(upperGamma(2, Infinity)).toBe(0);
    expect(upperGamma(0, 1)).toBeNaN();
    expect(upperGamma(1, -1)).toBeNaN();
    expect(upperGamma(1, NaN)).toBeNaN();
  });

  it('is the exponential tail at a = 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 300, noNaN: true }), x => {
        expect(relativeError(upperGamma(1, x), Math.exp(-x))).toBeLessThan(1e-11);
      })
    );
  });
});
