import type { CollectorSettings } from '../../../contract/collector';
import type { EnvironmentRules } from '../../../contract/environment';
import type { ModelVersion } from '../../../contract/model';
import type { ServingSettings } from '../../../contract/serving';
import { DIGEST, PREFIX } from '../../monitoring/collector/annotations';

export interface IReleaseParts {
  environment: string;
  version: ModelVersion;
  /** Digest of the intelligent app's content; null where the model has none. */
  app: string | null;
  rules: EnvironmentRules;
  /** Null where the environment runs on this computer. */
  cluster: IClusterParts | null;
}

/** What a release on a cluster is made of beside the model itself. */
export interface IClusterParts {
  namespace: string;
  /** Where the images lie: `registry.example.com/team/models`. */
  repository: string;
  /** Digest of the derived model image. */
  image: string;
  settings: ServingSettings;
  /** Whether the cluster takes the objects of the Prometheus operator. */
  prometheus: boolean;
  /** What collects the requests of the namespace's models; null where nothing of ours does. */
  collector: ICollectorParts | null;
}

export interface ICollectorParts {
  settings: CollectorSettings;
  /** Columns of the model that it must not keep. */
  sensitive: string[];
}

export function labelsOf({
  environment,
  version
}: IReleaseParts): Record<string, string> {
  return {
    'app.kubernetes.io/part-of': version.model,
    [`${PREFIX}/environment`]: environment,
    [`${PREFIX}/model`]: version.model,
    [`${PREFIX}/version`]: String(version.version)
  };
}

/** The digest, and the run that made it where one did. */
export function annotationsOf({ version }: IReleaseParts): Record<string, string> {
  const { run } = version.lineage;
  return { [DIGEST]: version.digest, ...(run ? { [`${PREFIX}/run`]: run } : {}) };
}

export function metadata(
  parts: IReleaseParts,
  name: string,
  annotations: Record<string, string> = {}
): object {
  return {
    name,
    namespace: parts.cluster?.namespace ?? parts.environment,
    labels: labelsOf(parts),
    annotations: { [DIGEST]: parts.version.digest, ...annotations }
  };
}
