import type { ICompiled, ITarget } from './compile-input';
import type { IPreparedPipeline } from './prepared-pipeline';
import { problem, size } from './problem';
import { yamlText } from './yaml-text';

/** etcd keeps no object above 1.5 MiB; what the cluster itself adds needs room too. */
const LIMIT = 1.5 * 1024 * 1024 - 128 * 1024;

/** Writes the YAML where nothing speaks against it, and sees that a cluster can keep it. */
export function finish(
  prepared: IPreparedPipeline,
  target: ITarget,
  documents: () => unknown[]
): ICompiled {
  const { diagnostics } = prepared;
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { yaml: null, diagnostics };
  }
  const yaml = yamlText(documents());
  if (yaml.length <= LIMIT) {
    return { yaml, diagnostics };
  }
  const parts = [
    { name: 'runner and files', bytes: prepared.bundle.join('').length },
    ...prepared.steps.map(({ step, request }) => ({
      name: `step “${step.title}”`,
      bytes: request.join('').length
    }))
  ];
  const largest = parts.sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  const named = largest.map(({ name, bytes }) => `${name} ${size(bytes)}`).join(', ');
  const tooLarge = problem(null, {
    code: 'pipeline-too-large',
    message: `The pipeline for ${target.name} is ${size(yaml.length)}; a cluster keeps no object above 1.5 MiB. The largest parts: ${named}.`,
    fix: 'Join steps, or move code and data out of the notebook.'
  });
  return { yaml: null, diagnostics: [...diagnostics, tooLarge] };
}
