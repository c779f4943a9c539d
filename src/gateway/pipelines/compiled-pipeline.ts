import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

import { blankNotebook } from '../../compile/blank-notebook';
import type { ICompiled, ICompileInput } from '../../compile/compile-input';
import { compileKfp } from '../../compile/kfp/compile-kfp';
import { compileTekton } from '../../compile/tekton/compile-tekton';
import type { CompileRequest } from '../../contract/compiled';
import type { Pipeline } from '../../contract/pipeline';
import { readProject } from '../project/read-project';
import { leanPython } from './lean-python';
import { planRunWork } from './run-preparation';
import { tolerantCells } from './run-starter';

const COMPILERS = { kfp: compileKfp, tekton: compileTekton };
/** Larger files are not even looked at: no pipeline can carry them. */
const READ = 8 * 1024 * 1024;

export interface ICompileSource {
  /** Absolute path of the notebook. */
  path: string;
  /** The notebook's JSON. */
  content: unknown;
  pipeline: Pipeline;
  /** Folder of the step runner. */
  runner: string;
}

/** Compiles a pipeline with the files that it needs; nothing is written or run. */
export function compilePipeline(
  source: ICompileSource,
  request: Omit<CompileRequest, 'notebook' | 'content' | 'split'>
): ICompiled {
  return COMPILERS[request.format](compileInput(source, request));
}

/** What a pipeline is compiled from: read now, so that nothing changes between two looks. */
export function compileInput(
  { path, content, pipeline, runner }: ICompileSource,
  request: Omit<Parameters<typeof compilePipeline>[1], 'format'>
): ICompileInput {
  const { project } = readProject(path);
  const named = [...pipeline.files, ...request.files];
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
    runner: readRunner(runner),
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
    image: request.image,
    secrets: request.secrets,
    filesClaim: request.filesClaim
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

function readRunner(runner: string): Record<string, string> {
  const names = readdirSync(runner).filter(
    name => name.endsWith('.py') && !NOT_IN_PODS.has(name)
  );
  return Object.fromEntries(
    names
      .sort()
      .map(name => [name, leanPython(readFileSync(join(runner, name), 'utf8'))])
  );
}
