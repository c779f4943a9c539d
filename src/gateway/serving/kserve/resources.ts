import { KSERVE_NEEDS } from '../../kube/adapter-needs';
import { objectName } from '../../kube/object-name';
import type { IRequestSubject } from '../../kube/request-subject';
import type { IResource } from '../../kube/resource';

export const INFERENCE_SERVICES: IResource = {
  group: 'serving.kserve.io',
  version: 'v1beta1',
  plural: 'inferenceservices',
  namespaced: true
};

export const SERVING_RUNTIMES: IResource = {
  group: 'serving.kserve.io',
  version: 'v1alpha1',
  plural: 'servingruntimes',
  namespaced: true
};

/** Set by KServe on every pod of an InferenceService. */
export const SERVICE_LABEL = 'serving.kserve.io/inferenceservice';
/** KServe takes the model server's container by this name. */
export const SERVER_CONTAINER = 'kserve-container';
/** Where MLServer answers requests, and tells its figures. */
export const HTTP_PORT = 8080;
export const METRICS_PORT = 8082;
export const METRICS_PORT_NAME = 'metrics';

const PREDICTOR = '-predictor';
const NAME_LIMIT = 63 - PREDICTOR.length;

/** Name of a model's InferenceService: the model's own where KServe takes it (it begins with a letter). */
export function serviceName(model: string): string {
  return /^[a-z]/.test(model)
    ? objectName([model], { limit: NAME_LIMIT })
    : objectName([model], { limit: NAME_LIMIT, always: true });
}

/** Name of the Service before an InferenceService's pods, in Standard mode. */
export function predictorService(name: string): string {
  return `${name}${PREDICTOR}`;
}

/** Everything that is needed to follow a model and to ask it. */
export function neededRights(namespace: string): IRequestSubject[] {
  return KSERVE_NEEDS.rights.flatMap(({ verbs, ...what }) =>
    verbs.map(verb => ({ verb, namespace, ...what }))
  );
}
