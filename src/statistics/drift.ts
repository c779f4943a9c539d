import type { DriftWindow, FeatureDrift } from '../contract/monitor';
import type { IBaselineProfile } from './baseline-profile';
import { benjaminiHochberg } from './benjamini-hochberg';
import { compareFeature, type IFeatureComparison } from './feature-comparison';
import { finish, type Steps } from './steps';

export interface IWindowColumn {
  readonly name: string;
  /** One a row; null, NaN and undefined are missing. */
  readonly values: readonly unknown[];
}

export interface IDriftOptions {
  /** Bound of the false discovery rate over the features of a window; 0.05. */
  q?: number;
  /** Rows a window must have before drift can be told; 100. */
  minimumRows?: number;
  /** Effect that no floor is below; 0.05. */
  leastEffect?: number;
}

export interface IWindowComparison {
  /** `no-data`: too few rows to tell, which is not the same as no drift. */
  readonly state: DriftWindow['state'];
  readonly rows: number;
  readonly rowsNeeded: number;
  /** Furthest beyond its floor first; empty without data. */
  readonly features: readonly FeatureDrift[];
  /** Names of the features that drifted, furthest first. */
  readonly drifted: readonly string[];
  /** Feature → effect. */
  readonly effects: Readonly<Record<string, number>>;
  /** Largest effect over floor; above 1 at least one feature left what the baseline does. */
  readonly largest: number;
  /** Feature → rows with a category that the baseline never had, where there are any. */
  readonly newCategories: Readonly<Record<string, number>>;
}

/**
 * Compares a window of requests with the baseline.
 *
 * A feature drifted if its p, adjusted by Benjamini and Hochberg over all features, is below q
 * and its effect exceeds the floor that its own training blocks set. With p below q and a
 * smaller effect it is a `small-change`: certain, but no more than the training period did.
 * Columns the baseline does not know are ignored; those the window lacks count as missing.
 */
export function compareWindow(
  profile: IBaselineProfile,
  columns: readonly IWindowColumn[],
  options: IDriftOptions = {}
): IWindowComparison {
  return finish(compareWindowInSteps(profile, columns, options));
}

/** As {@link compareWindow}, and pauses after each feature: a caller may do other work there. */
export function* compareWindowInSteps(
  profile: IBaselineProfile,
  columns: readonly IWindowColumn[],
  options: IDriftOptions = {}
): Steps<IWindowComparison> {
  const { q = 0.05, minimumRows = 100, leastEffect = 0.05 } = options;
  const rows = columns.reduce((most, { values }) => Math.max(most, values.length), 0);
  if (rows < Math.max(1, minimumRows)) {
    return {
      state: 'no-data',
      rows,
      rowsNeeded: minimumRows,
      features: [],
      drifted: [],
      effects: {},
      largest: 0,
      newCategories: {}
    };
  }
  const byName = new Map(columns.map(({ name, values }) => [name, values]));
  const compared: IFeatureComparison[] = [];
  for (const feature of profile.features) {
    const given = byName.get(feature.name) ?? [];
    const values = Array.from({ length: rows }, (_, row) => given[row] ?? null);
    compared.push(compareFeature(feature, values, leastEffect));
    yield;
  }
  const adjusted = benjaminiHochberg(compared.map(({ drift }) => drift.p));
  const features = compared
    .map(({ drift }, index): FeatureDrift => {
      const adjustedP = adjusted[index];
      return { ...drift, adjustedP, state: stateOf(drift, adjustedP < q) };
    })
    .sort((a, b) => b.effect / b.floor - a.effect / a.floor);
  const drifted = features.filter(({ state }) => state === 'drifted');
  return {
    state: drifted.length > 0 ? 'drift' : 'no-drift',
    rows,
    rowsNeeded: minimumRows,
    features,
    drifted: drifted.map(({ feature }) => feature),
    effects: Object.fromEntries(
      features.map(({ feature, effect }) => [feature, effect])
    ),
    largest: features.length > 0 ? features[0].effect / features[0].floor : 0,
    newCategories: Object.fromEntries(
      compared
        .filter(({ newCategoryRows }) => newCategoryRows > 0)
        .map(({ drift, newCategoryRows }) => [drift.feature, newCategoryRows])
    )
  };
}

function stateOf(
  { effect, floor }: { effect: number; floor: number },
  certain: boolean
): FeatureDrift['state'] {
  if (!certain) {
    return 'no-change-found';
  }
  return effect > floor ? 'drifted' : 'small-change';
}
