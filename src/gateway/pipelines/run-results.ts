import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

import type {
  Artifact,
  Metric,
  ModelCandidate,
  Run,
  RunDetail
} from '../../contract/run';
import type { RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import { isDone } from './run-summary';
import { readResult, type StepResult } from './step-files';

/** A run with everything that its steps have produced so far. */
export function runDetail(
  run: Run,
  plan: RunPlan,
  folder: RunFolder
): Omit<RunDetail, 'place'> {
  const results = run.steps.filter(isDone).flatMap(({ id: step }) => {
    const result = readResult(folder.step(step));
    return result ? [{ step, result }] : [];
  });
  return {
    ...run,
    pipeline: plan.pipeline,
    diagnostics: plan.diagnostics,
    metrics: results.flatMap(({ step, result }) => metricsOf(step, result)),
    artifacts: results.flatMap(({ step, result }) => artifactsOf(step, result, folder)),
    models: results.flatMap(({ step, result }) => modelsOf(step, result)),
    dataDigests: dataDigests(results.map(({ result }) => result)),
    packages: Object.assign({}, ...results.map(({ result }) => result.packages))
  };
}

function metricsOf(step: string, { metrics }: StepResult): Metric[] {
  return Object.entries(metrics).flatMap(([name, value]) =>
    // JSON has no NaN: the runner writes null.
    value === null ? [] : [{ name, value, step }]
  );
}

function artifactsOf(step: string, result: StepResult, folder: RunFolder): Artifact[] {
  const values = Object.entries(result.values).map(([name, value]) => ({
    name,
    step,
    kind: value.kind,
    type: value.type,
    bytes: value.bytes,
    digest: value.digest,
    shape: value.shape
  }));
  const files = Object.entries(result.filesWritten).map(([name, digest]) => ({
    name,
    step,
    kind: 'file' as const,
    type: '',
    bytes: sizeOf(isAbsolute(name) ? name : join(folder.work, name)),
    digest,
    shape: ''
  }));
  return [...values, ...files];
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function modelsOf(step: string, { models }: StepResult): ModelCandidate[] {
  return models.map(({ variable, kind, type, fitCaptured }) => ({
    variable,
    step,
    kind,
    type,
    fitCaptured
  }));
}

/** Data that came from outside: code, and what the run's own steps wrote, does not count. */
function dataDigests(results: StepResult[]): Record<string, string> {
  const written = new Set<string>();
  const found: Record<string, string> = {};
  for (const result of results) {
    for (const [path, digest] of Object.entries(result.filesRead)) {
      if (
        !written.has(path) &&
        !(path in result.filesWritten) &&
        !/\.pyc?$/.test(path)
      ) {
        found[path] ??= digest;
      }
    }
    Object.keys(result.filesWritten).forEach(path => written.add(path));
  }
  return found;
}
