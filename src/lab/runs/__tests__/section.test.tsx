import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import { RunsSection, type IRunsSectionProps } from '../section';

afterEach(cleanup);

function show(parts: Partial<IRunsSectionProps>): jest.Mock {
  const act = jest.fn();
  render(
    <RunsSection
      runs={[]}
      error={null}
      isLoading={false}
      isCurrent={true}
      canRun={true}
      lacking={false}
      hasOlder={false}
      onOlder={() => undefined}
      onMenu={() => undefined}
      {...parts}
      act={act}
    />
  );
  return act;
}

describe('the section of runs', () => {
  it('says what will appear while there is none, and offers to run', () => {
    const act = show({});
    expect(screen.getByText(/Run a notebook to see the first/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Run the open notebook' }));
    expect(act).toHaveBeenCalledWith('mlops:run-pipeline');
  });

  it('tells where a run is and lets it be stopped', () => {
    const act = show({ runs: [story.runSummary()] });
    expect(screen.getByText('Running: step 4 of 5, cell 5 of 7')).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('57');
    fireEvent.click(screen.getByRole('button', { name: 'Stop run 51' }));
    expect(act).toHaveBeenCalledWith('mlops:stop-run', { run: 'run-51' });
  });

  it('names the step that failed and opens the run', () => {
    const act = show({ runs: [story.failedRun()] });
    fireEvent.click(screen.getByText(/Failed in Clean/));
    expect(act).toHaveBeenCalledWith('mlops:open-run', { run: 'run-49' });
  });

  it('does not pretend that a run goes on when nobody has looked', () => {
    show({ runs: [story.runSummary()], isCurrent: false, remark: 'as of 10:12' });
    expect(screen.getByText('Last seen at step 4 of 5, cell 5 of 7')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Stop run 51' })).toBeNull();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  it('is closed where it lacks the gateway', () => {
    show({ lacking: true, remark: 'needs the gateway' });
    const title = screen.getByRole('button', { name: 'Runs' });
    expect(title.getAttribute('aria-expanded')).toBe('false');
    expect(screen.getByText('needs the gateway')).toBeTruthy();
  });

  it('shows the newest and offers the rest', () => {
    const runs = Array.from({ length: 9 }, (_, index) =>
      story.succeededRun({ id: `r${index}`, number: 60 - index })
    );
    show({ runs });
    expect(screen.getAllByRole('listitem')).toHaveLength(6);
    fireEvent.click(screen.getByRole('button', { name: 'Show 3 more' }));
    expect(screen.getAllByRole('listitem')).toHaveLength(9);
  });

  it('loads older ones when all are shown', () => {
    const runs = Array.from({ length: 9 }, (_, index) =>
      story.succeededRun({ id: `r${index}`, number: 60 - index })
    );
    const onOlder = jest.fn();
    show({ runs, hasOlder: true, onOlder });
    expect(screen.queryByRole('button', { name: 'Load older' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Show 3 more' }));
    fireEvent.click(screen.getByRole('button', { name: 'Load older' }));
    expect(onOlder).toHaveBeenCalled();
  });

  it('has a menu for each run, by button and by right click', () => {
    const onMenu = jest.fn();
    const run = story.failedRun();
    show({ runs: [run], onMenu });
    fireEvent.click(screen.getByRole('button', { name: 'More about run 49' }));
    fireEvent.contextMenu(screen.getByText(/Failed in Clean/));
    expect(onMenu.mock.calls.map(([of]) => of)).toEqual([run, run]);
  });

  it('opens and closes by its title', () => {
    show({ runs: [story.succeededRun()] });
    fireEvent.click(screen.getByRole('button', { name: 'Runs' }));
    expect(screen.queryAllByRole('listitem')).toHaveLength(0);
  });
});
