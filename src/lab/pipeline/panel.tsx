import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Act } from '../elements/act';
import { ModelWidget } from '../elements/model-widget';
import type { PipelineModel } from './model';
import { PipelineSection } from './section';

/** The section "Pipeline" of the panel. */
export class PipelinePanel extends ModelWidget<PipelineModel> {
  constructor(model: PipelineModel, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    return (
      <PipelineSection
        path={model.path}
        pipeline={model.pipeline}
        diagnostics={model.diagnostics}
        error={model.error}
        isLive={model.isLive}
        isConnected={model.isConnected}
        isStarting={model.isStarting}
        canRun={model.canRun}
        activeCell={model.activeCell}
        chosenSplit={model.chosenSplit}
        executed={model.executed}
        invalidParameter={model.invalidParameter?.name ?? null}
        draft={name => model.draft(name)}
        parsed={name => model.parsed(name)}
        changedParameters={model.changedParameters}
        onReset={name => model.resetDraft(name)}
        onShowSteps={() => model.showSteps()}
        onDraft={(name, text) => model.setDraft(name, text)}
        act={this._act}
      />
    );
  }

  private readonly _act: Act;
}
