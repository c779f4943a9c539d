import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Alert } from '../../contract/monitor';
import type { RunSummary } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { ModelWidget } from '../elements/model-widget';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { progressText } from '../runs/run-text';
import type { StatusModel } from './model';

/** Our item in the status bar. */
export class StatusItem extends ModelWidget<StatusModel> {
  constructor(model: StatusModel, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
    this.addClass('jp-mlops-Status');
  }

  protected renderModel(): React.ReactElement {
    const { isReady, run, firing } = this.model;
    return <StatusLine isReady={isReady} run={run} firing={firing} act={this._act} />;
  }

  private readonly _act: Act;
}

interface IProps {
  isReady: boolean;
  run: RunSummary | null;
  firing: readonly Alert[];
  act: Act;
}

export function StatusLine({ isReady, run, firing, act }: IProps): React.ReactElement {
  const trans = useTrans();
  return (
    <>
      {run ? (
        <button type="button" onClick={() => act(CommandIDs.openRun, { run: run.id })}>
          <State
            kind={isReady ? 'running' : 'waiting'}
            label={trans.__('Run %1: %2', run.number, progressText(run, trans))}
          />
        </button>
      ) : (
        <button type="button" onClick={() => act(CommandIDs.openPanel)}>
          <State
            kind={isReady ? 'passed' : 'nothing'}
            label={isReady ? trans.__('MLOps ready') : trans.__('MLOps not connected')}
          />
        </button>
      )}
      {firing.length > 0 && (
        <button
          type="button"
          onClick={() =>
            act(CommandIDs.openDriftReport, {
              environment: firing[0].environment,
              model: firing[0].model
            })
          }
        >
          <State
            kind="warning"
            label={trans._n('%1 alert', '%1 alerts', firing.length)}
          />
        </button>
      )}
    </>
  );
}
