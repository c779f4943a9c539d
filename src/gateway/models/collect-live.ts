import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import type { ModelCandidate } from '../../contract/run';
import type { LaunchContext } from '../launch-context';
import { readProject } from '../project/read-project';
import { pickCandidate } from './candidate';
import type { ICollected } from './collect';
import { kernelPackages } from './kernel-packages';
import { ModelFolder, type Description } from './model-folder';

/**
 * Collects what a live kernel wrote (`export_live.py` of the step runner): a folder with
 * `models/<variable>/`. Nothing says that the notebook would give the same again.
 *
 * @param live The only folder from which live models are read: `<data home>/live`.
 * @throws MlopsError from `ModelFolder`, `pickCandidate`, `kernelPackages`
 */
export async function collectFromLive(
  live: string,
  request: { notebook: string; folder: string },
  context: LaunchContext
): Promise<ICollected> {
  const { notebook } = request;
  const found = await readModels(join(request.folder, 'models'), live);
  const { variable } = readProject(notebook).project.model;
  const { folder, description } = pick(found, variable);
  const { python, packages } = await kernelPackages(notebook, context);
  return {
    folder,
    description,
    lineage: {
      run: null,
      runNumber: null,
      notebook,
      source: null,
      data: {},
      packages,
      python,
      imports: description.imports,
      parameters: {},
      variable: description.variable,
      type: description.type,
      retraining: null,
      alert: null
    },
    metrics: {},
    reproducible: false,
    missing: [
      ...description.missing,
      'The run: it was registered from a live kernel, so nobody can say that the notebook gives it again.',
      'The commit, the data and the metrics: which code a live kernel has run, and what it has read and computed, is not known.'
    ]
  };
}

interface IFound {
  folder: ModelFolder;
  description: Description;
}

async function readModels(models: string, live: string): Promise<IFound[]> {
  // Checked before it is listed: the path comes from a request.
  await ModelFolder.open(models, live);
  const names = await readdir(models);
  return await Promise.all(
    names.sort().map(async name => {
      const folder = await ModelFolder.open(join(models, name), live);
      return { folder, description: await folder.description() };
    })
  );
}

function pick(found: IFound[], chosen: string | undefined): IFound {
  const candidates = found.map(
    ({ description: { variable, kind, type, trainedRows } }): ModelCandidate => ({
      variable,
      kind,
      type,
      step: '',
      fitCaptured: trainedRows !== null
    })
  );
  const { variable } = pickCandidate(candidates, chosen);
  const model = found.find(({ description }) => description.variable === variable);
  if (!model) {
    throw new MlopsError('refused', {
      code: 'no-model',
      message: 'The kernel holds nothing that can be registered.'
    });
  }
  return model;
}
