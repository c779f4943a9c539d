import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Diagnostic, Pipeline, Step, StepCell } from '../../contract/pipeline';
import { Button } from '../elements/button';
import { settingsIcon } from '../elements/icons';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { dataInputs, dataOutputs, ownCells } from './data-flow';
import { ProblemList } from './problem-list';
import { Rail } from './rail';

export interface IStepListProps {
  pipeline: Pipeline;
  diagnostics: readonly Diagnostic[];
  activeCell: number;
  onReveal(cell: number): void;
  onSettings(step: string): void;
}

/** The steps in order: what goes in, what comes out, which cells, which problems. */
export function StepList(props: IStepListProps): React.ReactElement {
  const trans = useTrans();
  const { pipeline, diagnostics, activeCell, onReveal } = props;
  const active = pipeline.steps.findIndex(step =>
    ownCells(step, pipeline).some(({ index }) => index === activeCell)
  );
  const shown =
    active < 0 ? diagnostics : problemsOf(pipeline.steps[active], diagnostics);
  return (
    <>
      <div className="jp-mlops-StepList">
        <Rail steps={pipeline.steps} />
        <ol aria-label={trans.__('Steps')}>
          {pipeline.steps.map((step, index) => (
            <li key={step.id}>
              <StepRow
                step={step}
                pipeline={pipeline}
                isActive={index === active}
                problems={problemsOf(step, diagnostics)}
                onReveal={onReveal}
              />
              <Button
                kind="flat"
                iconOnly
                icon={settingsIcon}
                label={trans.__('Settings of step %1', step.title)}
                onClick={() => props.onSettings(step.id)}
              />
            </li>
          ))}
        </ol>
      </div>
      {pipeline.joins.map(join => (
        <p key={join.steps.join()} className="jp-mlops-Join">
          {trans.__('Joined: %1.', join.steps.join(' + '))} {join.reason}
        </p>
      ))}
      <ProblemList diagnostics={shown} onReveal={onReveal} />
    </>
  );
}

function StepRow(props: {
  step: Step;
  pipeline: Pipeline;
  isActive: boolean;
  problems: readonly Diagnostic[];
  onReveal(cell: number): void;
}): React.ReactElement {
  const trans = useTrans();
  const { step, pipeline, problems } = props;
  const cells = ownCells(step, pipeline);
  const flow = flowOf(step, pipeline);
  return (
    <button
      type="button"
      className="jp-mlops-Step"
      aria-current={props.isActive ? 'step' : undefined}
      title={trans.__('%1: %2', step.title, flow)}
      onClick={() => props.onReveal(problems[0]?.cell ?? cells[0]?.index ?? 0)}
    >
      <span className="jp-mlops-Step-line">
        <strong className="jp-mlops-Cut">{step.title}</strong>
        {problems.length > 0 ? (
          <State
            kind={problems.some(isError) ? 'failed' : 'warning'}
            label={trans._n('%1 problem', '%1 problems', problems.length)}
          />
        ) : (
          <span className="jp-mlops-Small">{cellsText(cells, trans)}</span>
        )}
      </span>
      <code className="jp-mlops-Step-flow jp-mlops-Cut">{flow}</code>
    </button>
  );
}

function holds(step: Step, cell: number): boolean {
  return step.cells.some(({ index }) => index === cell);
}

function problemsOf(step: Step, diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter(
    ({ cell, severity }) => severity !== 'info' && holds(step, cell)
  );
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** `rides, con → hours`: parameters and variables in, variables out. */
function flowOf(step: Step, pipeline: Pipeline): string {
  const inputs = [
    ...step.parameters,
    ...dataInputs(step).map(({ variable }) => variable)
  ];
  return [inputs.join(', '), dataOutputs(step, pipeline).join(', ')]
    .map((names, side) => (side === 1 && names ? `→ ${names}` : names))
    .filter(Boolean)
    .join(' ');
}

/** People count the notebook's cells from 1. */
function cellsText(cells: readonly StepCell[], trans: TranslationBundle): string {
  const [first, last] = [cells[0]?.index ?? 0, cells.at(-1)?.index ?? 0];
  return first === last
    ? trans.__('cell %1', first + 1)
    : trans.__('cells %1–%2', first + 1, last + 1);
}
