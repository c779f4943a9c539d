import type { FeatureDrift } from '../../contract/monitor';
import type { IBaselineProfile } from '../../statistics/baseline-profile';
import { compareWindow } from '../../statistics/drift';
import type { ICapturedRow } from './payload-store';
import type { IJudgedWindow } from './window-store';

export interface IWindowSpan {
  /** Milliseconds since 1970; `to` is not part of it. */
  from: number;
  to: number;
}

/**
 * The window that a time lies in. Windows follow each other without gaps from `origin`, which is
 * where the baseline begins: so the training period falls into the windows it was cut into.
 */
export function windowOf(time: number, origin: number, hours: number): IWindowSpan {
  const length = hours * 3_600_000;
  const from = origin + Math.floor((time - origin) / length) * length;
  return { from, to: from + length };
}

/** Judges one window of captured rows against the baseline. */
export function judge(
  profile: IBaselineProfile,
  rows: ICapturedRow[],
  span: IWindowSpan,
  options: { minimumRows: number; complete: boolean }
): { window: IJudgedWindow; features: FeatureDrift[] } {
  const columns = profile.features.map(({ name }) => ({
    name,
    values: rows.map(row => row.features[name] ?? null)
  }));
  const { state, effects, drifted, features, largest } = compareWindow(
    profile,
    columns,
    {
      minimumRows: options.minimumRows
    }
  );
  return {
    window: {
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      rows: rows.length,
      state,
      effects: { ...effects },
      drifted: [...drifted],
      complete: options.complete,
      largest
    },
    features: [...features]
  };
}
