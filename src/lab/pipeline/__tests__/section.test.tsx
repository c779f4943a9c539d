import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { PIPELINE } from '../../__tests__/story';
import type { Diagnostic } from '../../../contract/pipeline';
import { PipelineSection, type IPipelineSectionProps } from '../section';

afterEach(cleanup);

const PROBLEM: Diagnostic = {
  cell: 5,
  id: 'cell-5',
  line: 2,
  column: 1,
  code: 'not-transferable',
  severity: 'warning',
  message: 'Step Clean cannot receive con: it is an open database connection.',
  fix: 'Open the connection in Clean.'
};

const PLACES = (
  [
    ['local', 'this computer'],
    ['tekton', 'Tekton · ml-team on dev-cluster']
  ] as const
).map(([engine, label]) => ({ engine, label }));

function show(parts: Partial<IPipelineSectionProps> = {}): {
  act: jest.Mock;
  onDraft: jest.Mock;
  onReset: jest.Mock;
  onShowSteps: jest.Mock;
  onEngine: jest.Mock;
} {
  const act = jest.fn();
  const onDraft = jest.fn();
  const onReset = jest.fn();
  const onShowSteps = jest.fn();
  const onEngine = jest.fn();
  render(
    <PipelineSection
      path="bike-demand/demand.ipynb"
      pipeline={PIPELINE}
      diagnostics={[]}
      error={null}
      isLive={true}
      isConnected={true}
      isStarting={false}
      canRun={true}
      activeCell={-1}
      chosenSplit="automatic"
      executed={null}
      invalidParameter={null}
      draft={() => '["Jan"]'}
      parsed={() => ({ ok: true, value: ['Jan'] })}
      changedParameters={{}}
      engines={null}
      {...parts}
      onReset={onReset}
      onShowSteps={onShowSteps}
      onDraft={onDraft}
      onEngine={onEngine}
      act={act}
    />
  );
  return { act, onDraft, onReset, onShowSteps, onEngine };
}

