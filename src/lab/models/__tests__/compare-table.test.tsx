import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import type { Comparison } from '../../../contract/model';
import { basis, CompareTable, MetricDifference } from '../compare-table';

afterEach(cleanup);

const trans = nullTranslator.load('mlops');

function metric(
  parts: Partial<Comparison['metrics'][number]>
): Comparison['metrics'][number] {
  return {
    name: 'r2',
    champion: 0.353,
    challenger: 0.858,
    difference: 0.505,
    low: 0.4,
    high: 0.6,
    betterIs: 'higher',
    ...parts
  };
}

describe('a difference', () => {
  it.each([
    [metric({}), 'higher by 0.505'],
    [metric({ difference: -0.2, low: -0.3, high: -0.1 }), 'lower by 0.2'],
    [
      metric({ betterIs: 'lower', champion: 20, difference: -5, low: -6, high: -4 }),
      '25 % lower'
    ],
    [
      metric({ betterIs: 'lower', champion: 20, difference: 5, low: 4, high: 6 }),
      '25 % higher'
    ],
    [metric({ low: -0.1 }), 'no difference found']
  ])('is said as what it is', (given, label) => {
    render(<MetricDifference metric={given} />);
    expect(screen.getByText(label)).toBeTruthy();
  });
});

describe('the rows that judged both', () => {
  it('are named with what was left out', () => {
    const text = basis(story.comparison({ rows: 1204, sharedRows: 1 }), trans);
    expect(text).toContain(`Both on ${(1204).toLocaleString()} rows from`);
    expect(text).toContain('1 row that one of them knew was left out.');
  });

  it('say nothing about rows left out where there are none', () => {
    const text = basis(story.comparison({ rows: 1, sharedRows: 0 }), trans);
    expect(text).toContain('Both on 1 row from');
    expect(text).not.toContain('left out');
  });

  it('do not make up a day', () => {
    expect(basis(story.comparison({ championCutOff: null }), trans)).toContain(
      'Until when v3 has learned is not known.'
    );
  });
});

it('does not hold own hold-outs against each other', () => {
  render(
    <CompareTable
      champion={story.version(3)}
      challenger={story.version(4)}
      comparison={null}
      error={null}
      isComparing={false}
    />
  );
  const row = screen.getByText('MAE on own hold-out').closest('tr');
  expect(row?.textContent).toContain('other rows, not comparable');
});
