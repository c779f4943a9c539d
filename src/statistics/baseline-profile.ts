import type { IHistogram } from './histogram';
import type { ISteps } from './ks';
import type { ColumnKind } from './values';

/** The training data as figures: what a window of requests is compared with. Plain JSON. */
export interface IBaselineProfile {
  readonly version: 1;
  /** Rows of the training frame that were profiled. */
  readonly rows: number;
  /** First and last event time, RFC 3339; null where no row has one. */
  readonly from: string | null;
  readonly to: string | null;
  readonly blocks: IBlockSummary;
  readonly features: readonly IFeatureProfile[];
}

/** How the baseline was cut to learn what its own blocks reach without drift. */
export interface IBlockSummary {
  /**
   * `time`: blocks of `length` hours of event time. `rows`: blocks of `length` rows in the order
   * of the frame, which tells of change over time only if the frame was in that order.
   * `none`: too few rows, so only the fixed least effect holds.
   */
  readonly basis: 'time' | 'rows' | 'none';
  readonly length: number;
  readonly count: number;
}

export type IFeatureProfile = INumericProfile | ICategoricalProfile;

interface ICommonProfile {
  readonly name: string;
  /** The kind of the values that were seen; `kind` says how they are compared. */
  readonly source: ColumnKind;
  readonly rows: number;
  /** Rows without a usable value: null, NaN; for numbers also ±∞ and text. */
  readonly missing: number;
  /** For the distribution of the values that are there. */
  readonly floor: IFloor;
  /** For the share of missing values. */
  readonly missingFloor: IFloor;
}

/** The effect that the baseline's own blocks reach against the rest of it. */
export interface IFloor {
  /** What a window must exceed: the greatest block effect with its allowance, at most 1. */
  readonly value: number;
  /** One a block, in the order of the blocks. */
  readonly effects: readonly number[];
}

export interface INumericProfile extends ICommonProfile {
  readonly kind: 'numeric';
  /** All null where every value is missing. */
  readonly mean: number | null;
  /** Sample standard deviation (n − 1); null below two values. */
  readonly sd: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** Probability → value, type 7; empty where every value is missing. */
  readonly quantiles: Readonly<Record<string, number>>;
  /** Equal-width bins from min to max, for pictures. */
  readonly histogram: IHistogram;
  /** Inner edges of equal-frequency bins with open outer bins, and their shares. */
  readonly bins: IHistogram;
  readonly sample: ISample;
}

/** The values for the Kolmogorov–Smirnov test. */
export interface ISample extends ISteps {
  /**
   * Greatest error of the sample's distribution function: 0 where all values are kept, else
   * 1/(2m) for m evenly spaced order statistics. p is computed at D less this error.
   */
  readonly resolution: number;
}

export interface ICategoricalProfile extends ICommonProfile {
  readonly kind: 'categorical';
  /** Most frequent first, ties by name. */
  readonly categories: readonly { readonly name: string; readonly count: number }[];
  /** Rows of further categories that are not listed; 0 where the list is complete. */
  readonly otherRows: number;
}
