import { z } from 'zod';

import { ClusterSettings } from './cluster';
import { ProposedRules } from './environment';
import { Name } from './identifier';

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
  retraining: RetrainingSettings.optional()
});
export type MonitoringSettings = z.infer<typeof MonitoringSettings>;

/** `mlops.yaml`: optional, versioned with the code; absent means everything embedded. */
export const Project = z.strictObject({
  engine: z
    .enum(['local'])
    .default('local')
    .describe('Where pipelines run: `local`, processes on this computer.'),
  cluster: ClusterSettings.optional(),
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
        ...ProposedRules.shape
      })
    )
    .min(1)
    .optional(),
  monitoring: MonitoringSettings.prefault({}),
  image: z
    .strictObject({
      base: z
        .string()
        .optional()
        .describe(
          'Base image by digest in the local OCI layout, for the derived model image.'
        )
    })
    .prefault({})
});
export type Project = z.infer<typeof Project>;
