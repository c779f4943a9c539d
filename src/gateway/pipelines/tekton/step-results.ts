import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { RunStep } from '../../../contract/run';
import type { RunFolder } from '../run-folder';
import { toStepError } from '../step-execution';
import { readResult, RESULT, type StepResult } from '../step-files';
import type { ISeenTaskRun } from './seen-objects';

const Metrics = z.record(z.string(), z.number());

/** The steps with what their own results say of them. */
export function applyResults(steps: RunStep[], folder: RunFolder): RunStep[] {
  return steps.map(step => {
    const result = readResult(folder.step(step.id));
    if (!result || step.state === 'cached' || step.attempt === 0) {
      return step;
    }
    if (result.state === 'succeeded') {
      return step.state === 'succeeded' ? { ...step, cellsDone: step.cells } : step;
    }
    const error = result.error ? toStepError(result.error) : step.error;
    // What Tekton says of memory is more than the step itself could know.
    const known = step.error?.code === 'step-out-of-memory' ? step.error : error;
    return result.state === 'stopped' || step.state === 'stopped'
      ? { ...step, state: 'stopped', error: null }
      : { ...step, state: 'failed', error: known };
  });
}

/** The metrics of a step that has ended, until its result comes from the claim. */
export async function writeEarlyResult(
  taskRun: ISeenTaskRun,
  folder: string
): Promise<void> {
  const metrics = readMetrics(taskRun.results.metrics);
  if (existsSync(join(folder, RESULT)) || !metrics) {
    return;
  }
  const result: StepResult = {
    state: 'succeeded',
    error: null,
    values: {},
    groups: [],
    removed: [],
    metrics,
    models: [],
    filesRead: {},
    filesWritten: {},
    packages: {},
    python: '',
    seconds: 0,
    maxRssBytes: 0
  };
  const path = join(folder, RESULT);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(`${path}.partial`, JSON.stringify(result), { mode: 0o600 });
  await rename(`${path}.partial`, path);
}

function readMetrics(value: unknown): Record<string, number> | null {
  if (typeof value !== 'string') {
    return null;
  }
  try {
    return Metrics.parse(JSON.parse(value));
  } catch {
    return null;
  }
}

/** The steps that a later run can take over: their results have come back. */
export function fetchedSteps(steps: RunStep[], folder: RunFolder): RunStep[] {
  return steps.filter(({ id, state }) => {
    if (state !== 'succeeded' && state !== 'cached') {
      return false;
    }
    const path = join(folder.step(id), RESULT);
    return existsSync(path) && readFileSync(path, 'utf8').length > 0;
  });
}
