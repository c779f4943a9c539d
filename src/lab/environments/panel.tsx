import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Act } from '../elements/act';
import { freshness } from '../elements/freshness';
import { ModelWidget } from '../elements/model-widget';
import type { EnvironmentsModel } from './model';
import { EnvironmentsSection } from './section';

/** The section "Environments" of the panel. */
export class EnvironmentsPanel extends ModelWidget<EnvironmentsModel> {
  constructor(model: EnvironmentsModel, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    return (
      <EnvironmentsSection
        {...freshness(model, this.trans)}
        environments={model.environments}
        promotions={model.promotions}
        error={model.error}
        isLoading={model.state === 'loading'}
        isCurrent={model.isCurrent}
        act={this._act}
      />
    );
  }

  private readonly _act: Act;
}
