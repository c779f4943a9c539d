import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { blankNotebook } from '../compile/blank-notebook';
import type { ICompileInput, ISecretKey } from '../compile/compile-input';
import { compileKfp } from '../compile/kfp/compile-kfp';
import { compileTekton } from '../compile/tekton/compile-tekton';
import { MlopsError } from '../contract/mlops-error';
import type { Conversion, Pipeline } from '../contract/pipeline';
import { readLaunchContext } from '../gateway/launch-context';
import { readNotebook } from '../gateway/notebooks/read-notebook';
import { planRunWork } from '../gateway/pipelines/run-preparation';
import { tolerantCells } from '../gateway/pipelines/run-starter';
import { readProject } from '../gateway/project/read-project';
import { EXIT } from './command';
import { printDiagnostics } from './diagnostics';
import type { IOutput } from './output';

const COMPILERS = { kfp: compileKfp, tekton: compileTekton };
/** Larger files are not even looked at: no pipeline can carry them. */
const READ = 8 * 1024 * 1024;

type Format = keyof typeof COMPILERS;
export const COMPILED = Object.keys(COMPILERS);

export interface ICompileOptions {
  format: Format;
  output?: string;
  image?: string;
  secretEnv: Record<string, ISecretKey>;
  with: string[];
  filesClaim?: string;
}

export function isCompiled(format: string): format is Format {
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
  const { yaml, diagnostics } = COMPILERS[options.format](
    compileInput(path, pipeline, options)
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

function compileInput(
  path: string,
  pipeline: Pipeline,
  options: ICompileOptions
): ICompileInput {
  const content = readNotebook(path);
  const { project } = readProject(path);
  const named = [...pipeline.files, ...options.with];
  const work = planRunWork(path, { pipeline: { ...pipeline, files: named } }, []);
  const wanted = named.map(file => normalize(join(work.folder, file)));
  const isModular = named.some(file => file.endsWith('.py'));
  // Any local module may import any other.
  const chosen = [...work.files, ...linkedFiles(path, work)].filter(
    ({ to }) =>
      (isModular && to.endsWith('.py')) ||
      wanted.some(file => to === file || to.startsWith(`${file}/`))
  );
  return {
    pipeline,
    notebook: blankNotebook(content),
    runner: readRunner(),
    files: chosen
      .filter(({ bytes }) => bytes <= READ)
      .map(({ from, to }) => ({ path: to, content: readFileSync(from) })),
    large: Object.fromEntries(
      chosen.filter(({ bytes }) => bytes > READ).map(({ to, bytes }) => [to, bytes])
    ),
    place: work.folder,
    tolerant: tolerantCells(content),
    modelVariable: project.model.variable ?? null,
    timeColumn: project.model.time ?? null,
    image: options.image,
    secrets: options.secretEnv,
    filesClaim: options.filesClaim
  };
}

/** Links inside the folder, as the files that they lead to. */
function linkedFiles(path: string, work: ReturnType<typeof planRunWork>) {
  return [...work.links].flatMap(([to, target]) => {
    const root = normalize(join(dirname(path), ...upwards(work.folder)));
    const from = join(root, dirname(to), target);
    const stat = statSync(from, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ from, to, bytes: stat.size }] : [];
  });
}

function upwards(place: string): string[] {
  return place === '.' ? [] : place.split('/').map(() => '..');
}

/** Modules of the runner for processes of this computer and for live kernels. */
const NOT_IN_PODS = new Set(['warm.py', 'export_live.py']);

function readRunner(): Record<string, string> {
  const { runner } = readLaunchContext(process.env);
  const names = readdirSync(runner).filter(
    name => name.endsWith('.py') && !NOT_IN_PODS.has(name)
  );
  return Object.fromEntries(
    names.sort().map(name => [name, readFileSync(join(runner, name), 'utf8')])
  );
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
