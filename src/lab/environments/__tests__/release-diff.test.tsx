import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import type { FileChange } from '../../../contract/promotion';
import { ReleaseDiff } from '../release-diff';

afterEach(cleanup);

const CHANGED: FileChange = {
  path: 'environments/prod/bike-demand/app.yaml',
  before: 'a: 1\n',
  after: 'a: 2\n',
  diff: '@@ -1 +1 @@\n-a: 1\n+a: 2\n'
};

describe('what changes in Git', () => {
  it('shows the lines of a changed file', () => {
    render(<ReleaseDiff changes={[CHANGED]} />);
    expect(screen.getByText('+a: 2')).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('says a new file in one line until it is asked for', () => {
    render(
      <ReleaseDiff changes={[{ ...CHANGED, before: null, diff: '+a: 2\n+b: 3\n' }]} />
    );
    expect(screen.getByText('new, 2 lines')).toBeTruthy();
    expect(screen.queryByText('+a: 2')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(screen.getByText('+a: 2')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Hide' })).toBeTruthy();
  });

  it('says a removed file in one line too', () => {
    render(<ReleaseDiff changes={[{ ...CHANGED, after: null, diff: '-a: 1\n' }]} />);
    expect(screen.getByText('removed, 1 line')).toBeTruthy();
  });
});
