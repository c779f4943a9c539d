import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Act } from '../elements/act';
import { freshness } from '../elements/freshness';
import { ModelWidget } from '../elements/model-widget';
import type { MonitoringModel } from './model';
import { MonitoringSection } from './section';

/** The section "Monitoring" of the panel. */
export class MonitoringPanel extends ModelWidget<MonitoringModel> {
  constructor(model: MonitoringModel, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    return (
      <MonitoringSection
        {...freshness(model, this.trans)}
        monitors={model.monitors}
        alerts={model.alerts}
        error={model.error}
        isLoading={model.state === 'loading'}
        act={this._act}
      />
    );
  }

  private readonly _act: Act;
}
