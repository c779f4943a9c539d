import type { AdapterStatus } from '../../contract/status';
import type { ICore } from '../core';
import type { Handlers } from '../http/handlers';
import type { OciLayout } from '../images/oci-layout';
import { notebookPath } from '../notebooks/notebook-path';
import type { IRuns } from '../pipelines/port';
import type { IModelServer } from '../serving/port';
import type { IStage } from '../stage';
import { Models } from './models';
import { Registrar } from './registrar';
import { VersionTable } from './version-table';

export interface IModelsOptions {
  runs: IRuns;
  modelServer: IModelServer;
  store: OciLayout;
}

/** Registered models: the registry, and the work of registering. */
export function createModelsStage(
  core: ICore,
  options: IModelsOptions
): { stage: IStage; models: Models } {
  const { runs, modelServer: server, store } = options;
  const table = new VersionTable(core.database);
  const registrar = new Registrar({ core, runs, server, store, table });
  const models = new Models({ core, runs, store, table, registrar });
  const handlers = {
    listModels: () => ({ models: models.list() }),
    getVersion: ({ params }) => models.version(params.model, params.version),
    register: ({ body, actor }) => models.register(body, actor),
    registerLive: ({ body, actor, rootDir }) => {
      const notebook = notebookPath(body.notebook, rootDir);
      return models.registerLive({ ...body, notebook }, actor);
    },
    listRegistrations: () => ({ registrations: models.registrations() }),
    getRegistration: ({ params }) => models.registration(params.id),
    cancelRegistration: ({ params, actor }) =>
      models.cancelRegistration(params.id, actor),
    archiveVersion: ({ params, actor }) =>
      models.archive(params.model, params.version, actor),
    unarchiveVersion: ({ params, actor }) =>
      models.unarchive(params.model, params.version, actor),
    testVersion: ({ params, actor }) => models.test(params.model, params.version, actor)
  } satisfies Handlers;
  const stage: IStage = {
    handlers,
    start: async () => {
      await store.removeLeftovers();
      models.resume();
    },
    close: () => models.close(),
    status: async () => [status(models, await store.manifests())]
  };
  return { stage, models };
}

function status(models: Models, manifests: string[]): AdapterStatus {
  const versions = models.list().flatMap(model => model.versions).length;
  return {
    stage: 'models',
    adapter: 'SQLite and OCI layout',
    state: 'ready',
    detail: `${versions} versions, ${manifests.length} manifests in the model store`
  };
}
