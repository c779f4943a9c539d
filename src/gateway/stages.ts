import type { ICore } from './core';
import type { IStage } from './stage';

/** The stages of the loop, in its order: each may build upon those before it. */
export function createStages(core: ICore): IStage[] {
  void core;
  return [];
}
