import type { Run, RunStep } from '../../contract/run';
import type { RunStore } from './run-store';

/** People see four changes a second; more only costs. */
const PUBLISH_EVERY = 250;

/** One run as it goes on: every transition is written at once, mere progress a few times a second. */
export class RunProgress {
  constructor(
    private readonly _store: RunStore,
    private _run: Run,
    private readonly _publish: (run: Run) => void
  ) {}

  get run(): Run {
    return this._run;
  }

  step(id: string): RunStep {
    const found = this._run.steps.find(step => step.id === id);
    if (!found) {
      throw new Error(`The run has no step ${id}.`);
    }
    return found;
  }

  /** A transition: written before it returns, so before its effect. */
  change(change: Partial<Run>): void {
    const next = { ...this._run, ...change };
    this._store.update(next);
    this._run = next;
    this._tell();
  }

  /** The same for one step. */
  changeStep(id: string, change: Partial<RunStep>): void {
    this.change({ steps: this._withStep(id, change) });
  }

  /** Progress inside of a step: may be lost with the gateway, as it is read again from the files. */
  noteCells(id: string, done: number): void {
    const cellsDone = Math.min(done, this.step(id).cells);
    this._run = { ...this._run, steps: this._withStep(id, { cellsDone }) };
    this._dirty = true;
    this._tell();
  }

  /** Tells nothing more. */
  close(): void {
    clearTimeout(this._timer);
    this._closed = true;
  }

  private _withStep(id: string, change: Partial<RunStep>): RunStep[] {
    return this._run.steps.map(step =>
      step.id === id ? { ...step, ...change } : step
    );
  }

  private _tell(): void {
    if (this._timer || this._closed) {
      return;
    }
    const wait = Math.max(0, this._told + PUBLISH_EVERY - Date.now());
    this._timer = setTimeout(() => this._tellNow(), wait);
    this._timer.unref();
  }

  private _tellNow(): void {
    this._timer = undefined;
    this._told = Date.now();
    if (this._dirty) {
      this._dirty = false;
      this._store.updateIfPossible(this._run);
    }
    this._publish(this._run);
  }

  private _timer: NodeJS.Timeout | undefined;
  private _told = 0;
  private _dirty = false;
  private _closed = false;
}
