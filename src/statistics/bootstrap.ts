import { quantile } from './histogram';
import { seededRandom } from './random';
import { finish, type Steps } from './steps';

/** A few milliseconds of work. */
const DRAWS_AT_ONCE = 200_000;

export interface IBootstrapOptions {
  /** 2,000. */
  resamples?: number;
  /** 0.95. */
  level?: number;
  /** 1. The same seed gives the same interval. */
  seed?: number;
}

export interface IBootstrapInterval {
  /** Of the rows themselves. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile interval of a figure of n rows, by drawing n of them with replacement.
 *
 * Two models are compared on the same drawn rows (paired), so that hard and easy rows weigh on
 * both alike. Resamples in which the figure is NaN (R² of equal labels) are left out.
 * Source: B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
 * Rows are drawn one by one: where neighbours in time are alike, the interval is too narrow.
 *
 * @param rows n; with 0, or without a finite figure, everything is NaN
 * @param figure of the drawn row numbers, such as RMSE of challenger less that of champion
 */
export function bootstrapInterval(
  rows: number,
  figure: (drawn: Uint32Array) => number,
  options: IBootstrapOptions = {}
): IBootstrapInterval {
  return finish(bootstrapInSteps(rows, figure, options));
}

/** As {@link bootstrapInterval}, and pauses after every so many draws. */
export function* bootstrapInSteps(
  rows: number,
  figure: (drawn: Uint32Array) => number,
  options: IBootstrapOptions = {}
): Steps<IBootstrapInterval> {
  const { resamples = 2000, level = 0.95, seed = 1 } = options;
  if (rows === 0) {
    return { difference: NaN, low: NaN, high: NaN };
  }
  const random = seededRandom(seed);
  const drawn = Uint32Array.from({ length: rows }, (_, row) => row);
  const difference = figure(drawn);
  const figures: number[] = [];
  let draws = 0;
  for (let resample = 0; resample < resamples; resample++) {
    for (let row = 0; row < rows; row++) {
      drawn[row] = random.below(rows);
    }
    const value = figure(drawn);
    if (!Number.isNaN(value)) {
      figures.push(value);
    }
    draws += rows;
    if (draws >= DRAWS_AT_ONCE) {
      draws = 0;
      yield;
    }
  }
  figures.sort((a, b) => a - b);
  const tail = (1 - level) / 2;
  return {
    difference,
    low: quantile(figures, tail),
    high: quantile(figures, 1 - tail)
  };
}

/**
 * Difference of two models' mean losses on the same rows, challenger − champion: below 0 the
 * challenger is better.
 *
 * @param champion loss by row, such as the absolute error
 * @param challenger loss of the same rows in the same order
 * @throws RangeError if the two differ in length
 */
export function meanLossDifference(
  champion: ArrayLike<number>,
  challenger: ArrayLike<number>,
  options: IBootstrapOptions = {}
): IBootstrapInterval {
  if (champion.length !== challenger.length) {
    throw new RangeError(
      `Losses must be of the same rows, but there are ${champion.length} and ${challenger.length}.`
    );
  }
  const mean = (drawn: Uint32Array) => {
    let sum = 0;
    for (const row of drawn) {
      sum += challenger[row] - champion[row];
    }
    return sum / drawn.length;
  };
  return bootstrapInterval(champion.length, mean, options);
}
