import { analyseCell } from '../cell-analysis';
import { ACCEPTED, REFUSED } from './accepted-cells';

describe('the syntax of a cell', () => {
  it.each(ACCEPTED)('is accepted as by Python and IPython: %j', source => {
    expect(analyseCell(source).problems).toEqual([]);
  });

  it.each(REFUSED)('is refused as by Python: %j', (source, place) => {
    const [problem] = analyseCell(source).problems;
    expect(problem?.code).toBe('syntax-error');
    expect(source.slice(problem?.from)).toMatch(
      new RegExp(`^${place.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
    );
    if (place === '') {
      expect(problem?.from).toBe(source.length);
    }
  });
});
