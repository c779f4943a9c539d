import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as cluster from '../../__tests__/cluster-story';
import * as story from '../../__tests__/story';
import type { RunDetail } from '../../../contract/run';
import { StepPane } from '../step-pane';

afterEach(cleanup);

function show(run: RunDetail, id: string): void {
  const step = run.steps.find(one => one.id === id);
  if (!step) {
    throw new Error(`The run has no step ${id}.`);
  }
  render(
    <StepPane
      run={run}
      step={step}
      log={null}
      notebookPath={null}
      rendermime={{} as never}
      fetchNotebook={() => Promise.reject(new Error('not asked for'))}
      act={jest.fn()}
    />
  );
}

describe('a step of a run', () => {
  it('names the pod that carries it out', () => {
    show({ ...story.runDetail(), ...cluster.IN_PODS }, 'train');
    expect(screen.getByText('pod demand-1f2e-train-pod')).toBeTruthy();
  });

  it('names none before it has one, and none on this computer', () => {
    show({ ...story.runDetail(), ...cluster.IN_PODS }, 'evaluate');
    expect(screen.queryByText(/^pod /)).toBeNull();
    cleanup();
    show(story.runDetail(), 'train');
    expect(screen.queryByText(/^pod /)).toBeNull();
  });

  it('says what keeps its pod from its work, while it goes on', () => {
    const run = { ...story.runDetail(), ...cluster.IN_PODS };
    const steps = run.steps.map(step =>
      step.id === 'train' ? { ...step, error: cluster.PULL_TROUBLE } : step
    );
    show({ ...run, steps }, 'train');
    expect(screen.getByText('Running')).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toContain(
      'The image of the pod cannot be pulled. registry.example.com refuses it. Check the pull secret of ml-team.'
    );
  });
});
