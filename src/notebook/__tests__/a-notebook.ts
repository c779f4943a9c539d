import { Conversion } from '../../contract/pipeline';
import type { Diagnostic, Pipeline, Split, Step } from '../../contract/pipeline';
import { convert } from '../convert';

/** A code cell as test data: its source, perhaps with tags. */
export type CellText =
  string | { source: string; tags?: string[]; metadata?: object } | { md: string };

/** A notebook of nbformat 4 with these cells. */
export function aNotebook(cells: CellText[], metadata: object = {}): object {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata,
    cells: cells.map((cell, at) => {
      if (typeof cell === 'object' && 'md' in cell) {
        return { cell_type: 'markdown', id: `m${at}`, metadata: {}, source: cell.md };
      }
      const given = typeof cell === 'string' ? { source: cell } : cell;
      return {
        cell_type: 'code',
        id: `c${at}`,
        metadata: { ...given.metadata, ...(given.tags ? { tags: given.tags } : {}) },
        source: given.source,
        outputs: [],
        execution_count: null
      };
    })
  };
}

/** Converts these cells; the answer is checked against the contract. */
export function converted(
  cells: CellText[],
  split: Split = 'cells',
  folderFiles?: string[],
  sources: Record<string, string> = {}
): Conversion {
  const content = aNotebook(cells);
  return Conversion.parse(
    convert({
      content,
      fileName: 'work.ipynb',
      split,
      ...(folderFiles ? { folderFiles } : {}),
      readLocal: path => sources[path] ?? null
    })
  );
}

/** The pipeline of these cells, which must convert. */
export function pipelineOf(
  cells: CellText[],
  split: Split = 'cells',
  folderFiles?: string[],
  sources: Record<string, string> = {}
): Pipeline {
  const { pipeline, diagnostics } = converted(cells, split, folderFiles, sources);
  if (!pipeline) {
    throw new Error(`Refused: ${diagnostics.map(item => item.message).join(' ')}`);
  }
  return pipeline;
}

/** The inputs of a step as `name<-step`, in order. */
export function inputsOf(pipeline: Pipeline, id: string): string[] {
  return step(pipeline, id).inputs.map(({ variable, from }) => `${variable}<-${from}`);
}

export function step(pipeline: Pipeline, id: string): Step {
  const found = pipeline.steps.find(item => item.id === id);
  if (!found) {
    throw new Error(
      `No step ${id} among ${pipeline.steps.map(item => item.id).join(', ')}`
    );
  }
  return found;
}

export function errorsOf(cells: CellText[], split: Split = 'cells'): Diagnostic[] {
  return converted(cells, split).diagnostics.filter(item => item.severity === 'error');
}
