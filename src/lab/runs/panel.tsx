import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Act } from '../elements/act';
import { freshness } from '../elements/freshness';
import { ModelWidget } from '../elements/model-widget';
import type { RunsModel } from './model';
import { RunsSection } from './section';

/** The section "Runs" of the panel. */
export class RunsPanel extends ModelWidget<RunsModel> {
  constructor(
    model: RunsModel,
    trans: TranslationBundle,
    act: Act,
    canRun: () => boolean
  ) {
    super(model, trans);
    this._act = act;
    this._canRun = canRun;
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    return (
      <RunsSection
        {...freshness(model, this.trans)}
        runs={model.runs}
        error={model.error}
        isLoading={model.state === 'loading'}
        isCurrent={model.isCurrent}
        canRun={this._canRun()}
        act={this._act}
      />
    );
  }

  private readonly _act: Act;
  private readonly _canRun: () => boolean;
}
