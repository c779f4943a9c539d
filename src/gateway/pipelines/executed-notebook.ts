import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { uniqueId } from '../../compile/blank-notebook';
import { Notebook, type Cell } from '../../contract/notebook';
import type { Run } from '../../contract/run';
import type { RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import { CellRecord, readStepFile } from './step-files';

/** How a cell stands, and the step that it belongs to. */
interface ICellRun {
  step: string;
  state: string;
  record: CellRecord | null;
}

/**
 * The notebook with the outputs of the steps that ran its cells: nbformat 4.5. What the notebook
 * held before is gone, so that no output is taken for this run's; also while the run goes on.
 *
 * @param original The notebook as it was when the run was started.
 */
export function executedNotebook(
  original: unknown,
  run: Run,
  plan: RunPlan,
  folder: RunFolder
): Notebook {
  const notebook = Notebook.parse(original);
  const runs = cellRuns(run, plan, folder);
  const ids = new Set<string>();
  return {
    ...notebook,
    nbformat: 4,
    nbformat_minor: Math.max(5, notebook.nbformat_minor),
    metadata: {
      ...notebook.metadata,
      mlops: {
        ...notebook.metadata.mlops,
        run: {
          id: run.id,
          number: run.number,
          state: run.state,
          parameters: run.parameters
        }
      }
    },
    cells: notebook.cells.map((cell, index) =>
      executedCell({ ...cell, id: uniqueId(cell.id, index, ids) }, runs.get(index))
    )
  };
}

function cellRuns(run: Run, plan: RunPlan, folder: RunFolder): Map<number, ICellRun> {
  const runs = new Map<number, ICellRun>();
  for (const step of plan.pipeline.steps) {
    const records = readRecords(folder, step.id);
    const state = run.steps.find(({ id }) => id === step.id)?.state ?? 'waiting';
    for (const { index } of step.cells.filter(({ repeated }) => !repeated)) {
      const record = records.get(index) ?? null;
      runs.set(index, {
        step: step.id,
        state: record?.state ?? (state === 'running' ? 'waiting' : unrun(state)),
        record
      });
    }
  }
  return runs;
}

/** A cell without a record was not reached, whatever became of its step. */
function unrun(state: Run['steps'][number]['state']): string {
  return state === 'waiting' ? 'waiting' : 'skipped';
}

function readRecords(run: RunFolder, step: string): Map<number, CellRecord> {
  const folder = join(run.step(step), 'cells');
  const records = new Map<number, CellRecord>();
  // A cell could have put a link in the place of its record.
  for (const name of namesIn(folder).filter(name => run.holds(join(folder, name)))) {
    const record = readStepFile(folder, name, CellRecord);
    if (record) {
      records.set(record.index, record);
    }
  }
  return records;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(name => /^\d+\.json$/.test(name));
  } catch {
    // The step has not begun.
    return [];
  }
}

function executedCell(cell: Cell, run: ICellRun | undefined): Cell {
  if (cell.cell_type !== 'code') {
    const { outputs: _outputs, execution_count: _count, ...rest } = cell;
    return rest;
  }
  const { metadata } = cell;
  return {
    ...cell,
    metadata: run
      ? {
          ...metadata,
          mlops: {
            ...metadata.mlops,
            run: {
              step: run.step,
              state: run.state,
              startedAt: run.record?.startedAt ?? null,
              endedAt: run.record?.endedAt ?? null
            }
          }
        }
      : metadata,
    outputs: run?.record?.outputs ?? [],
    execution_count: run?.record?.executionCount ?? null
  };
}
