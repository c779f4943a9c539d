import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as cluster from '../../__tests__/cluster-story';
import * as story from '../../__tests__/story';
import type { RunDetail } from '../../../contract/run';
import { RunHeader, type IRunHeaderProps } from '../run-header';

afterEach(cleanup);

function show(run: RunDetail, parts: Partial<IRunHeaderProps> = {}): jest.Mock {
  const act = jest.fn();
  render(
    <RunHeader
      run={run}
      now={new Date(story.at('09:39'))}
      notebookPath="bike-demand/demand.ipynb"
      registered={null}
      {...parts}
      act={act}
    />
  );
  return act;
}

function button(name: string): HTMLElement {
  return screen.getByRole('button', { name });
}

describe('the head of a run', () => {
  it('offers to stop while it runs, and nothing that needs its end', () => {
    const act = show(story.runDetail());
    fireEvent.click(button('Stop'));
    expect(act).toHaveBeenCalledWith('mlops:stop-run', { run: 'run-51' });
    expect(button('Register model').hasAttribute('disabled')).toBe(true);
    expect(screen.queryByRole('button', { name: /Retry/ })).toBeNull();
  });

  it('makes registering the next step of a run that trained a model', () => {
    const act = show(story.runDetail(story.succeededRun(), '', 'succeeded'));
    const register = button('Register model');
    expect(register.className).toContain('jp-mlops-mod-primary');
    fireEvent.click(register);
    expect(act).toHaveBeenCalledTimes(1);
    expect(act).toHaveBeenCalledWith('mlops:register-model', { run: 'run-50' });
  });

  it('says why a run without a model cannot be registered', () => {
    show({ ...story.runDetail(story.succeededRun(), '', 'succeeded'), models: [] });
    expect(button('Register model').getAttribute('title')).toBe(
      'This run trained no model that could be found.'
    );
  });

  it('says where the steps are carried out', () => {
    show(story.runDetail());
    expect(screen.getByText('this computer')).toBeTruthy();
    cleanup();
    show({ ...story.runDetail(), engine: 'tekton' });
    expect(screen.getByText('pods of a cluster (Tekton)')).toBeTruthy();
    cleanup();
    show({ ...story.runDetail(), ...cluster.IN_PODS });
    expect(screen.getByText('Tekton · ml-team on dev-cluster').title).toBe(
      'PipelineRun demand-1f2e'
    );
  });

  it('leads to the version that it became', () => {
    const act = show(story.runDetail(story.succeededRun(), '', 'succeeded'), {
      registered: { model: 'bike-demand', version: 3 }
    });
    fireEvent.click(button('bike-demand v3'));
    expect(act).toHaveBeenCalledWith('mlops:open-model', { model: 'bike-demand' });
  });

  it('retries a failed run from its failed step', () => {
    const act = show(story.runDetail(story.failedRun(), 'clean', 'failed'));
    expect(screen.getByText('Failed in step Clean')).toBeTruthy();
    fireEvent.click(button('Retry from Clean'));
    expect(act).toHaveBeenCalledWith('mlops:retry-run', { run: 'run-49' });
  });

  it('shows the executed notebook at any time', () => {
    const act = show(story.runDetail());
    fireEvent.click(button('Executed notebook so far'));
    expect(act).toHaveBeenCalledWith('mlops:open-executed-notebook', {
      run: 'run-51'
    });
  });

  it('does not offer a notebook that lies outside of the server’s root', () => {
    show(story.runDetail(), { notebookPath: null });
    expect(screen.queryByRole('button', { name: 'demand.ipynb' })).toBeNull();
    expect(screen.getByText('demand.ipynb')).toBeTruthy();
  });
});
