import { z } from 'zod';

import { EnvironmentRules } from './environment';
import { Name } from './identifier';

/** How fresh data reaches the notebook when it is trained again. */
export const RetrainingSettings = z.strictObject({
  /** The notebook; the one that trained the champion where absent. */
  notebook: z.string().optional(),
  /** Path in the notebook's folder that it reads its data from. */
  input: z.string(),
  /** CSV file with everything known by now, relative to `mlops.yaml`. */
  fresh: z.string(),
  /** Column that holds the event time. */
  time: z.string(),
  /** Column that holds the true value. */
  label: z.string(),
  /** How many of the newest days are withheld to judge both versions. */
  holdoutDays: z.number().positive().default(30)
});
export type RetrainingSettings = z.infer<typeof RetrainingSettings>;

/** `mlops.yaml`: optional, versioned with the code; absent means everything embedded. */
export const Project = z.strictObject({
  engine: z.enum(['local']).default('local'),
  model: z
    .strictObject({
      name: Name.optional(),
      /** The variable that holds the model. */
      variable: z.string().optional(),
      /** Column of the training frame with the event time, by which its rows are ordered. */
      time: z.string().optional()
    })
    .prefault({}),
  app: z
    .strictObject({
      /** Folder with `index.html`, relative to `mlops.yaml`. */
      folder: z.string()
    })
    .optional(),
  environments: z
    .array(
      z.strictObject({
        name: Name,
        ...EnvironmentRules.shape
      })
    )
    .min(1)
    .optional(),
  monitoring: z
    .strictObject({
      /** Rows a window must have before drift can be told. */
      minimumRows: z.number().int().min(20).default(100),
      windowHours: z.number().positive().default(168),
      /** Windows in a row that must drift before an alert fires. */
      consecutive: z.number().int().min(1).max(10).default(2),
      sensitive: z.array(z.string()).default([]),
      retentionDays: z.number().positive().default(30),
      retraining: RetrainingSettings.optional()
    })
    .prefault({}),
  image: z
    .strictObject({
      /** Base image by digest in the local OCI layout, for the derived model image. */
      base: z.string().optional()
    })
    .prefault({})
});
export type Project = z.infer<typeof Project>;
