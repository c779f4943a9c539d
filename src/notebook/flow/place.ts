import type { LocalModules } from './local-modules';

/** Where a notebook runs, as far as what it computes depends on it. */
export interface IPlace {
  readonly modules: LocalModules;
  /** matplotlib's backend by the environment; empty where the kernel chooses it. */
  readonly backend: string;
}
