import { PageConfig } from '@jupyterlab/coreutils';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import type { ModelVersion } from '../../../contract/model';
import { LineageChain } from '../lineage-chain';

beforeAll(() => PageConfig.setOption('serverRoot', story.ROOT));
afterEach(cleanup);

function show(parts: Partial<ModelVersion> = {}): jest.Mock {
  const act = jest.fn();
  render(<LineageChain version={story.version(3, parts)} act={act} />);
  return act;
}

describe('where a version comes from', () => {
  it('opens its data and its notebook', () => {
    const act = show();
    fireEvent.click(screen.getByRole('button', { name: 'bikeshare-2011.csv' }));
    expect(act).toHaveBeenCalledWith('docmanager:open', {
      path: 'bike-demand/bikeshare-2011.csv'
    });
    fireEvent.click(screen.getByRole('button', { name: 'demand.ipynb' }));
    expect(act).toHaveBeenCalledWith('docmanager:open', {
      path: 'bike-demand/demand.ipynb'
    });
  });

  it('names a file that lies elsewhere without a link', () => {
    const { lineage } = story.version(3);
    show({ lineage: { ...lineage, data: { '/srv/rides.csv': story.digest('a') } } });
    expect(screen.queryByRole('button', { name: 'rides.csv' })).toBeNull();
    expect(screen.getByText('rides.csv')).toBeTruthy();
  });

  it('says in words what was tested and on how much it was trained', () => {
    const [evidence] = story.version(3).evidence;
    show({ evidence: [{ ...evidence, kind: 'model-test' }] });
    expect(screen.getByText('Tested in a model server:')).toBeTruthy();
    expect(screen.getByText(/^until .* · 1,645 rows$/)).toBeTruthy();
  });

  it('leads from a retrained version to the drift that was its cause', () => {
    const { lineage } = story.version(3);
    const act = show({ lineage: { ...lineage, alert: 'alert-1' } });
    fireEvent.click(screen.getByRole('button', { name: 'retrained after an alert' }));
    expect(act).toHaveBeenCalledWith('mlops:open-drift-report', {
      model: 'bike-demand'
    });
  });
});
