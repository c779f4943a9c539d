import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Act } from '../elements/act';
import { ModelWidget } from '../elements/model-widget';
import type { EngineChoice } from './engine-choice';
import type { PipelineModel } from './model';
import { PipelineSection } from './section';

/** The section "Pipeline" of the panel. */
export class PipelinePanel extends ModelWidget<PipelineModel> {
  constructor(
    model: PipelineModel,
    engines: EngineChoice,
    trans: TranslationBundle,
    act: Act
  ) {
    super(model, trans);
    this._engines = engines;
    this._act = act;
    engines.stateChanged.connect(this._onEngines, this);
  }

  override dispose(): void {
    this._engines.stateChanged.disconnect(this._onEngines, this);
    super.dispose();
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
        engines={this._engines.places(model.path, this.trans)}
        onEngine={engine => this._engines.pick(model.path ?? '', engine)}
        act={this._act}
      />
    );
  }

  private _onEngines(): void {
    this.update();
  }

  private readonly _engines: EngineChoice;
  private readonly _act: Act;
}
