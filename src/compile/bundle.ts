import { strToU8 } from 'fflate';

import type { Diagnostic } from '../contract/pipeline';
import type { ICarriedFile, ICompileInput, ITarget } from './compile-input';
import { archive, encode } from './encode';
import { problem, size } from './problem';

export interface IBundle {
  /** The archive as text. */
  text: string;
  /** Files that must lie on the claim. */
  required: string[];
  diagnostics: Diagnostic[];
}

/**
 * What the pipeline carries: the step runner, the notebook, local modules, and as many data files,
 * smallest first, as the target has room for. The others are required from the claim.
 */
export function makeBundle(input: ICompileInput, target: ITarget): IBundle {
  const modules = input.files.filter(isModule);
  const data = input.files.filter(file => !isModule(file)).sort(bySize);
  let required = Object.keys(input.large);
  for (let carried = data.length; carried >= 0; carried--) {
    required = [
      ...Object.keys(input.large),
      ...data.slice(carried).map(({ path }) => path)
    ].sort();
    const text = packed(input, [...modules, ...data.slice(0, carried)], required);
    if (text.length <= target.bundleBytes) {
      return { text, required, diagnostics: missingClaim(input, required, target) };
    }
  }
  const largest = [...modules].sort(bySize).reverse().slice(0, 3);
  const names = largest.map(({ path, content }) => `${path} (${size(content.length)})`);
  const diagnostic = problem(null, {
    code: 'code-too-large',
    message: `The notebook and its local modules do not fit into a pipeline for ${target.name}, which can carry ${size(target.bundleBytes)} with the step runner. The largest: ${names.join(', ') || 'the notebook itself'}.`,
    fix: 'Install the modules into the image, or move images and data out of the notebook.'
  });
  return { text: '', required, diagnostics: [diagnostic] };
}

function packed(
  { runner, notebook, pipeline }: ICompileInput,
  files: ICarriedFile[],
  required: string[]
): string {
  const about = { required, steps: pipeline.steps.map(({ id }) => id) };
  return encode(
    archive([
      ...Object.entries(runner).map(([name, source]) => ({
        path: `jupyterlab_mlops_runner/${name}`,
        content: strToU8(source)
      })),
      ...files.map(({ path, content }) => ({ path: `work/${path}`, content })),
      { path: 'bundle.json', content: strToU8(JSON.stringify(about)) },
      { path: 'notebook.json', content: strToU8(JSON.stringify(notebook)) }
    ])
  );
}

function missingClaim(
  { files, large, filesClaim }: ICompileInput,
  required: string[],
  target: ITarget
): Diagnostic[] {
  if (required.length === 0) {
    return [];
  }
  const bytes = new Map(files.map(({ path, content }) => [path, content.length]));
  const named = required
    .map(path => `${path} (${size(large[path] ?? bytes.get(path) ?? 0)})`)
    .join(', ');
  return [
    filesClaim === undefined
      ? problem(null, {
          code: 'files-too-large',
          message: `These files are too large for a pipeline for ${target.name} to carry: ${named}.`,
          fix: 'Put them on a PersistentVolumeClaim, at these paths, and name it with --files-claim.'
        })
      : problem(null, {
          code: 'files-required',
          severity: 'info',
          message: `The claim ${filesClaim} must hold ${named}.`,
          fix: 'Copy them there, at these paths, before the pipeline is run.'
        })
  ];
}

function isModule({ path }: ICarriedFile): boolean {
  return path.endsWith('.py');
}

function bySize(a: ICarriedFile, b: ICarriedFile): number {
  return a.content.length - b.content.length || (a.path < b.path ? -1 : 1);
}
