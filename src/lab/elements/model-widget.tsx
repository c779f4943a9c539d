import { VDomRenderer } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { OpenSectionsProvider, type OpenSections } from './open-sections';
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
      <TranslationProvider value={this.trans}>
        <OpenSectionsProvider value={this._openSections}>
          {this.renderModel()}
        </OpenSectionsProvider>
      </TranslationProvider>
    );
  }

  /** Which of its sections the user has closed. */
  set openSections(sections: OpenSections) {
    this._openSections = sections;
    this.update();
  }

  protected abstract renderModel(): React.ReactElement;

  protected readonly trans: TranslationBundle;
  private _openSections: OpenSections | null = null;
}
