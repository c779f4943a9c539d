import { rmSync } from 'node:fs';

import type { GatewayEvent } from '../../../contract/event';
import type { RunDetail, RunRequest } from '../../../contract/run';
import { ANNA, buildCore, discardCore, reopenCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import type { LaunchContext } from '../../launch-context';
import type { IStage } from '../../stage';
import { createPipelinesStage } from '../pipelines-stage';
import type { IRuns } from '../port';
import type { ITestNotebook } from './notebook-builder';

/** A data home with the pipelines stage, for one notebook. */
export class RunTester {
  core: ICore;
  runs: IRuns;
  stage: IStage;
  readonly events: GatewayEvent[] = [];

  constructor(
    readonly notebook: ITestNotebook,
    overrides: Partial<LaunchContext> = {}
  ) {
    this.core = buildCore(overrides);
    ({ runs: this.runs, stage: this.stage } = this._open());
  }

  start(request: Partial<RunRequest> = {}): Promise<RunDetail> {
    return this.runs.start({ notebook: this.notebook.path, ...request }, ANNA, {
      kind: 'user'
    });
  }

  /** Starts a run and waits for its end. */
  async run(request: Partial<RunRequest> = {}): Promise<RunDetail> {
    return this.runs.ended((await this.start(request)).id);
  }

  /** Another gateway on the same data home, as after a restart. */
  async restart(): Promise<void> {
    await this.stage.close();
    this.core.database.close();
    this.core = reopenCore(this.core);
    ({ runs: this.runs, stage: this.stage } = this._open());
    await this.stage.start();
  }

  async discard(): Promise<void> {
    for (const { id, state } of this.runs.list(1000)) {
      if (state === 'running' || state === 'pending') {
        await this.runs.stop(id, ANNA);
      }
    }
    await this.stage.close();
    discardCore(this.core);
    rmSync(this.notebook.folder, { recursive: true, force: true });
  }

  private _open(): ReturnType<typeof createPipelinesStage> {
    this.core.events.subscribe(({ event }) => this.events.push(event));
    return createPipelinesStage(this.core, this.notebook.convert);
  }
}

/** Waits until something holds; fails with its name after ten seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`Never happened: ${what}.`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

/** The state of each step by its id. */
export function states(run: RunDetail): Record<string, string> {
  return Object.fromEntries(run.steps.map(step => [step.id, step.state]));
}
