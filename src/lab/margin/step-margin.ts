import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { stepHue } from '../pipeline/step-hue';
import type { ILivePipeline, ISettings } from '../tokens';
import { cellSteps } from './cell-steps';

const MARGIN = 'jp-mlops-mod-margin';
const HUE = /\bjp-mlops-hue-\d\b/g;

/**
 * Shows each cell's step at its left side. Cells get an attribute and a class; the style sheet draws
 * inside the cell's box, so that its height never changes.
 */
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
    if (!panel || panel.context.localPath !== pipeline.path) {
      return;
    }
    if (!settings.stepMargin || !pipeline.pipeline) {
      clear(panel);
      return;
    }
    const cells = panel.content.widgets;
    const steps = cellSteps(pipeline.pipeline, cells.length);
    panel.content.node.classList.add(MARGIN);
    cells.forEach((cell, index) => {
      const step = steps[index];
      const label = step ? `${step.index + 1} ${step.title}` : '';
      if (cell.node.dataset.mlopsStep === label) {
        return;
      }
      cell.node.className = cell.node.className.replace(HUE, '').trim();
      if (step) {
        cell.node.dataset.mlopsStep = label;
        cell.node.classList.add(stepHue(step.index));
      } else {
        delete cell.node.dataset.mlopsStep;
      }
    });
  }

  private readonly _options: StepMargin.IOptions;
}

export namespace StepMargin {
  export interface IOptions {
    tracker: INotebookTracker;
    pipeline: ILivePipeline;
    settings: ISettings;
  }
}

function clear(panel: NotebookPanel): void {
  panel.content.node.classList.remove(MARGIN);
  panel.content.widgets.forEach(({ node }) => {
    delete node.dataset.mlopsStep;
    node.className = node.className.replace(HUE, '').trim();
  });
}
