import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';

import { compileTektonRun } from '../../../compile/tekton/compile-tekton';
import type { ICompileInput } from '../../../compile/compile-input';
import { MlopsError } from '../../../contract/mlops-error';
import type { Project } from '../../../contract/project';
import type { Run, RunPlace, RunStep } from '../../../contract/run';
import type { TektonSettings } from '../../../contract/tekton';
import { requireRights } from '../../kube/access-review';
import type { Cluster } from '../../kube/cluster';
import { objectName } from '../../kube/object-name';
import { readProject } from '../../project/read-project';
import { compileInput } from '../compiled-pipeline';
import type { IEnginePlan, IRunEngine, IRunExecution } from '../run-engine';
import type { IRunOptions } from '../run-execution';
import type { RunFolder } from '../run-folder';
import type { IPlannedRun } from '../run-starter';
import type { IStoredRun } from '../run-store';
import { readResult } from '../step-files';
import { ifMissing } from './reader-pod';
import { neededRights, PIPELINE_RUNS, RUN_LABEL } from './resources';
import { tektonPlace } from './run-place';
import { fetchedSteps } from './step-results';
import { TektonRun, type ITektonServices } from './tekton-run';
import {
  readSubmitted,
  readTektonPlan,
  writeTektonPlan,
  type TektonPlan
} from './tekton-plan';

/** Tekton adds the task's name and more; a pod's name has 63 characters. */
const NAME = 40;

/** Runs pipelines as pods of a cluster, by Tekton. */
export class TektonEngine implements IRunEngine {
  readonly name = 'tekton';

  constructor(
    private readonly _services: ITektonServices & {
      /** Folder of the step runner. */
      runner: string;
      folderOf(run: string): RunFolder;
    }
  ) {}

  async plan(planned: IPlannedRun, earlier: IStoredRun | null): Promise<IEnginePlan> {
    const { run, plan, content, secrets } = planned;
    const found = readProject(run.notebook);
    const settings = settingsOf(found);
    refuseSecrets(Object.keys(secrets));
    const project = found.path && dirname(found.path);
    const cluster = await this._services.clusters.get(settings.cluster, project);
    const namespace = await checkedNamespace(cluster);
    await requireRights(cluster.client, neededRights(namespace));
    const taken = earlier && (await this._taken(earlier, cluster, namespace));
    const { image, secrets: references, files, claim } = settings.tekton;
    const input = await withReplaced(
      compileInput(
        {
          path: run.notebook,
          content,
          pipeline: plan.pipeline,
          runner: this._services.runner
        },
        { image, secrets: references, files, filesClaim: claim }
      ),
      plan.files
    );
    const name = objectName([run.name, run.id.slice(0, 8)], { limit: NAME });
    const { objects, diagnostics } = compileTektonRun(input, {
      name,
      labels: {
        [RUN_LABEL]: run.id,
        'app.kubernetes.io/managed-by': 'jupyterlab-mlops'
      },
      settings: settings.tekton,
      parameters: run.parameters,
      ...(taken
        ? {
            taken: { run: taken.name, steps: taken.steps.map(({ id }) => id) },
            claim: taken.claim
          }
        : {})
    });
    if (!objects) {
      throw refused(diagnostics);
    }
    const { pipeline, pipelineRun, prepare, notebook } = objects;
    const { serviceAccount, runAsUser, fsGroup } = settings.tekton;
    const tekton: TektonPlan = {
      cluster: settings.cluster,
      clusterName: (await cluster.identity()).cluster,
      project,
      namespace,
      name,
      image,
      serviceAccount: serviceAccount ?? null,
      runAsUser: runAsUser ?? null,
      fsGroup: fsGroup ?? null,
      prepare,
      notebook,
      pipeline,
      pipelineRun
    };
    return {
      diagnostics,
      done: taken?.steps ?? [],
      write: async folder => {
        await writeTektonPlan(folder, tekton);
        for (const { id } of taken?.steps ?? []) {
          await copyStep(id, this._services.folderOf(taken?.id ?? ''), folder);
        }
      }
    };
  }

  execute(options: IRunOptions): IRunExecution {
    return new TektonRun(this._services, options);
  }

  place(run: Run): RunPlace | null {
    return tektonPlace(this._services.folderOf(run.id), run.steps);
  }

