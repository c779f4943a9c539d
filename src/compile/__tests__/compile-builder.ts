import type { Pipeline, Step } from '../../contract/pipeline';
import type { ICompileInput } from '../compile-input';

export const IMAGE = `registry.example/ml/python@sha256:${'a'.repeat(64)}`;

/** A step; what is not given is empty. */
export function compileStep(id: string, more: Partial<Step> = {}): Step {
  return {
    id,
    title: id,
    cells: [{ id: 'c', index: 0, source: `x = "$(touch x) {{workflow.name}}"` }],
    inputs: [],
    outputs: [],
    after: [],
    parameters: [],
    filesRead: [],
    filesWritten: [],
    imports: [],
    environment: [],
    retries: 0,
    cache: true,
    ...more
  };
}

/** What a pipeline of two steps is compiled from. */
export function compileInput(
  more: Partial<ICompileInput> = {},
  steps?: Step[]
): ICompileInput {
  const pipeline: Pipeline = {
    version: 1,
    name: 'demo',
    notebook: 'demo.ipynb',
    kernel: 'python3',
    language: 'python',
    split: 'headings',
    parameters: [],
    parametersCell: null,
    steps: steps ?? [
      compileStep('load', { outputs: ['x'] }),
      compileStep('train', {
        inputs: [{ variable: 'x', from: 'load' }],
        after: ['load']
      })
    ],
    joins: [],
    files: [],
    imports: []
  };
  return {
    pipeline,
    notebook: { cells: [] },
    runner: { 'pod.py': 'pass' },
    files: [],
    large: {},
    place: '.',
    tolerant: [],
    modelVariable: null,
    timeColumn: null,
    image: IMAGE,
    secrets: {},
    ...more
  };
}
