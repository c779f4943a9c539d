import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { stepHue } from '../pipeline/step-hue';
import { executedNotebookOf } from '../runs/executed-path';
import type { ILivePipeline, ISettings } from '../tokens';
import { cellSteps, type CellMark } from './cell-steps';
import { labelCell } from './step-label';

const MARGIN = 'jp-mlops-mod-margin';
/** One step needs no names: the coloured bar alone. */
const BAR = 'jp-mlops-mod-bar';
const HUE = /\bjp-mlops-hue-\d\b/g;

/** Shows each cell's step at its left side: a bar beside all of its cells, its name at the first. */
export class StepMargin {
  constructor(options: StepMargin.IOptions) {
    this._options = options;
    options.pipeline.stateChanged.connect(this._draw, this);
    options.settings.changed.connect(this._draw, this);
    options.tracker.currentChanged.connect(this._draw, this);
  }

  private _draw(): void {
    const { tracker, pipeline, settings } = this._options;
    const panel = tracker.currentWidget;
    if (!panel || !isOf(panel, pipeline)) {
      return;
    }
    const isShown = settings.stepMargin && pipeline.pipeline !== null;
    const names = isShown && (pipeline.pipeline?.steps.length ?? 0) > 1;
    const { classList } = panel.content.node;
    classList.toggle(MARGIN, names);
    classList.toggle(BAR, isShown && !names);
    const cells = panel.content.widgets;
    const marks =
      isShown && pipeline.pipeline
        ? cellSteps(
            pipeline.pipeline,
            cells.map(({ model }) =>
              model.type === 'code' ? null : model.sharedModel.getSource()
            )
          )
        : [];
    cells.forEach((cell, index) => {
      mark(cell.node, marks[index] ?? null);
      labelCell(
        cell.node,
        names ? (marks[index] ?? null) : null,
        this._options.trans,
        () => this._lead(panel, cell)
      );
    });
  }

  /** The panel marks the step that the active cell is in. */
  private _lead(
    { content }: NotebookPanel,
    cell: NotebookPanel['content']['widgets'][number]
  ): void {
    content.activeCellIndex = content.widgets.indexOf(cell);
    this._options.showPanel();
  }

  private readonly _options: StepMargin.IOptions;
}

export namespace StepMargin {
  export interface IOptions {
    tracker: INotebookTracker;
    pipeline: ILivePipeline;
    settings: ISettings;
    trans: TranslationBundle;
    /** Brings the steps in front. */
    showPanel(): void;
  }
}

/** Whether the pipeline is that of the panel. */
function isOf({ context }: NotebookPanel, pipeline: ILivePipeline): boolean {
  return pipeline.executed
    ? executedNotebookOf(context.path)?.run === pipeline.executed.run
    : context.localPath === pipeline.path;
}

function mark(node: HTMLElement, found: CellMark | null): void {
  const key = found
    ? found.kind === 'step'
      ? String(found.index + 1)
      : found.kind
    : '';
  if ((node.dataset.mlopsStep ?? '') === key) {
    return;
  }
  node.className = node.className.replace(HUE, '').trim();
  if (!found) {
    delete node.dataset.mlopsStep;
    return;
  }
  node.dataset.mlopsStep = key;
  if (found.kind === 'step') {
    node.classList.add(stepHue(found.index));
  }
}
