import { VDomRenderer } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { TranslationProvider } from './translation';

/** A widget that draws its model with pure components, in the user's language. */
export abstract class ModelWidget<
  M extends VDomRenderer.IModel
> extends VDomRenderer<M> {
  constructor(model: M, trans: TranslationBundle) {
    super(model);
    this.trans = trans;
  }

  protected render(): React.ReactElement {
    return (
      <TranslationProvider value={this.trans}>{this.renderModel()}</TranslationProvider>
    );
  }

  protected abstract renderModel(): React.ReactElement;

  protected readonly trans: TranslationBundle;
}
