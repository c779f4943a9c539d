import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Conversion, Step } from '../../../contract/pipeline';
import { temporaryFolder } from '../../__tests__/core-builder';
import type { Converter } from '../converted-notebook';

/** A step as tests write it; what is not given is empty. */
export interface ITestStep extends Partial<Omit<Step, 'id' | 'cells'>> {
  id: string;
  cells: string[];
}

export interface ITestNotebook {
  folder: string;
  path: string;
  content: { cells: { source: string }[]; [key: string]: unknown };
  convert: Converter;
}

/**
 * A notebook in a folder of its own, and a converter that gives exactly these steps: these tests
 * are about runs, not about how steps are found. Sources are read from the content that is
 * converted, so that a changed notebook gives a changed pipeline.
 */
export function buildNotebook(
  steps: ITestStep[],
  options: {
    folder?: string;
    name?: string;
    kernel?: string;
    parameters?: Record<string, number | string>;
    files?: string[];
    contents?: Record<string, string>;
    diagnostics?: Conversion['diagnostics'];
  } = {}
): ITestNotebook {
  const folder = options.folder ?? temporaryFolder('mlops-project-');
  const name = options.name ?? 'demand.ipynb';
  for (const [file, text] of Object.entries(options.contents ?? {})) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const content = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: options.kernel ?? 'python3', display_name: 'Python 3' }
    },
    cells: [
      {
        cell_type: 'markdown',
        id: 'title',
        metadata: {},
        source: '# A title'
      },
      ...steps.flatMap(step =>
        step.cells.map((source, index) => ({
          cell_type: 'code',
          id: `${step.id}-${index}`,
          metadata: {},
          execution_count: 99,
          outputs: [{ output_type: 'stream', name: 'stdout', text: 'an old output' }],
          source
        }))
      )
    ]
  };
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content));
  return { folder, path, content, convert: converter(steps, options) };
}

function converter(
  steps: ITestStep[],
  options: Parameters<typeof buildNotebook>[1] = {}
): Converter {
  return ({ content, fileName }) => {
    const sources = sourcesOf(content);
    let index = 1;
    const built = steps.map((step, position): Step => {
      const cells = step.cells.map((_, cell) => ({
        id: `${step.id}-${cell}`,
        index: index + cell,
        source: sources[index + cell]
      }));
      index += step.cells.length;
      return {
        title: step.id,
        inputs: [],
        outputs: [],
        after: position > 0 ? [steps[position - 1].id] : [],
        parameters: [],
        filesRead: [],
        filesWritten: [],
        imports: [],
        environment: [],
        retries: 0,
        cache: true,
        ...step,
        cells
      };
    });
    const parameters = Object.entries(options.parameters ?? {});
    return {
      pipeline: {
        version: 1,
        name: 'demand',
        notebook: fileName,
        kernel: options.kernel ?? 'python3',
        language: 'python',
        split: 'tags',
        parameters: parameters.map(([name, value]) => ({
          name,
          type: 'int',
          default: value,
          cell: 1
        })),
        parametersCell: parameters.length ? 1 : null,
        steps: built,
        joins: [],
        files: options.files ?? [],
        imports: []
      },
      diagnostics: options.diagnostics ?? []
    };
  };
}

function sourcesOf(content: unknown): string[] {
  if (!content || typeof content !== 'object' || !('cells' in content)) {
    throw new Error('The test gave no notebook.');
  }
  const { cells } = content;
  return Array.isArray(cells) ? cells.map(cell => String(cell.source)) : [];
}
