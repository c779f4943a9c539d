import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Act } from '../elements/act';
import { freshness } from '../elements/freshness';
import { ModelWidget } from '../elements/model-widget';
import type { IRuns } from '../tokens';
import type { ModelsModel } from './model';
import { ModelsSection } from './section';

/** The section "Models" of the panel. */
export class ModelsPanel extends ModelWidget<ModelsModel> {
  constructor(model: ModelsModel, runs: IRuns, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
    this._runs = runs;
    runs.stateChanged.connect(() => this.update());
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    return (
      <ModelsSection
        {...freshness(model, this.trans)}
        models={model.models}
        registrations={model.registrations}
        error={model.error}
        isLoading={model.state === 'loading'}
        isCurrent={model.isCurrent}
        canRegister={this._runs.runs.some(({ state }) => state === 'succeeded')}
        onDismiss={id => model.dismiss(id)}
        act={this._act}
      />
    );
  }

  private readonly _act: Act;
  private readonly _runs: IRuns;
}
