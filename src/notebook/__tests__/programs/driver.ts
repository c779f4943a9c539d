import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Pipeline, Step } from '../../../contract/pipeline';
import { ownerOf } from '../../data-inputs';

/** A cell's printed text, and its error where it had one. */
type CellOutput = [text: string, error: string | null];

/** What a program did in one process, and step by step. */
export interface IOutcome {
  readonly direct: Record<string, CellOutput>;
  readonly steps: Record<string, Record<string, CellOutput>>;
  /** A step, and why the runner ended it. */
  readonly failure: [step: string, reason: string] | null;
}

/** Executes programs with Python; `tests/property/driver.py` says how. */
export class Driver {
  async run(
    cells: readonly string[],
    pipeline: Pipeline,
    order: readonly Step[]
  ): Promise<IOutcome> {
    const program = {
      cells: cells.map((source, index) => [index, source]),
      steps: order.map(step => ({
        id: step.id,
        cells: step.cells.map(({ index, source }) => [index, source]),
        inputs: step.inputs,
        outputs: step.outputs,
        ambientFrom:
          pipeline.steps.findLast(other => step.after.includes(other.id))?.id ?? null
      }))
    };
    this._process.stdin.write(`${JSON.stringify(program)}\n`);
    const { value, done } = await this._lines.next();
    if (done) {
      throw new Error(`The driver ended: ${this._errors}`);
    }
    return JSON.parse(value) as IOutcome;
  }

  end(): void {
    this._process.stdin.end();
  }

  private _errors = '';
  private readonly _process = (() => {
    const script = join(__dirname, '../../../../tests/property/driver.py');
    const started = spawn(process.env.PYTHON ?? 'python3', [script], {
      env: { ...process.env, PYTHONHASHSEED: '0', OMP_NUM_THREADS: '1' },
      stdio: ['pipe', 'pipe', 'pipe']
    });
    started.stderr.on('data', data => (this._errors += String(data)));
    return started;
  })();
  private readonly _lines = createInterface({ input: this._process.stdout })[
    Symbol.asyncIterator
  ]();
}

/** Where the steps print something else than one process does; null where they do not. */
export function difference(pipeline: Pipeline, outcome: IOutcome): string | null {
  const { direct, steps, failure } = outcome;
  const cells = Object.entries(direct);
  const last = cells[cells.length - 1];
  const failed = last?.[1][1] ? Number(last[0]) : Infinity;
  if (failure) {
    return `The step ${failure[0]} ended: ${failure[1]}`;
  }
  for (const [index, expected] of cells) {
    const owner = ownerOf(pipeline, Number(index));
    const found = owner && steps[owner.id]?.[index];
    if (!found && Number(index) < failed) {
      const error = Object.values(steps)
        .flatMap(cell => Object.entries(cell))
        .find(([, [, message]]) => message !== null);
      return `Cell ${index} did not run; cell ${error?.[0]} says ${error?.[1][1]}`;
    }
    if (found && (found[0] !== expected[0] || found[1] !== expected[1])) {
      return `Cell ${index} gives\n${found.join('\n')}\ninstead of\n${expected.join('\n')}`;
    }
  }
  return null;
}
