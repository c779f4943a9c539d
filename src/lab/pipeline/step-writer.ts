import type { INotebookModel } from '@jupyterlab/notebook';

import type { Pipeline, Step, StepCell } from '../../contract/pipeline';
import { ownCells } from './data-flow';
import { withForm, type IStepForm, type StepMetadata } from './step-settings';

type SharedCell = INotebookModel['sharedModel']['cells'][number];

/** Our own metadata of the cell that speaks for a step. */
export function metadataOf(
  model: INotebookModel,
  step: Step,
  pipeline: Pipeline
): StepMetadata {
  return ours(speaker(model, step, pipeline));
}

/**
 * Whether steps can be named: each must be one row of cells, as a named step takes the cells that
 * follow it.
 */
export function canBeNamed(pipeline: Pipeline): boolean {
  const { split, steps } = pipeline;
  const owners = steps
    .flatMap((step, index) =>
      homeCells(step, pipeline).map(cell => ({ cell: cell.index, index }))
    )
    .sort((one, other) => one.cell - other.cell)
    .map(({ index }) => index);
  const rows = owners.filter((owner, at) => owner !== owners[at - 1]);
  return split === 'tags' || new Set(rows).size === rows.length;
}

/**
 * Writes a step's settings, and its name where that has changed, as one change that can be undone.
 * Naming one step of a notebook without names names all, so that the others stay what they are.
 */
export function writeStep(
  model: INotebookModel,
  step: Step,
  pipeline: Pipeline,
  form: IStepForm
): void {
  const { sharedModel } = model;
  const name = form.name.trim();
  sharedModel.transact(() => {
    const cell = speaker(model, step, pipeline);
    write(cell, withForm(ours(cell), form));
    if (name === step.title) {
      return;
    }
    if (pipeline.split !== 'tags') {
      for (const other of pipeline.steps) {
        const title = other.id === step.id ? name : other.title;
        const first = speaker(model, other, pipeline);
        write(first, { ...ours(first), step: title });
      }
      return;
    }
    for (const { index } of homeCells(step, pipeline)) {
      const own = sharedModel.cells[index];
      if (nameOf(own) === step.title) {
        write(own, { ...ours(own), step: name });
      }
    }
    sharedModel.cells.forEach(other => rename(other, step.title, name));
  });
}

/** A step's cells without those that it only repeats, such as settings that an earlier step makes. */
function homeCells(step: Step, pipeline: Pipeline): StepCell[] {
  const earlier = pipeline.steps.slice(0, pipeline.steps.indexOf(step));
  const repeated = new Set(
    earlier.flatMap(({ cells }) => cells.map(({ index }) => index))
  );
  const own = ownCells(step, pipeline);
  const home = own.filter(({ index }) => !repeated.has(index));
  return home.length > 0 ? home : own;
}

/** The cell that says something about the step: the first that names it, else its first. */
function speaker(model: INotebookModel, step: Step, pipeline: Pipeline): SharedCell {
  const cells = homeCells(step, pipeline).map(
    ({ index }) => model.sharedModel.cells[index]
  );
  return cells.find(cell => nameOf(cell) === step.title) ?? cells[0];
}

/** By our metadata, else by Kale's tag. */
function nameOf(cell: SharedCell): string | undefined {
  const { step } = ours(cell);
  return typeof step === 'string' && step.trim() !== ''
    ? step.trim()
    : tagsOf(cell)
        .map(tag => /^(?:step|block):(.*)$/.exec(tag)?.[1].trim())
        .find(name => name !== undefined);
}

/** What Kale's `prev:` says about a step follows its name. */
function rename(cell: SharedCell, from: string, to: string): void {
  const tags = tagsOf(cell);
  if (tags.includes(`prev:${from}`)) {
    cell.setMetadata(
      'tags',
      tags.map(tag => (tag === `prev:${from}` ? `prev:${to}` : tag))
    );
  }
}

function ours(cell: SharedCell): StepMetadata {
  const metadata: unknown = cell.getMetadata()['mlops'];
  return typeof metadata === 'object' && metadata !== null
    ? (metadata as StepMetadata)
    : {};
}

function tagsOf(cell: SharedCell): string[] {
  const tags: unknown = cell.getMetadata()['tags'];
  return Array.isArray(tags) ? tags.filter(tag => typeof tag === 'string') : [];
}

function write(cell: SharedCell, metadata: StepMetadata): void {
  if (Object.keys(metadata).length > 0) {
    cell.setMetadata('mlops', metadata);
  } else {
    cell.deleteMetadata('mlops');
  }
}
