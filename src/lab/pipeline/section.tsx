import * as React from 'react';

import type { Engine } from '../../contract/engine';
import type { ApiError } from '../../contract/error';
import type { Diagnostic, Pipeline, Split } from '../../contract/pipeline';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { fileName } from '../elements/format';
import { notebookIcon, pipelineIcon, playIcon, registerIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { Empty, Section } from '../elements/section';
import { useTrans } from '../elements/translation';
import type { IExecutedNotebook } from '../runs/executed-path';
import type { IEnginePlaces } from './engine-choice';
import { ParameterForm, type IParameterFormProps } from './parameter-form';
import { ProblemList } from './problem-list';
import type { SplitChoice } from './model';
import { RunPlace } from './run-place';
import { splitName } from './split-name';
import { StepList } from './step-list';

export interface IPipelineSectionProps extends IParameterFormProps {
  path: string | null;
  pipeline: Pipeline | null;
  diagnostics: readonly Diagnostic[];
  error: ApiError | null;
  isLive: boolean;
  isConnected: boolean;
  isStarting: boolean;
  canRun: boolean;
  activeCell: number;
  onShowSteps(): void;
  chosenSplit: SplitChoice;
  executed: IExecutedNotebook | null;
  /** Why the button "Run" is disabled; null where it is not, or where that is plain to see. */
  invalidParameter: string | null;
  engines: IEnginePlaces | null;
  onEngine(engine: Engine): void;
  act: Act;
}

/** The notebook in front as steps, and what starts them. */
export function PipelineSection(props: IPipelineSectionProps): React.ReactElement {
  const trans = useTrans();
  return (
    <Section
      title={trans.__('Pipeline')}
      remark={props.path && props.isLive ? trans.__('live') : undefined}
      actions={props.path && <SplitPicker {...props} />}
    >
      {props.executed ? (
        <Executed {...props} executed={props.executed} />
      ) : props.path ? (
        <OpenNotebook {...props} />
      ) : (
        <NoNotebook act={props.act} />
      )}
    </Section>
  );
}

/** What a run has left: it leads to the run instead of offering to run what is no source. */
function Executed(
  props: IPipelineSectionProps & { executed: IExecutedNotebook }
): React.ReactElement {
  const trans = useTrans();
  const { act } = props;
  const { run, number } = props.executed;
  return (
    <Empty
      text={
        number === null
          ? trans.__('This notebook was executed by a run. It cannot be changed.')
          : trans.__('Executed by run %1. It cannot be changed.', number)
      }
    >
      <Button
        icon={pipelineIcon}
        label={trans.__('Open the run')}
        onClick={() => act(CommandIDs.openRun, { run })}
      />
      <Button
        icon={registerIcon}
        label={trans.__('Register model')}
        onClick={() => act(CommandIDs.registerModel, { run })}
      />
    </Empty>
  );
}

function NoNotebook({ act }: { act: Act }): React.ReactElement {
  const trans = useTrans();
  return (
    <Empty
      text={trans.__(
        'Open a notebook and its steps appear here while you type. No kernel is needed.'
      )}
    >
      <Button
        icon={notebookIcon}
        label={trans.__('Open a notebook…')}
        onClick={() => act(CommandIDs.openNotebook)}
      />
      <Button
        label={trans.__('New notebook')}
        onClick={() => act('notebook:create-new')}
      />
    </Empty>
  );
}

function OpenNotebook(props: IPipelineSectionProps): React.ReactElement {
  const trans = useTrans();
  const { path, pipeline, diagnostics, act } = props;
  const cells = pipeline?.steps.reduce((sum, step) => sum + step.cells.length, 0) ?? 0;
  const reveal = (cell: number): void => act(CommandIDs.revealCell, { cell });
  return (
    <>
      <div className="jp-mlops-Row">
        <span className="jp-mlops-Cut" title={path ?? ''}>
          {fileName(path ?? '')}
        </span>
        {pipeline && (
          <span className="jp-mlops-Row-right jp-mlops-Small">
            {trans._n('%1 step', '%1 steps', pipeline.steps.length)},{' '}
            {trans._n('%1 cell', '%1 cells', cells)}
          </span>
        )}
      </div>
      {pipeline && (
        <StepList
          {...props}
          pipeline={pipeline}
          onReveal={reveal}
          onSettings={step => act(CommandIDs.setStep, { step })}
        />
      )}
      {!pipeline && !props.isLive && (
        <Empty text={trans.__('The live pipeline is switched off in the settings.')}>
          <Button label={trans.__('Show steps')} onClick={props.onShowSteps} />
        </Empty>
      )}
      {!pipeline && <ProblemList diagnostics={diagnostics} onReveal={reveal} />}
      {props.error && <ErrorNote error={props.error} />}
      {pipeline && <ParameterForm {...props} />}
      <div className="jp-mlops-Actions">
        <Button
          kind="primary"
          icon={playIcon}
          label={props.isStarting ? trans.__('Starting…') : trans.__('Run')}
          disabled={!props.canRun}
          title={
            props.invalidParameter === null
              ? trans.__('Run the notebook as a pipeline, unsaved changes included')
              : trans.__('Correct the parameter %1 first', props.invalidParameter)
          }
          onClick={() => act(CommandIDs.runPipeline)}
        />
        {props.engines && <RunPlace {...props} />}
        <Button
          label={trans.__('Show compiled YAML')}
          disabled={!props.isConnected}
          title={trans.__('Show the pipeline as Tekton or Kubeflow Pipelines run it')}
          onClick={() => act(CommandIDs.showCompiled)}
        />
        {!props.engines && <RunPlace {...props} />}
      </div>
    </>
  );
}

function SplitPicker(props: IPipelineSectionProps): React.ReactElement {
  const trans = useTrans();
  const { chosenSplit } = props;
  const found = props.pipeline?.split;
  return (
    <select
      className="jp-mlops-Section-select"
      aria-label={trans.__('How cells become steps')}
      title={trans.__('How cells become steps')}
      value={chosenSplit}
      onChange={event => props.act(CommandIDs.setSplit, { split: event.target.value })}
    >
      <option value="automatic">
        {found && chosenSplit === 'automatic'
          ? trans.__('automatic (%1)', splitName(found, trans))
          : splitName('automatic', trans)}
      </option>
      {SPLITS.map(split => (
        <option key={split} value={split}>
          {splitName(split, trans)}
        </option>
      ))}
    </select>
  );
}

const SPLITS: readonly Split[] = ['tags', 'headings', 'one', 'cells'];
