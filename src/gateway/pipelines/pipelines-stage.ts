import { availableParallelism } from 'node:os';
import { accessSync, constants } from 'node:fs';
import { isAbsolute, join } from 'node:path';

import type { AdapterStatus } from '../../contract/status';
import { convert as convertNotebook } from '../../notebook/convert';
import type { ICore } from '../core';
import type { Clusters } from '../kube/clusters';
import type { Handlers } from '../http/handlers';
import type { LaunchContext } from '../launch-context';
import { findKernel } from '../notebooks/kernel';
import { notebookPath } from '../notebooks/notebook-path';
import { readNotebook } from '../notebooks/read-notebook';
import type { IStage } from '../stage';
import { compilePipeline } from './compiled-pipeline';
import type { Converter } from './converted-notebook';
import { EnvironmentDigest } from './environment-digest';
import { LocalEngine } from './local-engine';
import { LocalRuns } from './local-runs';
import { missingNeeds } from './missing-needs';
import type { IRuns } from './port';
import type { IRunEngine } from './run-engine';
import { RunFolder } from './run-folder';
import { RunPreparation } from './run-preparation';
import { RunService } from './run-service';
import { RunStarter } from './run-starter';
import { RunStore } from './run-store';
import { Slots } from './slots';
import { StepCache } from './step-cache';
import { TektonEngine } from './tekton/tekton-engine';

/** Steps that run at the same time on this computer. */
const AT_ONCE = 4;

/** Notebook → pipeline → run: the first stage of the loop. */
export function createPipelinesStage(
  core: ICore,
  convert: Converter = convertNotebook,
  clusters?: Clusters
): { stage: IStage; runs: IRuns } {
  const { context, database, home, log } = core;
  const folderOf = (id: string): RunFolder => new RunFolder(join(home.runs, id));
  const engine = new LocalEngine(context.runner);
  const never = [home.path];
  const engines: IRunEngine[] = [
    new LocalRuns({
      engine,
      log,
      cache: new StepCache(database, folderOf),
      preparation: new RunPreparation(new EnvironmentDigest(context.runner), never),
      slots: new Slots(Math.min(availableParallelism(), AT_ONCE))
    })
  ];
  if (clusters) {
    const { runner } = context;
    engines.push(new TektonEngine({ clusters, log, runner, folderOf }));
  }
  const names = engines.map(({ name }) => name);
  const runs = new RunService(core, {
    store: new RunStore(database),
    engine,
    starter: new RunStarter(context, convert, never, names),
    engines
  });
  return {
    runs,
    stage: {
      handlers: createHandlers(runs, context),
      start: () => runs.resume(),
      close: () => runs.close(),
      status: async () => [status(core)]
    }
  };
}

function createHandlers(runs: RunService, context: LaunchContext): Handlers {
  const { runner } = context;
  return {
    convert: ({ body, rootDir }) =>
      runs.convert(notebookPath(body.notebook, rootDir), body.content, body.split),
    checkNeeds: async ({ body, rootDir }) => {
      const path = notebookPath(body.notebook, rootDir);
      const kernel = findKernel(body.kernel, context);
      const needs = { ...body, pipeline: null };
      return { missing: await missingNeeds(path, needs, kernel) };
    },
    compile: ({ body, rootDir }) => {
      const path = notebookPath(body.notebook, rootDir);
      const content = body.content ?? readNotebook(path);
      const { pipeline, diagnostics } = runs.convert(path, content, body.split);
      if (!pipeline) {
        return { yaml: null, diagnostics };
      }
      const compiled = compilePipeline({ path, content, pipeline, runner }, body);
      return { ...compiled, diagnostics: [...diagnostics, ...compiled.diagnostics] };
    },
    listRuns: ({ query }) => ({ runs: runs.list(query.limit, query.before) }),
    startRun: ({ body, actor, rootDir }) => {
      const notebook = notebookPath(body.notebook, rootDir);
      return runs.start({ ...body, notebook }, actor, { kind: 'user' });
    },
    getRun: ({ params }) => runs.get(params.id),
    stopRun: ({ params, actor }) => runs.stop(params.id, actor),
    retryRun: ({ params, actor }) => runs.retry(params.id, actor),
    runLog: ({ params, query }) =>
      runs.log(params.id, params.step, query.after, query.limit),
    executedNotebook: ({ params }) => {
      const { name, content } = runs.notebook(params.id);
      return new Response(JSON.stringify(content, null, 1), {
        headers: {
          'Content-Type': 'application/x-ipynb+json',
          // RFC 5987: the name may hold anything.
          'Content-Disposition': `attachment; filename*=UTF-8''${encodeName(name)}`,
          'X-Content-Type-Options': 'nosniff'
        }
      });
    }
  };
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(
    /['()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  );
}

function status({ context }: ICore): AdapterStatus {
  const runner = join(context.runner, 'supervise.py');
  const missing = [context.python, runner].filter(
    path => isAbsolute(path) && !isReadable(path)
  );
  return {
    stage: 'pipelines',
    adapter: 'local',
    state: missing.length ? 'failed' : 'ready',
    detail: missing.length
      ? `${missing.join(' and ')} cannot be read: install jupyterlab-mlops again.`
      : 'Steps run as processes on this computer.'
  };
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
