import { z } from 'zod';

import { ClusterSettings } from './cluster';
import { CollectorSettings } from './collector';
import { ProposedRules } from './environment';
import { Engine } from './engine';
import { isGitAddress, readGitAddress } from './git-address';
import { Name } from './identifier';
import { whyNoRepository } from './image-reference';
import { ServingSettings } from './serving';
import { TargetSettings } from './target';
import { TektonSettings } from './tekton';

/** How fresh data reaches the notebook when it is trained again. */
export const RetrainingSettings = z.strictObject({
  notebook: z
    .string()
    .optional()
    .describe('The notebook; the one that trained the champion where absent.'),
  input: z
    .string()
    .describe("Path in the notebook's folder that it reads its data from."),
  fresh: z
    .string()
    .describe('CSV file with everything known by now, relative to `mlops.yaml`.'),
  time: z.string().describe('Column that holds the event time.'),
  label: z.string().describe('Column that holds the true value.'),
  holdoutDays: z
    .number()
    .positive()
    .default(30)
    .describe('How many of the newest days are withheld to judge both versions.')
});
export type RetrainingSettings = z.infer<typeof RetrainingSettings>;

/** How requests are kept and judged, under `monitoring` in `mlops.yaml`. */
export const MonitoringSettings = z.strictObject({
  minimumRows: z
    .number()
    .int()
    .min(20)
    .default(100)
    .describe('Rows a window must have before drift can be told.'),
  windowHours: z
    .number()
    .positive()
    .default(168)
    .describe('Length of a window of requests, in hours of event time.'),
  consecutive: z
    .number()
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe('Windows in a row that must drift before an alert fires.'),
  sensitive: z
    .array(z.string())
    .default([])
    .describe('Columns whose values are never stored with captured requests.'),
  retentionDays: z
    .number()
    .positive()
    .default(30)
    .describe('Days that captured requests are kept; at most 30 are counted.'),
  collector: CollectorSettings.optional(),
  retraining: RetrainingSettings.optional()
});
export type MonitoringSettings = z.infer<typeof MonitoringSettings>;

const GitAddress = z.string().superRefine((url, context) => {
  const read = readGitAddress(url);
  if (!isGitAddress(read)) {
    context.addIssue({ code: 'custom', message: read.message });
  }
});

/** Argo CD on the cluster of the project, under `gitops.argocd` in `mlops.yaml`. */
export const ArgocdSettings = z.strictObject({
  namespace: Name.optional().describe(
    'The one namespace with the Applications of Argo CD; where absent all that you may read, else `argocd`, `openshift-gitops` and the namespace of `cluster`.'
  ),
  repository: GitAddress.optional().describe(
    'Address under which Argo CD knows the repository, where it is another one than yours in host or path.'
  )
});
export type ArgocdSettings = z.infer<typeof ArgocdSettings>;

/** The Git repository that declares the environments, under `gitops` in `mlops.yaml`. */
export const GitopsSettings = z.strictObject({
  repository: GitAddress.describe(
    'Address of the Git repository that declares the environments: https, ssh or file, without a password. One in the data home where `gitops` is absent.'
  ),
  branch: z
    .string()
    .regex(
      /^(?![-/.])(?!.*(\.\.|\/\/|\/\.|@\{|\.lock(\/|$)))[^\s~^:?*[\\\p{Cc}]+(?<![/.])$/u,
      'This is no name of a branch.'
    )
    .default('main')
    .describe('The branch that says what runs.'),
  mode: z
    .enum(['push', 'branch'])
    .default('push')
    .describe(
      '`push`: a promotion is one commit pushed to the branch. `branch`: it is pushed as a branch `changes/…` that somebody merges.'
    ),
  author: z
    .string()
    .regex(
      /^[^<>\p{Cc}]*[^<>\s\p{Cc}] <[^<>@\s]+@[^<>@\s]+>$/u,
      'Write `Name <mail@example.org>`.'
    )
    .optional()
    .describe(
      'Who commits, as `Name <mail>`; who promotes stays the author. Your own git identity where absent.'
    ),
  argocd: ArgocdSettings.optional()
});
export type GitopsSettings = z.infer<typeof GitopsSettings>;

/** `mlops.yaml`: optional, versioned with the code; absent means everything embedded. */
export const Project = z.strictObject({
  engine: Engine.default('local').describe(
    'Where pipelines run: `local`, processes on this computer; `tekton`, pods of the cluster.'
  ),
  cluster: ClusterSettings.optional(),
  tekton: TektonSettings.optional(),
  serving: ServingSettings.optional(),
  model: z
    .strictObject({
      name: Name.optional().describe(
        'Name of the model; proposed from the notebook where absent.'
      ),
      variable: z.string().optional().describe('The variable that holds the model.'),
      time: z
        .string()
        .optional()
        .describe(
          'Column of the training frame with the event time, by which its rows are ordered.'
        )
    })
    .prefault({}),
  app: z
    .strictObject({
      folder: z.string().describe('Folder with `index.html`, relative to `mlops.yaml`.')
    })
    .optional(),
  environments: z
    .array(
      z.strictObject({
        name: Name.describe('Name of the environment.'),
        target: TargetSettings.optional().describe(
          'Where it runs; on this computer where absent.'
        ),
        ...ProposedRules.shape
      })
    )
    .min(1)
    .optional(),
  gitops: GitopsSettings.optional(),
  monitoring: MonitoringSettings.prefault({}),
  image: z
    .strictObject({
      base: z
        .string()
        .optional()
        .describe(
          'Base image of the derived model image: its digest in the model store, or `host/path@sha256:…`, which is pulled.'
        ),
      repository: z
        .string()
        .superRefine((text, context) => {
          const message = whyNoRepository(text);
          if (message !== null) {
            context.addIssue({ code: 'custom', message });
          }
        })
        .optional()
        .describe(
          'Repository that models are pushed to, such as `registry.example.com:5000/team/models`.'
        ),
      ca: z
        .string()
        .optional()
        .describe(
          'PEM file with the authority of the registry, relative to `mlops.yaml`; beside those that the system and `SSL_CERT_FILE` name.'
        ),
      plainHttp: z
        .boolean()
        .optional()
        .describe(
          'Speak to the registry without encryption. Where absent, only registries on this computer may do without.'
        )
    })
    .prefault({})
});
export type Project = z.infer<typeof Project>;
