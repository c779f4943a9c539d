import { writeFileSync } from 'node:fs';

import type { ISecretKey } from '../compile/compile-input';
import { CompileFormat } from '../contract/compiled';
import { MlopsError } from '../contract/mlops-error';
import type { Conversion, Pipeline } from '../contract/pipeline';
import { readLaunchContext } from '../gateway/launch-context';
import { readNotebook } from '../gateway/notebooks/read-notebook';
import { compilePipeline } from '../gateway/pipelines/compiled-pipeline';
import { EXIT } from './command';
import { printDiagnostics } from './diagnostics';
import type { IOutput } from './output';

export const COMPILED: readonly string[] = CompileFormat.options;

export interface ICompileOptions {
  format: CompileFormat;
  output?: string;
  image?: string;
  secretEnv: Record<string, ISecretKey>;
  with: string[];
  filesClaim?: string;
}

export function isCompiled(format: string): format is CompileFormat {
  return COMPILED.includes(format);
}

/** Writes the pipeline of a notebook for Kubeflow Pipelines or Tekton; gives the exit code. */
export function compileFile(
  path: string,
  conversion: Conversion & { pipeline: Pipeline | null },
  options: ICompileOptions,
  output: IOutput
): number {
  const { pipeline } = conversion;
  if (!pipeline) {
    return EXIT.refused;
  }
  const { runner } = readLaunchContext(process.env);
  const { secretEnv: secrets, with: files, ...request } = options;
  const { yaml, diagnostics } = compilePipeline(
    { path, content: readNotebook(path), pipeline, runner },
    { ...request, secrets, files }
  );
  const all = [...conversion.diagnostics, ...diagnostics];
  output.result({
    diagnostics: all,
    steps: pipeline.steps,
    format: options.format,
    bytes: yaml?.length ?? null,
    ...(options.output ? {} : { yaml })
  });
  // The text itself may stand on standard output, so that it can be piped.
  const say = { ...output, line: (text: string) => output.progress(text) };
  printDiagnostics(all, say);
  if (yaml === null) {
    return EXIT.refused;
  }
  if (options.output) {
    writeFileSync(options.output, yaml);
    output.line(`${pipeline.name}: ${pipeline.steps.length} steps, ${options.output}`);
  } else {
    output.line(yaml.trimEnd());
  }
  return EXIT.done;
}

/** `--secret-env VARIABLE=SECRET:KEY`, repeated. */
export function collectSecret(
  text: string,
  known: Record<string, ISecretKey>
): Record<string, ISecretKey> {
  const found =
    /^([A-Za-z_][A-Za-z0-9_]*)=([a-z0-9][a-z0-9.-]*):([A-Za-z0-9._-]+)$/.exec(text);
  if (!found) {
    throw new MlopsError('refused', {
      code: 'option-invalid',
      message: '--secret-env is not of the form VARIABLE=SECRET:KEY.',
      action:
        'Name a Secret of the namespace and one of its keys, never the value itself.'
    });
  }
  const [, variable, secret, key] = found;
  return { ...known, [variable]: { secret, key } };
}