  /** What an earlier run has done and still lies on its claim. */
  private async _taken(
    { run }: IStoredRun,
    cluster: Cluster,
    namespace: string
  ): Promise<ITaken | null> {
    const folder = this._services.folderOf(run.id);
    const steps = fetchedSteps(run.steps, folder);
    if (steps.length === 0 || run.engine !== this.name) {
      return null;
    }
    const before = readTektonPlan(folder);
    const at = { namespace: before.namespace, name: before.name };
    const claim = readSubmitted(folder)?.claim ?? null;
    // Its own claim went with it.
    const isThere = await cluster.client.get(PIPELINE_RUNS, at).catch(ifMissing);
    if (before.namespace !== namespace || claim === null || !isThere) {
      return null;
    }
    const now = new Date().toISOString();
    return {
      id: run.id,
      name: before.name,
      claim,
      steps: steps.map(step => ({
        ...step,
        state: 'cached',
        startedAt: now,
        endedAt: now,
        attempt: 0
      }))
    };
  }
}

interface ITaken {
  id: string;
  name: string;
  claim: string;
  steps: RunStep[];
}

function settingsOf({ project, path }: { project: Project; path: string | null }): {
  cluster: NonNullable<Project['cluster']>;
  tekton: TektonSettings;
} {
  const { cluster, tekton } = project;
  const missing = [
    cluster ? '' : '‘cluster’, the cluster and as whom',
    tekton ? '' : '‘tekton’, the image of the steps'
  ].filter(Boolean);
  if (!cluster || !tekton) {
    throw new MlopsError('refused', {
      code: 'engine-not-configured',
      message: `Runs cannot go to Tekton: ${path ?? 'mlops.yaml'} does not name ${missing.join(', and ')}.`,
      action:
        'Add it to mlops.yaml (see docs/configuration.md), or choose the local engine.'
    });
  }
  return { cluster, tekton };
}

function refuseSecrets([first]: string[]): void {
  if (first !== undefined) {
    throw new MlopsError('refused', {
      code: 'parameter-secret',
      message: `The parameter ${first} is secret: in a cluster, everybody who may read runs could read its value.`,
      action: `Keep it in a Secret of the namespace, name it under ‘tekton: secrets:’ in mlops.yaml, and read it with os.environ.`
    });
  }
}

async function checkedNamespace(cluster: Cluster): Promise<string> {
  const namespace = await cluster.namespace();
  if (!(await cluster.discovery.serves(PIPELINE_RUNS))) {
    const { cluster: name } = await cluster.identity();
    throw new MlopsError('refused', {
      code: 'engine-not-installed',
      message: `Tekton Pipelines is not installed on the cluster ${name}.`,
      action: 'Ask for OpenShift Pipelines or Tekton there, or choose the local engine.'
    });
  }
  return namespace;
}

/** Files that this run gets instead of the notebook's own. */
async function withReplaced(
  input: ICompileInput,
  replaced: Record<string, string>
): Promise<ICompileInput> {
  const files = new Map(input.files.map(file => [file.path, file]));
  const large = { ...input.large };
  for (const [to, from] of Object.entries(replaced)) {
    const path = normalize(join(input.place, to));
    files.set(path, { path, content: await readFile(from) });
    delete large[path];
  }
  return { ...input, files: [...files.values()], large };
}

function refused(
  diagnostics: ReturnType<typeof compileTektonRun>['diagnostics']
): MlopsError {
  const [first] = diagnostics.filter(({ severity }) => severity === 'error');
  return new MlopsError('refused', {
    code: 'notebook-refused',
    message: first?.message ?? 'The pipeline cannot be made for Tekton.',
    action: first?.fix,
    details: { diagnostics }
  });
}

async function copyStep(id: string, from: RunFolder, to: RunFolder): Promise<void> {
  const [source, target] = [from.step(id), to.step(id)];
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await cp(source, target, { recursive: true });
  for (const path of Object.keys(readResult(source)?.filesWritten ?? {})) {
    const file = join(from.work, path);
    if (!isAbsolute(path) && existsSync(file) && (await stat(file)).isFile()) {
      await mkdir(dirname(join(to.work, path)), { recursive: true });
      await cp(file, join(to.work, path));
    }
  }
}
