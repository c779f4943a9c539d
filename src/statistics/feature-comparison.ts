import type { FeatureDrift } from '../contract/monitor';
import type {
  ICategoricalProfile,
  IFeatureProfile,
  IFloor,
  INumericProfile
} from './baseline-profile';
import { chiSquaredHomogeneity } from './chi-squared';
import { categoricalHistogram, numericHistogram } from './drift-histogram';
import { totalVariation } from './effect';
import { ksStatistic, ksTail, sizeOf, stepsOf } from './ks';
import { categoryOf, numericValue } from './values';

/** One feature before the correction over all features of the window. */
export interface IFeatureComparison {
  readonly drift: Omit<FeatureDrift, 'adjustedP' | 'state'>;
  /** Rows whose category the baseline does not know. */
  readonly newCategoryRows: number;
}

interface IPart {
  readonly test: FeatureDrift['test'];
  readonly effect: number;
  /** The floor learned from the blocks, at least the fixed one. */
  readonly floor: number;
  readonly p: number;
}

/**
 * Compares one feature's values in a window with its profile.
 *
 * Two things are compared: the distribution of the values that are there (Kolmogorov–Smirnov, or
 * χ² with total variation) and, where any value is missing, the share of missing ones (χ² or
 * Fisher). Each has its own floor, as a sensor that fails would else hide behind a floor that
 * the seasons have raised. What goes furthest beyond its floor is reported; p is doubled where
 * two tests were made (Bonferroni).
 *
 * @param values one a row; an absent column is a column of missing values
 * @param leastEffect lower bound of every floor
 */
export function compareFeature(
  profile: IFeatureProfile,
  values: readonly unknown[],
  leastEffect: number
): IFeatureComparison {
  return profile.kind === 'numeric'
    ? compareNumeric(profile, values, leastEffect)
    : compareCategorical(profile, values, leastEffect);
}

function compareNumeric(
  profile: INumericProfile,
  values: readonly unknown[],
  leastEffect: number
): IFeatureComparison {
  const present = values.map(numericValue).filter(value => value !== null);
  const window = stepsOf(present);
  const missing = values.length - present.length;
  const parts = missingPart(profile, values.length, missing, leastEffect);
  if (present.length > 0 && profile.sample.values.length > 0) {
    const effect = ksStatistic(profile.sample, window);
    const certain = Math.max(0, effect - profile.sample.resolution);
    const { p } = ksTail(certain, profile.rows - profile.missing, sizeOf(window));
    const floor = atLeast(profile.floor, leastEffect);
    parts.push({ test: 'kolmogorov-smirnov', effect, floor, p });
  }
  const mean = present.length
    ? present.reduce((sum, value) => sum + value / present.length, 0)
    : null;
  return {
    drift: {
      feature: profile.name,
      kind: 'numeric',
      ...furthest(parts, 'kolmogorov-smirnov', leastEffect),
      baselineMean: profile.mean,
      windowMean: mean,
      ...missingShares(profile, values.length, missing),
      histogram: numericHistogram(profile.sample, window)
    },
    newCategoryRows: 0
  };
}

function compareCategorical(
  profile: ICategoricalProfile,
  values: readonly unknown[],
  leastEffect: number
): IFeatureComparison {
  const index = new Map(profile.categories.map(({ name }, i) => [name, i]));
  const baseline = [...profile.categories.map(({ count }) => count), profile.otherRows];
  const window = baseline.map(() => 0);
  const unlisted = profile.categories.length;
  let missing = 0;
  for (const value of values) {
    const category = categoryOf(value, profile.source);
    if (category === null) {
      missing += 1;
    } else {
      window[index.get(category) ?? unlisted] += 1;
    }
  }
  const parts = missingPart(profile, values.length, missing, leastEffect);
  if (missing < values.length && profile.missing < profile.rows) {
    parts.push({
      test: 'chi-squared',
      effect: totalVariation(baseline, window),
      floor: atLeast(profile.floor, leastEffect),
      p: chiSquaredHomogeneity(baseline, window).p
    });
  }
  return {
    drift: {
      feature: profile.name,
      kind: 'categorical',
      ...furthest(parts, 'chi-squared', leastEffect),
      baselineMean: null,
      windowMean: null,
      ...missingShares(profile, values.length, missing),
      histogram: categoricalHistogram(profile, window, missing)
    },
    newCategoryRows: profile.otherRows === 0 ? window[unlisted] : 0
  };
}

function missingPart(
  profile: IFeatureProfile,
  rows: number,
  missing: number,
  leastEffect: number
): IPart[] {
  if (rows === 0 || profile.rows === 0 || missing + profile.missing === 0) {
    return [];
  }
  const baseline = [profile.rows - profile.missing, profile.missing];
  const window = [rows - missing, missing];
  return [
    {
      test: 'chi-squared',
      effect: totalVariation(baseline, window),
      floor: atLeast(profile.missingFloor, leastEffect),
      p: chiSquaredHomogeneity(baseline, window).p
    }
  ];
}

function atLeast(floor: IFloor, leastEffect: number): number {
  return Math.max(floor.value, leastEffect);
}

/** The most certain of the parts beyond their floor; else the one nearest to it. */
function furthest(
  parts: readonly IPart[],
  test: FeatureDrift['test'],
  leastEffect: number
): IPart {
  const beyond = parts.filter(({ effect, floor }) => effect > floor);
  const [first] =
    beyond.length > 0
      ? beyond.sort((a, b) => a.p - b.p || b.effect / b.floor - a.effect / a.floor)
      : [...parts].sort((a, b) => b.effect / b.floor - a.effect / a.floor);
  return first
    ? { ...first, p: Math.min(1, first.p * parts.length) }
    : { test, effect: 0, floor: leastEffect, p: 1 };
}

function missingShares(profile: IFeatureProfile, rows: number, missing: number) {
  return {
    baselineMissing: profile.rows > 0 ? profile.missing / profile.rows : 0,
    windowMissing: rows > 0 ? missing / rows : 0
  };
}
