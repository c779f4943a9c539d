import { Name } from '../../../contract/identifier';

/** The folder of the GitOps repository that holds all environments. */
export const ENVIRONMENTS = 'environments';

export const environmentFile = (environment: string): string =>
  `${ENVIRONMENTS}/${environment}/environment.yaml`;

/** The collector of the requests of an environment's models. */
export const collectorFile = (environment: string): string =>
  `${ENVIRONMENTS}/${environment}/monitor.yaml`;

export const isEnvironmentFile = (path: string): boolean =>
  /^environments\/[^/]+\/environment\.yaml$/.test(path);

export const releaseFolder = (environment: string, model: string): string =>
  `${ENVIRONMENTS}/${environment}/${model}`;

/** The files of a release, in the order in which people read them. */
export const RELEASE_FILES = [
  'inferenceservice.yaml',
  'servingruntime.yaml',
  'app.yaml',
  'monitoring.yaml'
] as const;

/** Environment and model of a file in a release's folder; null for every other file. */
export function releaseOf(path: string): { environment: string; model: string } | null {
  const [root, environment, model, file] = path.split('/');
  const named = Name.safeParse(environment).success && Name.safeParse(model).success;
  return root === ENVIRONMENTS && named && file !== undefined
    ? { environment, model }
    : null;
}

/** Only the files below one folder. */
export function below(
  files: ReadonlyMap<string, string>,
  folder: string
): Map<string, string> {
  return new Map([...files].filter(([path]) => path.startsWith(`${folder}/`)));
}