describe('the section of the pipeline', () => {
  it('runs with one click and nothing typed', () => {
    const { act } = show();
    fireEvent.click(screen.getByRole('button', { name: 'Run' }));
    expect(act).toHaveBeenCalledTimes(1);
    expect(act).toHaveBeenCalledWith('mlops:run-pipeline');
  });

  it('shows what goes into each step and what comes out', () => {
    show();
    expect(screen.getByText('months → rides')).toBeTruthy();
    expect(screen.getByText('hours → X, y, X_test, y_test')).toBeTruthy();
    expect(screen.getByText('5 steps, 7 cells')).toBeTruthy();
  });

  it('counts the cells from 1, as people do', () => {
    show();
    expect(screen.getByText('cell 4')).toBeTruthy();
    expect(screen.getByText('cells 12–13')).toBeTruthy();
  });

  it('leads to the cell of a problem and shows its fix', () => {
    const { act } = show({ diagnostics: [PROBLEM] });
    expect(screen.getByText('1 problem')).toBeTruthy();
    expect(screen.getByText(/Open the connection in Clean/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Cell 6, line 2' }));
    expect(act).toHaveBeenCalledWith('mlops:reveal-cell', { cell: 5 });
  });

  it('marks the step that the user is in', () => {
    show({ activeCell: 9 });
    const current = screen
      .getAllByRole('button')
      .filter(button => button.getAttribute('aria-current') === 'step');
    expect(current).toHaveLength(1);
    expect(current[0].textContent).toContain('Train');
  });

  it('stays live without a gateway, and says so', () => {
    show({ isConnected: false, canRun: false });
    expect(screen.getByText('Steps still work: they need no gateway.')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Run' }).hasAttribute('disabled')).toBe(
      true
    );
    expect(screen.getAllByRole('listitem')).toHaveLength(5);
  });

  it('does not run with a parameter that is none', () => {
    show({
      canRun: false,
      invalidParameter: 'months',
      parsed: () => ({ ok: false, expected: 'list' })
    });
    expect(screen.getByText('This is not a value of type list.')).toBeTruthy();
    expect(screen.getByLabelText('months').getAttribute('aria-invalid')).toBe('true');
    const run = screen.getByRole('button', { name: 'Run' });
    expect(run.hasAttribute('disabled')).toBe(true);
    expect(run.title).toBe('Correct the parameter months first');
  });

  it('changes a parameter for the next run only', () => {
    const { act, onDraft } = show();
    fireEvent.change(screen.getByLabelText('months'), { target: { value: '["Feb"]' } });
    expect(onDraft).toHaveBeenCalledWith('months', '["Feb"]');
    expect(act).not.toHaveBeenCalled();
  });

  it('marks a changed parameter and takes the notebook’s value again', () => {
    const { onReset } = show({ changedParameters: { months: ['Feb'] } });
    expect(screen.getByText('changed from ["Jan", "Feb", "March"]')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Reset' }));
    expect(onReset).toHaveBeenCalledWith('months');
  });

  it('shows a truth value as a box to tick', () => {
    const parameter = { name: 'fast', type: 'bool', default: false, cell: 1 } as const;
    const { onDraft } = show({
      pipeline: { ...PIPELINE, parameters: [parameter] },
      draft: () => 'False',
      parsed: () => ({ ok: true, value: false })
    });
    fireEvent.click(screen.getByRole('checkbox', { name: 'fast' }));
    expect(onDraft).toHaveBeenCalledWith('fast', 'True');
  });

  it('offers to show the steps where they are not live', () => {
    const { onShowSteps } = show({ isLive: false, pipeline: null });
    fireEvent.click(screen.getByRole('button', { name: 'Show steps' }));
    expect(onShowSteps).toHaveBeenCalledTimes(1);
  });

  it('has the settings of each step at its side', () => {
    const { act } = show();
    fireEvent.click(screen.getByRole('button', { name: 'Settings of step Train' }));
    expect(act).toHaveBeenCalledWith('mlops:set-step', { step: 'train' });
  });

  it('lets the user choose how cells become steps', () => {
    const { act } = show();
    fireEvent.change(screen.getByLabelText('How cells become steps'), {
      target: { value: 'cells' }
    });
    expect(act).toHaveBeenCalledWith('mlops:set-split', { split: 'cells' });
  });

  it('shows what other engines would run', () => {
    const { act } = show();
    fireEvent.click(screen.getByRole('button', { name: 'Show compiled YAML' }));
    expect(act).toHaveBeenCalledWith('mlops:show-compiled');
  });

  it('goes to this computer where there is nothing to choose', () => {
    show();
    expect(screen.getByText('on this computer')).toBeTruthy();
    expect(screen.queryByLabelText('Where the next run goes')).toBeNull();
  });

  it('shows where the next run goes, and lets the user pick another place', () => {
    const { onEngine } = show({
      engines: {
        chosen: 'tekton',
        places: PLACES,
        hindrance: 'You may not create pipelineruns in ml-team.'
      }
    });
    const picker = screen.getByRole('combobox', { name: 'Where the next run goes' });
    expect((picker as HTMLSelectElement).selectedOptions[0].textContent).toBe(
      'Tekton · ml-team on dev-cluster'
    );
    expect(
      screen.getByText('You may not create pipelineruns in ml-team.')
    ).toBeTruthy();
    fireEvent.change(picker, { target: { value: 'local' } });
    expect(onEngine).toHaveBeenCalledWith('local');
  });

  it('says what automatic has found', () => {
    show();
    const picker = screen.getByLabelText('How cells become steps');
    expect((picker as HTMLSelectElement).selectedOptions[0].textContent).toBe(
      'automatic (from headings)'
    );
  });

  it('leads from an executed notebook to its run instead of running it', () => {
    const { act } = show({ path: null, executed: { run: 'run-50', number: 50 } });
    expect(screen.getByText('Executed by run 50. It cannot be changed.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Run' })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Open the run' }));
    expect(act).toHaveBeenCalledWith('mlops:open-run', { run: 'run-50' });
    fireEvent.click(screen.getByRole('button', { name: 'Register model' }));
    expect(act).toHaveBeenCalledWith('mlops:register-model', { run: 'run-50' });
  });

  it('says what will appear while no notebook is open', () => {
    const { act } = show({ path: null, pipeline: null });
    expect(screen.getByText(/No kernel is needed/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Open a notebook…' }));
    expect(act).toHaveBeenCalledWith('mlops:open-notebook');
  });
});
