import { convert } from '../notebook/convert';
import type { ICore } from './core';
import { createEnvironmentsStage } from './environments/stage';
import { createImagesStage } from './images/images-stage';
import { OciLayout } from './images/oci-layout';
import { createClusterStage } from './kube/cluster-stage';
import { createModelsStage } from './models/stage';
import { MonitoringStage } from './monitoring/monitoring-stage';
import { createPipelinesStage } from './pipelines/pipelines-stage';
import { createServing } from './serving/create-serving';
import { EnvironmentCollector } from './serving/environment-collector';
import type { IStage } from './stage';

/** The stages of the loop, in its order: each may build upon those before it. */
export function createStages(core: ICore): IStage[] {
  const kube = createClusterStage(core);
  const store = new OciLayout(core.home.oci);
  const serving = createServing(core, store);
  const { modelServer } = serving;
  const pipelines = createPipelinesStage(core, convert, kube.clusters);
  const { runs } = pipelines;
  const registry = createModelsStage(core, { runs, modelServer, store });
  const { models } = registry;
  const released = createEnvironmentsStage(core, {
    models,
    modelServer,
    imageStore: store,
    clusters: kube.clusters
  });
  const { environments } = released;
  const monitoring = new MonitoringStage(core, {
    runs,
    models,
    environments,
    modelServer,
    collectors: released.collectors
  });
  const collector = new EnvironmentCollector({
    log: core.log,
    versions: () => models.list().flatMap(({ versions }) => versions),
    running: () => modelServer.usedEnvironments(),
    remove: used => serving.environments.collect(used)
  });
  const servers: IStage = {
    handlers: {},
    start: async () => {
      await serving.start();
      collector.start();
    },
    close: async () => {
      collector.close();
      await serving.close();
    },
    status: async () => [await serving.status()]
  };
  const images = createImagesStage(process.env);
  return [
    kube.stage,
    servers,
    pipelines.stage,
    registry.stage,
    images,
    released.stage,
    monitoring
  ];
}
