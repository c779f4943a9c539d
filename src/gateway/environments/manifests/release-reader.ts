import { z } from 'zod';

import { Digest } from '../../../contract/identifier';
import { MlopsError } from '../../../contract/mlops-error';
import { serviceName } from '../../serving/kserve/resources';
import { releaseFolder } from './layout';
import { STORE } from './release-manifests';
import { DIGEST } from '../../monitoring/collector/annotations';
import { readYaml } from './yaml-text';

/** What the files of a release's folder declare. */
export interface IDeclaredRelease {
  environment: string;
  model: string;
  /** Of the model artifact. */
  digest: string;
  /** What a cluster's pods must carry; null where this computer serves the artifact itself. */
  images: IServingImages | null;
  app: string | null;
  baseline: string | null;
}

/** Digests of the images that serve a model on a cluster. */
export interface IServingImages {
  /** Of the derived model image. */
  model: string;
  /** Of the model server. */
  server: string;
}

const byDigest = z
  .string()
  .regex(
    /^oci:\/\/[^\s@]+@sha256:[0-9a-f]{64}$/,
    'It must name its content by digest: oci://…@sha256:….'
  );

const InferenceService = z.object({
  kind: z.literal('InferenceService'),
  metadata: z.object({
    name: z.string(),
    annotations: z.record(z.string(), z.string()).default({})
  }),
  spec: z.object({
    predictor: z.object({ model: z.object({ storageUri: byDigest }) })
  })
});
type InferenceService = z.infer<typeof InferenceService>;

const onThisComputer = (model: string): z.ZodType<InferenceService> =>
  InferenceService.refine(({ metadata }) => metadata.name === model, {
    path: ['metadata', 'name'],
    message: `It must be ${model}, as its folder is.`
  });

const onCluster = (model: string): z.ZodType<InferenceService> =>
  InferenceService.refine(({ metadata }) => metadata.name === serviceName(model), {
    path: ['metadata', 'name'],
    message: `It must be ${serviceName(model)}, for the folder ${model}.`
  }).refine(({ metadata }) => Digest.safeParse(metadata.annotations[DIGEST]).success, {
    path: ['metadata', 'annotations', DIGEST],
    message: 'It must be the digest of the model artifact.'
  });

const ServingRuntime = z.object({
  spec: z.object({
    containers: z
      .array(
        z.object({
          image: z
            .string()
            .regex(/@sha256:[0-9a-f]{64}$/, 'It must name the image by digest.')
        })
      )
      .min(1)
  })
});

const App = z.object({ data: z.object({ content: byDigest.transform(digestIn) }) });

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
    ...readModel(model, {
      path: path('inferenceservice.yaml'),
      text: service,
      runtime: {
        path: path('servingruntime.yaml'),
        text: files.get(path('servingruntime.yaml')) ?? ''
      }
    }),
    app: app === undefined ? null : readYaml(path('app.yaml'), app, App).data.content,
    baseline: baseline === '' ? null : baseline
  };
}

interface IFile {
  path: string;
  text: string;
}

/** Where the model lies in a registry, its image serves; where in the store, the artifact itself. */
function readModel(
  model: string,
  { path, text, runtime }: IFile & { runtime: IFile }
): Pick<IDeclaredRelease, 'digest' | 'images'> {
  const { storageUri } = readYaml(path, text, InferenceService).spec.predictor.model;
  if (storageUri.startsWith(`${STORE}/`)) {
    readYaml(path, text, onThisComputer(model));
    return { digest: digestIn(storageUri), images: null };
  }
  const { metadata } = readYaml(path, text, onCluster(model));
  const { containers } = readYaml(runtime.path, runtime.text, ServingRuntime).spec;
  return {
    digest: metadata.annotations[DIGEST],
    images: { model: digestIn(storageUri), server: digestIn(containers[0].image) }
  };
}

function digestIn(reference: string): string {
  return Digest.parse(reference.slice(reference.lastIndexOf('@') + 1));
}
