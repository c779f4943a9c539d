import { setImmediate as otherWork } from 'node:timers/promises';

import type { FeatureDrift } from '../../contract/monitor';
import type { IBaselineProfile } from '../../statistics/baseline-profile';
import { compareWindowInSteps } from '../../statistics/drift';
import { beside } from './beside';
import type { IRowPosition, ISubject, PayloadStore } from './payload-store';
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

/** Rows a window is judged on: more of them tell no more, and would have to be held at once. */
const MOST_JUDGED = 50_000;
/** Rows read at a time. */
const PAGE = 1_000;

export interface IJudgement {
  window: IJudgedWindow;
  features: FeatureDrift[];
}

/**
 * Judges one window of captured rows against the baseline, and lets other work of the process go on
 * between the pages of rows and between the features.
 */
export async function judge(
  profile: IBaselineProfile,
  source: { payloads: PayloadStore; subject: ISubject },
  span: IWindowSpan,
  options: { minimumRows: number; complete: boolean }
): Promise<IJudgement> {
  const { payloads, subject } = source;
  const rows = payloads.count(subject, span.from, span.to);
  const every = Math.max(1, Math.ceil(rows / MOST_JUDGED));
  const columns = profile.features.map(({ name }) => ({
    name,
    values: new Array<unknown>()
  }));
  // Below the least number only the number is told.
  if (rows >= options.minimumRows) {
    const request = { ...span, every, limit: Math.max(10, Math.floor(PAGE / every)) };
    let after: IRowPosition | null = null;
    do {
      const page = payloads.page(subject, { ...request, after });
      for (const { name, values } of columns) {
        page.features.forEach(features => values.push(features[name] ?? null));
      }
      after = page.next;
      await otherWork();
    } while (after !== null);
  }
  const { state, effects, drifted, features, largest } = await beside(
    compareWindowInSteps(profile, columns, { minimumRows: options.minimumRows })
  );
  return {
    window: {
      from: new Date(span.from).toISOString(),
      to: new Date(span.to).toISOString(),
      rows,
      state,
      effects: { ...effects },
      drifted: [...drifted],
      complete: options.complete,
      largest
    },
    features: [...features]
  };
}
