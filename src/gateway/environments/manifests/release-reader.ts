import { z } from 'zod';

import { Digest } from '../../../contract/identifier';
import { MlopsError } from '../../../contract/mlops-error';
import { releaseFolder } from './layout';
import { readYaml } from './yaml-text';

/** What the files of a release's folder declare. */
export interface IDeclaredRelease {
  environment: string;
  model: string;
  digest: string;
  app: string | null;
  baseline: string | null;
}

const byDigest = z
  .string()
  .regex(
    /^oci:\/\/[^\s@]+@sha256:[0-9a-f]{64}$/,
    'It must name its content by digest: oci://…@sha256:….'
  )
  .transform(uri => Digest.parse(uri.slice(uri.lastIndexOf('@') + 1)));

const inferenceService = (model: string): z.ZodType<{ digest: string }> =>
  z
    .object({
      kind: z.literal('InferenceService'),
      metadata: z.object({ name: z.literal(model) }),
      spec: z.object({
        predictor: z.object({ model: z.object({ storageUri: byDigest }) })
      })
    })
    .transform(({ spec }) => ({ digest: spec.predictor.model.storageUri }));

const App = z.object({ data: z.object({ content: byDigest }) });

const Monitoring = z.object({
  data: z.object({ baseline: z.union([Digest, z.literal('')]) })
});

/**
 * Reads one release from its files.
 *
 * @param files Path from the repository's root → text.
 * @throws MlopsError `manifest-broken` naming the file and the reason.
 */
export function readRelease(
  environment: string,
  model: string,
  files: ReadonlyMap<string, string>
): IDeclaredRelease {
  const folder = releaseFolder(environment, model);
  const path = (name: string): string => `${folder}/${name}`;
  const service = files.get(path('inferenceservice.yaml'));
  if (service === undefined) {
    throw new MlopsError('refused', {
      code: 'manifest-broken',
      message: `${folder} has no inferenceservice.yaml.`,
      cause: 'Without it nothing says which model serves there.',
      action: 'Restore the file with a commit, or remove the whole folder.'
    });
  }
  const app = files.get(path('app.yaml'));
  const monitoring = files.get(path('monitoring.yaml'));
  const baseline =
    monitoring === undefined
      ? ''
      : readYaml(path('monitoring.yaml'), monitoring, Monitoring).data.baseline;
  return {
    environment,
    model,
    digest: readYaml(path('inferenceservice.yaml'), service, inferenceService(model))
      .digest,
    app: app === undefined ? null : readYaml(path('app.yaml'), app, App).data.content,
    baseline: baseline === '' ? null : baseline
  };
}
