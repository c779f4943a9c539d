import { z } from 'zod';

import { ApiError } from './error';
import { Actor, Timestamp } from './identifier';
import { Diagnostic, Pipeline, Split } from './pipeline';

export const RunState = z.enum([
  'pending',
  'running',
  'succeeded',
  'failed',
  'stopped',
  /** The process vanished and its end was not seen. */
  'lost'
]);
export type RunState = z.infer<typeof RunState>;

export const StepState = z.enum([
  'waiting',
  'running',
  'succeeded',
  'cached',
  'failed',
  'stopped',
  'skipped',
  'lost'
]);
export type StepState = z.infer<typeof StepState>;

/** A value or file that a step produced. */
export const Artifact = z.object({
  name: z.string(),
  step: z.string(),
  kind: z.enum(['model', 'dataset', 'metrics', 'figure', 'file', 'value']),
  /** Qualified name of the Python type, empty for files. */
  type: z.string(),
  bytes: z.number().int().min(0),
  digest: z.string(),
  /** Such as `2,004 × 9`; empty where there is none. */
  shape: z.string()
});
export type Artifact = z.infer<typeof Artifact>;

export const Metric = z.object({
  name: z.string(),
  value: z.number(),
  step: z.string()
});
export type Metric = z.infer<typeof Metric>;

/** A trained model found by its type among a step's variables. */
export const ModelCandidate = z.object({
  variable: z.string(),
  step: z.string(),
  /** Which serving kind can load it; null where none can. */
  kind: z.string().nullable(),
  /** Qualified class name, such as `sklearn.ensemble._forest.RandomForestRegressor`. */
  type: z.string(),
  /** Whether the arguments of its `fit` were seen. */
  fitCaptured: z.boolean()
});
export type ModelCandidate = z.infer<typeof ModelCandidate>;

export const RunStep = z.object({
  id: z.string(),
  title: z.string(),
  state: StepState,
  /** 1-based over the code cells of the step; 0 before the first. */
  cellsDone: z.number().int().min(0),
  cells: z.number().int().min(0),
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  attempt: z.number().int().min(0),
  error: ApiError.nullable()
});
export type RunStep = z.infer<typeof RunStep>;

/** Why a run was started. */
export const RunCause = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user') }),
  z.object({
    kind: z.literal('retraining'),
    retraining: z.string(),
    alert: z.string().nullable()
  }),
  z.object({ kind: z.literal('retry'), run: z.string() })
]);
export type RunCause = z.infer<typeof RunCause>;

/** The commit that a run started from. */
export const SourceCommit = z.object({
  commit: z.string(),
  branch: z.string(),
  /** Digest of the uncommitted changes in the notebook's folder; null where there are none. */
  dirtyDigest: z.string().nullable()
});
export type SourceCommit = z.infer<typeof SourceCommit>;

export const Run = z.object({
  id: z.string(),
  /** Counts from 1 in a data home: what people say. */
  number: z.number().int().min(1),
  name: z.string(),
  /** Absolute path of the notebook. */
  notebook: z.string(),
  engine: z.string(),
  state: RunState,
  cause: RunCause,
  actor: Actor,
  parameters: z.record(z.string(), z.unknown()),
  split: Split,
  steps: z.array(RunStep),
  source: SourceCommit.nullable(),
  createdAt: Timestamp,
  startedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  error: ApiError.nullable()
});
export type Run = z.infer<typeof Run>;

/** A run in a list: without its steps' details. */
export const RunSummary = Run.omit({ steps: true, source: true }).extend({
  stepsDone: z.number().int().min(0),
  stepsTotal: z.number().int().min(0),
  cellsDone: z.number().int().min(0),
  cellsTotal: z.number().int().min(0),
  /** Title of the step that runs or failed; empty otherwise. */
  step: z.string()
});
export type RunSummary = z.infer<typeof RunSummary>;

/** Where in a cluster a run's steps are carried out. */
export const RunPlace = z.object({
  /** The cluster's name; null where it was not written down. */
  cluster: z.string().nullable(),
  namespace: z.string(),
  /** Name of the object that stands for the run there, such as a PipelineRun. */
  name: z.string(),
  /** Step → the pod that carries it out, or last did. */
  pods: z.record(z.string(), z.string())
});
export type RunPlace = z.infer<typeof RunPlace>;

/** Everything about a run that its view shows. */
export const RunDetail = Run.extend({
  /** Null for processes of this computer. */
  place: RunPlace.nullable().default(null),
  pipeline: Pipeline,
  diagnostics: z.array(Diagnostic),
  metrics: z.array(Metric),
  artifacts: z.array(Artifact),
  models: z.array(ModelCandidate),
  dataDigests: z.record(z.string(), z.string()),
  packages: z.record(z.string(), z.string())
});
export type RunDetail = z.infer<typeof RunDetail>;

/** What starts a run. */
export const RunRequest = z.object({
  /** Path of the notebook: absolute, or relative to the server's root. */
  notebook: z.string().min(1),
  /** The notebook's unsaved content; the file is read where absent. */
  content: z.unknown().optional(),
  /** The one that `mlops.yaml` names where absent. */
  engine: z.string().optional(),
  split: Split.optional(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  /** Files of the run's private folder that are replaced: path in the folder → absolute path. */
  files: z.record(z.string(), z.string()).default({}),
  /** Take unchanged steps from earlier runs. */
  cache: z.boolean().default(true)
});
export type RunRequest = z.input<typeof RunRequest>;

/** One line of a step's log. */
export const LogLine = z.object({
  /** Position in the step's log, from 0, never reused. */
  offset: z.number().int().min(0),
  time: Timestamp,
  stream: z.enum(['stdout', 'stderr', 'event']),
  text: z.string()
});
export type LogLine = z.infer<typeof LogLine>;
