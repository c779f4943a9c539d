import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { ApiError } from '../../contract/error';
import { codeOf } from '../thrown';

/** The files of a step as the runner writes them; see `docs/step-runner.md`. */
export const REQUEST = 'request.json';
export const SUPERVISOR = 'supervisor.json';
export const RESULT = 'result.json';
export const EVENTS = 'events.jsonl';
export const LOG = 'log.jsonl';
/** What the engine itself leaves: the process that it started, and that process's own words. */
export const SPAWN = 'spawn.json';
export const SPAWN_LOG = 'supervisor.log';

export const ProcessIdentity = z.object({
  pid: z.number().int().positive(),
  startTime: z.string()
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

const StepError = ApiError.extend({
  cell: z.string().optional(),
  index: z.number().int().optional(),
  line: z.number().int().nullish(),
  traceback: z.array(z.string()).optional()
});

const StepValue = z.object({
  digest: z.string(),
  bytes: z.number().int().min(0),
  type: z.string(),
  kind: z.enum(['model', 'dataset', 'metrics', 'figure', 'value']).catch('value'),
  shape: z.string().default('')
});

export const StepResult = z.looseObject({
  state: z.enum(['succeeded', 'failed', 'stopped']),
  error: StepError.nullable(),
  /** What it has made, or changed of what came in. */
  values: z.record(z.string(), StepValue),
  /** Variables among them that share an object. */
  groups: z.array(z.array(z.string())).default([]),
  /** Variables that came in and were deleted. */
  removed: z.array(z.string()).default([]),
  metrics: z.record(z.string(), z.number().nullable()),
  models: z.array(
    z.looseObject({
      variable: z.string(),
      type: z.string(),
      kind: z.string().nullable(),
      fitCaptured: z.boolean(),
      folder: z.string()
    })
  ),
  filesRead: z.record(z.string(), z.string()),
  filesWritten: z.record(z.string(), z.string()),
  packages: z.record(z.string(), z.string()),
  python: z.string(),
  seconds: z.number(),
  maxRssBytes: z.number()
});
export type StepResult = z.infer<typeof StepResult>;

export const CellRecord = z.looseObject({
  index: z.number().int().min(0),
  state: z.string(),
  executionCount: z.number().int().nullable(),
  outputs: z.array(z.looseObject({ output_type: z.string() })),
  startedAt: z.string().nullish(),
  endedAt: z.string().nullish()
});
export type CellRecord = z.infer<typeof CellRecord>;

/** Reads one of a step's files; null where it is not there (yet). */
export function readStepFile<T>(
  folder: string,
  file: string,
  schema: z.ZodType<T>
): T | null {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, file), 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

/** The result of a step that has ended; null before. */
export function readResult(folder: string): StepResult | null {
  return readStepFile(folder, RESULT, StepResult);
}
