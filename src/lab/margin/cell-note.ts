import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Diagnostic } from '../../contract/pipeline';
import type { Problems } from './problems';

/**
 * Under the selected cell: its problems, each with its fix. What an underline shows to the mouse is
 * said here to everybody.
 */
export class CellNote {
  constructor(options: CellNote.IOptions) {
    this._options = options;
    this._node.className = 'jp-mlops-CellNote';
    this._node.dataset.lmSuppressShortcuts = 'true';
    options.tracker.activeCellChanged.connect(this._draw, this);
    options.problems.changed.connect(this._draw, this);
  }

  private _draw(): void {
    const { tracker, problems } = this._options;
    const cell: Cell | null = tracker.activeCell;
    const found = cell ? problems.of(cell.model.sharedModel.getId()) : [];
    const key = JSON.stringify(found);
    if (!cell || found.length === 0) {
      this._node.remove();
      this._key = '';
      return;
    }
    if (key !== this._key) {
      this._key = key;
      this._node.replaceChildren(...found.map(problem => this._describe(problem)));
    }
    if (this._node.parentElement !== cell.node) {
      cell.node.append(this._node);
    }
  }

  private _describe(problem: Diagnostic): HTMLElement {
    const { trans, showPanel } = this._options;
    const line = document.createElement('p');
    line.className = `jp-mlops-mod-${problem.severity}`;
    const message = document.createElement('strong');
    message.textContent = trans.__('Line %1: %2', problem.line, problem.message);
    const link = document.createElement('button');
    link.type = 'button';
    link.className = 'jp-mlops-Link';
    link.textContent = trans.__('Show in panel');
    link.onclick = showPanel;
    line.append(message, ` ${problem.fix ?? ''} `, link);
    return line;
  }

  private readonly _options: CellNote.IOptions;
  private readonly _node = document.createElement('div');
  private _key = '';
}

export namespace CellNote {
  export interface IOptions {
    tracker: INotebookTracker;
    problems: Problems;
    trans: TranslationBundle;
    /** Brings the steps in front. */
    showPanel(): void;
  }
}
