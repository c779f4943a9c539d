import fc from 'fast-check';

import {
  binCounts,
  displayShares,
  equalFrequencyEdges,
  equalWidthEdges,
  quantile,
  sharesOf
} from '../histogram';
import { content } from './fixtures/distribution.json';
import { goldenSample } from './golden-sample';

const sorted = goldenSample(content.size, content.seed, { power: 2 }).sort(
  (a, b) => a - b
);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('quantile', () => {
  it('agrees with numpy', () => {
    content.probabilities.forEach((p, i) =>
      expect(quantile(sorted, p)).toBeCloseTo(content.quantiles[i], 14)
    );
  });

  it('is the value itself where there is one, and none where there is none', () => {
    expect(quantile([7], 0.3)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe('equal-frequency bins', () => {
  it('agree with numpy', () => {
    const edges = equalFrequencyEdges(sorted, 10);
    edges.forEach((edge, i) => expect(edge).toBeCloseTo(content.frequencyEdges[i], 14));
    expect(binCounts(sorted, edges)).toEqual(content.frequencyCounts);
  });

  it('have a place for everything, however far out', () => {
    fc.assert(
      fc.property(
        fc.array(finite, { minLength: 1 }),
        fc.array(finite),
        (base, later) => {
          const edges = equalFrequencyEdges(
            [...base].sort((a, b) => a - b),
            10
          );
          const counts = binCounts(later, edges);
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(later.length);
          expect(counts).toHaveLength(edges.length + 1);
        }
      )
    );
  });

  it('leave out repeated edges', () => {
    expect(equalFrequencyEdges([5, 5, 5, 5], 4)).toEqual([]);
    expect(equalFrequencyEdges([0, 0, 0, 0, 0, 0, 1, 2], 4)).toEqual([0.25]);
    expect(equalFrequencyEdges([], 4)).toEqual([]);
  });

  it('put a value on an edge into the bin above', () => {
    expect(binCounts([1, 2, 3], [2])).toEqual([1, 2]);
    expect(binCounts([1, 2, 3], [2], [10, 1, 1])).toEqual([10, 2]);
  });
});

describe('equal-width bins', () => {
  it('agree with numpy', () => {
    const edges = equalWidthEdges(sorted[0], sorted[sorted.length - 1], 20);
    edges.forEach((edge, i) => expect(edge).toBeCloseTo(content.widthEdges[i], 14));
    displayShares(sorted, edges).forEach((share, i) =>
      expect(share).toBeCloseTo(content.widthCounts[i] / content.size, 14)
    );
  });

  it('show what lies outside in the outermost bins', () => {
    expect(displayShares([-100, 0.5, 100, 200], [0, 1, 2])).toEqual([0.5, 0.5]);
  });

  it('stay finite over the whole range of numbers', () => {
    const edges = equalWidthEdges(-Number.MAX_VALUE, Number.MAX_VALUE, 20);
    expect(edges.every(Number.isFinite)).toBe(true);
    expect(edges[10]).toBe(0);
    expect(quantile([-Number.MAX_VALUE, Number.MAX_VALUE], 0.5)).toBe(0);
  });

  it('give one value one bin around it', () => {
    expect(equalWidthEdges(3, 3, 20)).toEqual([2.5, 3.5]);
    expect(displayShares([3, 3], [2.5, 3.5])).toEqual([1]);
  });
});

describe('sharesOf', () => {
  it('sums to one, or is zero throughout', () => {
    expect(sharesOf([1, 3])).toEqual([0.25, 0.75]);
    expect(sharesOf([0, 0])).toEqual([0, 0]);
  });
});
