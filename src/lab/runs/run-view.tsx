import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import type { Pipeline } from '../../contract/pipeline';
import type { RunDetail } from '../../contract/run';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { retryIcon } from '../elements/icons';
import { ModelWidget } from '../elements/model-widget';
import { ErrorNote } from '../elements/problem-note';
import { useTrans } from '../elements/translation';
import type { IModels } from '../tokens';
import { layoutPipeline } from './graph-layout';
import type { FetchNotebook } from './outputs-view';
import { RunHeader } from './run-header';
import type { RunModel } from './run-model';
import { isOver } from './run-text';
import { serverPath } from './server-path';
import { StepGraph } from './step-graph';
import { StepPane } from './step-pane';

export interface IRunViewOptions {
  model: RunModel;
  models: IModels;
  rendermime: IRenderMimeRegistry;
  fetchNotebook: FetchNotebook;
  trans: TranslationBundle;
  act: Act;
}

/** The main-area view of one run. */
export class RunView extends ModelWidget<RunModel> {
  constructor(options: IRunViewOptions) {
    super(options.model, options.trans);
    this._options = options;
    this.addClass('jp-mlops-RunView');
    options.models.stateChanged.connect(this._onModels, this);
    options.model.stateChanged.connect(this._onRun, this);
  }

  override dispose(): void {
    this._options.models.stateChanged.disconnect(this._onModels, this);
    this._options.model.stateChanged.disconnect(this._onRun, this);
    const { model } = this._options;
    super.dispose();
    model.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.isVisible = true;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.model.isVisible = this.isVisible;
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.model.isVisible = false;
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    const { models, ...rest } = this._options;
    if (!model.run) {
      return model.error ? (
        <ErrorNote
          error={model.error}
          actions={
            <Button
              icon={retryIcon}
              label={this.trans.__('Try again')}
              onClick={() => void model.refresh()}
            />
          }
        />
      ) : (
        <Loading />
      );
    }
    const run = model.run;
    const version = models.models
      .flatMap(({ versions }) => versions)
      .find(({ lineage }) => lineage.run === run.id);
    return (
      <RunBody
        {...rest}
        run={run}
        notebookPath={serverPath(run.notebook)}
        registered={version ?? null}
        model={model}
      />
    );
  }

  private _onRun(): void {
    const { run } = this._options.model;
    if (run) {
      this.title.label = this.trans.__('Run %1', run.number);
      this.title.caption = this.title.label;
    }
  }

  private _onModels(): void {
    this.update();
  }

  private readonly _options: IRunViewOptions;
}

function Loading(): React.ReactElement {
  const trans = useTrans();
  return <p className="jp-mlops-Empty">{trans.__('Loading…')}</p>;
}

interface IRunBodyProps extends Omit<IRunViewOptions, 'models' | 'trans'> {
  run: RunDetail;
  notebookPath: string | null;
  registered: { model: string; version: number } | null;
}

function RunBody(props: IRunBodyProps): React.ReactElement {
  const trans = useTrans();
  const { run, model } = props;
  const now = useNow(!isOver(run.state));
  const layout = useLayout(run.pipeline);
  const step = model.step;
  const failedSomewhere = run.steps.some(({ error }) => error);
  return (
    <>
      <RunHeader {...props} now={now} />
      {run.error && !failedSomewhere && <ErrorNote error={run.error} />}
      <div className="jp-mlops-View-columns">
        <div className="jp-mlops-RunView-graph">
          <StepGraph
            run={run}
            layout={layout}
            now={now}
            selected={step?.id ?? null}
            onSelect={id => model.chooseStep(id)}
          />
          <p className="jp-mlops-Small">
            {trans.__(
              'Select a step to see its log and results. Closing this tab or the browser does not stop the run.'
            )}
          </p>
        </div>
        {step && <StepPane {...props} step={step} log={model.log} />}
      </div>
    </>
  );
}

/** The pipeline of a run never changes: laid out once. */
function useLayout(pipeline: Pipeline): ReturnType<typeof layoutPipeline> {
  const key = JSON.stringify(
    pipeline.steps.map(({ id, inputs, after, parameters }) => [
      id,
      inputs,
      after,
      parameters
    ])
  );
  return React.useMemo(() => layoutPipeline(pipeline), [key]);
}

/** The time, counting while something goes on. */
function useNow(goesOn: boolean): Date {
  const [now, setNow] = React.useState(() => new Date());
  React.useEffect(() => {
    if (!goesOn) {
      return;
    }
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, [goesOn]);
  return now;
}
