import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import { RetrainColumn, type IRetrainColumnProps } from '../retrain-column';

afterEach(cleanup);

function show(parts: Partial<IRetrainColumnProps>): jest.Mock {
  const act = jest.fn();
  render(
    <RetrainColumn
      environment="prod"
      model="bike-demand"
      alert="alert-1"
      retraining={null}
      nextStep="retrain"
      promoteTo={null}
      {...parts}
      act={act}
    />
  );
  return act;
}

function primary(): string[] {
  return screen
    .getAllByRole('button')
    .filter(button => button.className.includes('jp-mlops-mod-primary'))
    .map(button => button.textContent ?? '');
}

describe('retrain, compare, promote', () => {
  it('retrains with one click and nothing typed', () => {
    const act = show({});
    expect(primary()).toEqual(['Retrain']);
    fireEvent.click(screen.getByRole('button', { name: 'Retrain' }));
    expect(act).toHaveBeenCalledWith('mlops:retrain', {
      environment: 'prod',
      model: 'bike-demand',
      alert: 'alert-1'
    });
  });

  it('has no primary button while it waits', () => {
    show({
      nextStep: 'wait',
      retraining: story.retraining({
        state: 'training',
        challenger: null,
        comparison: null
      })
    });
    expect(primary()).toEqual([]);
    expect(
      screen.getByRole('button', { name: 'Retrain again' }).hasAttribute('disabled')
    ).toBe(true);
  });

  it('says on which rows both were judged, and until when each has learned', () => {
    show({ nextStep: 'promote', promoteTo: 'dev', retraining: story.retraining() });
    expect(screen.getByText(/Both on 168 rows/).textContent).toMatch(
      /v3 has learned until .* v4 has learned until .*/
    );
    expect(screen.getByText('v4 is better, by 12.3 % in MAE.')).toBeTruthy();
  });

  it('makes promoting the one primary step of a better challenger', () => {
    const act = show({
      nextStep: 'promote',
      promoteTo: 'dev',
      retraining: story.retraining()
    });
    expect(primary()).toEqual(['Promote v4 to dev…']);
    fireEvent.click(screen.getByRole('button', { name: 'Promote v4 to dev…' }));
    expect(act).toHaveBeenCalledWith('mlops:promote', {
      model: 'bike-demand',
      version: 4,
      environment: 'dev'
    });
  });

  it('shows why a retraining failed', () => {
    show({
      retraining: story.retraining({
        state: 'failed',
        challenger: null,
        comparison: null,
        error: {
          code: 'no-fresh-data',
          message: 'There is no fresh data.',
          action: 'Name it in mlops.yaml.'
        }
      })
    });
    expect(screen.getByRole('alert').textContent).toContain('There is no fresh data.');
    expect(screen.getByRole('alert').textContent).toContain('Name it in mlops.yaml.');
  });
});
