import { MlopsError } from '../../contract/mlops-error';
import type { DriftReport, Monitor } from '../../contract/monitor';
import { accuracy, meanAbsoluteError } from '../../statistics/performance';
import type { IEnvironments } from '../environments/port';
import type { AlertStore } from './alert-store';
import { isLabel, isNumber } from './labels';
import type { ICapturedRow, PayloadStore } from './payload-store';
import type { IMonitored } from './subject';
import type { IJudgedWindow, WindowStore } from './window-store';
import { driftSentence } from './wording';

export interface IReportSources {
  payloads: PayloadStore;
  windows: WindowStore;
  alerts: AlertStore;
  environments: IEnvironments;
}

/** What the Monitoring section shows of one released version. */
export function monitorOf(sources: IReportSources, monitored: IMonitored): Monitor {
  const { environment, model, version, profile, settings } = monitored;
  const windows = sources.windows.list(monitored);
  const judged = windows.findLast(({ state }) => state !== 'no-data');
  const newest = windows.at(-1);
  const rows = newest?.rows ?? 0;
  const missing = profile === null;
  return {
    environment,
    model,
    version,
    state: missing ? 'no-baseline' : (judged?.state ?? 'no-data'),
    detail: missing
      ? 'The version was registered without its training data.'
      : judged
        ? `${judged.rows} rows, ${judged.from.slice(0, 10)} to ${judged.to.slice(0, 10)}`
        : `${rows} of ${settings.minimumRows} rows`,
    rowsInWindow: rows,
    rowsNeeded: settings.minimumRows,
    sparkline: windows
      .filter(({ state }) => state !== 'no-data')
      .map(({ largest }) => largest),
    alerts: sources.alerts
      .list()
      .filter(
        alert =>
          alert.environment === environment &&
          alert.model === model &&
          alert.version === version &&
          alert.state !== 'resolved'
      )
  };
}

/**
 * The drift report of a released version: its newest judged window, feature by feature.
 *
 * @throws MlopsError `no-baseline`
 */
export function reportOf(sources: IReportSources, monitored: IMonitored): DriftReport {
  const { environment, model, version, profile, registered, settings } = monitored;
  const { baseline } = registered;
  if (!profile || !baseline) {
    throw new MlopsError('refused', {
      code: 'no-baseline',
      message: `${model} v${version} has no baseline, so drift cannot be told.`,
      cause: registered.missing.join(' ') || 'Its training data was not seen.',
      action: 'Register a version from a run in which the model is fitted.'
    });
  }
  const windows = sources.windows.list(monitored);
  const window = windows.findLast(({ state }) => state !== 'no-data') ?? null;
  const features = window ? sources.windows.features(monitored, window.from) : [];
  const endpoint = sources.environments.endpoint(environment, model);
  return {
    environment,
    model,
    version,
    baseline: {
      digest: baseline,
      rows: profile.rows,
      from: profile.from,
      to: profile.to
    },
    window: window && plain(window),
    summary: window
      ? driftSentence(features)
      : `Not enough requests yet: ${windows.at(-1)?.rows ?? 0} of ${settings.minimumRows} rows.`,
    rule: `effect above what the training weeks reach and adjusted p < 0.05, in ${settings.consecutive} windows of ${settings.windowHours} hours in a row`,
    features,
    timeline: windows.map(plain),
    performance: window ? performanceOf(sources, monitored, window) : null,
    service: {
      requests: Math.round((endpoint?.requestsPerMinute ?? 0) * 5),
      errors: Math.round(
        (endpoint?.requestsPerMinute ?? 0) * 5 * (endpoint?.errorRate ?? 0)
      ),
      p95Milliseconds: endpoint?.p95Milliseconds ?? null
    },
    alert: sources.alerts.active(monitored, 'drift'),
    checkedAt: new Date().toISOString()
  };
}

function plain({ from, to, rows, state, effects, drifted }: IJudgedWindow) {
  return { from, to, rows, state, effects, drifted };
}

type ILabelled = Pick<ICapturedRow, 'prediction' | 'label'>;

/** Error on the window's rows whose true value has arrived. */
function performanceOf(
  { payloads }: IReportSources,
  monitored: IMonitored,
  window: IJudgedWindow
): DriftReport['performance'] {
  const rows = payloads.judged(
    monitored,
    Date.parse(window.from),
    Date.parse(window.to)
  );
  if (rows.length === 0) {
    return null;
  }
  const { task } = monitored.registered.signature;
  const metric = task === 'regression' ? 'mae' : 'accuracy';
  const value = task === 'regression' ? absoluteError(rows) : shareRight(rows);
  const registered = Object.entries(monitored.registered.metrics).find(
    ([name]) => name.toLowerCase() === metric
  );
  return { metric, value, rows: rows.length, registered: registered?.[1] ?? null };
}

function absoluteError(rows: ILabelled[]): number {
  const both = rows.filter(
    ({ label, prediction }) => isNumber(label) && isNumber(prediction)
  );
  return meanAbsoluteError(
    both.map(({ label }) => Number(label)),
    both.map(({ prediction }) => Number(prediction))
  );
}

function shareRight(rows: ILabelled[]): number {
  return accuracy(
    rows.map(({ label }) => label).filter(isLabel),
    rows.map(({ prediction }) => prediction).filter(isLabel)
  );
}
