import { CodeEditor, CodeEditorWrapper } from '@jupyterlab/codeeditor';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Panel } from '@lumino/widgets';
import * as React from 'react';

import type { Act } from '../elements/act';
import { ModelWidget } from '../elements/model-widget';
import { CompiledHead } from './compiled-head';
import type { CompiledModel } from './compiled-model';

/** The main-area view of a compiled pipeline: JupyterLab's own editor, which only shows it. */
export class CompiledView extends Panel {
  constructor(options: CompiledView.IOptions) {
    super();
    const { model, trans, act, services } = options;
    this.addClass('jp-mlops-Compiled');
    this.model = model;
    this._editor = new CodeEditorWrapper({
      model: new CodeEditor.Model({ mimeType: 'text/x-yaml' }),
      factory: services.factoryService.newDocumentEditor,
      editorOptions: {
        config: { readOnly: true, lineNumbers: true, lineWrap: false }
      }
    });
    this._editor.addClass('jp-mlops-Compiled-editor');
    this._editor.node
      .querySelector('.cm-content')
      ?.setAttribute('aria-label', trans.__('Compiled pipeline'));
    this.addWidget(new Head(model, trans, act));
    this.addWidget(this._editor);
    model.stateChanged.connect(this._onModel, this);
    this._onModel();
  }

  readonly model: CompiledModel;

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.stateChanged.disconnect(this._onModel, this);
      super.dispose();
      this.model.dispose();
    }
  }

  private _onModel(): void {
    const { sharedModel } = this._editor.model;
    const text = this.model.yaml ?? '';
    if (sharedModel.getSource() !== text) {
      sharedModel.setSource(text);
    }
    this._editor.setHidden(text === '');
    this.title.label = this.model.title;
    this.title.caption = this.model.proposedPath;
  }

  private readonly _editor: CodeEditorWrapper;
}

export namespace CompiledView {
  export interface IOptions {
    model: CompiledModel;
    services: IEditorServices;
    trans: TranslationBundle;
    act: Act;
  }
}

class Head extends ModelWidget<CompiledModel> {
  constructor(model: CompiledModel, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
  }

  protected renderModel(): React.ReactElement {
    return React.createElement(CompiledHead, { model: this.model, act: this._act });
  }

  private readonly _act: Act;
}
