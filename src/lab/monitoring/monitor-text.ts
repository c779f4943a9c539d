import type { TranslationBundle } from '@jupyterlab/translation';

import type { Alert, FeatureDrift, Monitor, Retraining } from '../../contract/monitor';
import { shortTime } from '../elements/format';
import type { StateKind } from '../elements/state';

interface IStateText {
  kind: StateKind;
  label: string;
}

/** No data is not "no drift": it has a state and a word of its own. */
export function monitorState(monitor: Monitor, trans: TranslationBundle): IStateText {
  switch (monitor.state) {
    case 'drift':
      return { kind: 'warning', label: trans.__('Drift') };
    case 'no-drift':
      return { kind: 'passed', label: trans.__('No drift found') };
    case 'no-data':
      return {
        kind: 'nothing',
        label: trans.__('No data: %1', monitor.detail)
      };
    case 'no-baseline':
      return { kind: 'nothing', label: trans.__('No baseline') };
  }
}

export function alertKind(alert: Alert): StateKind {
  if (alert.state === 'resolved') {
    return 'passed';
  }
  if (alert.state === 'silenced') {
    return 'nothing';
  }
  if (alert.state === 'pending') {
    return 'waiting';
  }
  return alert.severity === 'critical' ? 'failed' : 'warning';
}

/** Where a model is watched: `prod · bike-demand`. */
export function watchedName(watched: Pick<Alert, 'environment' | 'model'>): string {
  return `${watched.environment} · ${watched.model}`;
}

export function alertTitle(alert: Alert, trans: TranslationBundle): string {
  const titles: Record<Alert['kind'], string> = {
    drift: trans.__('Drift in %1', watchedName(alert)),
    errors: trans.__('Errors in %1', watchedName(alert)),
    latency: trans.__('Slow in %1', watchedName(alert))
  };
  return titles[alert.kind];
}

/** `Firing since 12 Apr`. */
export function alertSince(alert: Alert, trans: TranslationBundle): string {
  switch (alert.state) {
    case 'firing':
      return trans.__(
        'Firing since %1',
        shortTime(alert.firingSince ?? alert.pendingSince)
      );
    case 'pending':
      return trans.__('Pending since %1', shortTime(alert.pendingSince));
    case 'silenced':
      return alert.silence
        ? trans.__(
            'Silenced by %1 until %2: %3',
            alert.silence.by,
            shortTime(alert.silence.until),
            alert.silence.reason
          )
        : trans.__('Silenced');
    case 'resolved':
      return trans.__('Resolved %1', shortTime(alert.resolvedAt ?? alert.pendingSince));
  }
}

export function featureState(
  feature: FeatureDrift,
  trans: TranslationBundle
): IStateText {
  const states: Record<FeatureDrift['state'], IStateText> = {
    drifted: { kind: 'warning', label: trans.__('Drifted') },
    'small-change': { kind: 'nothing', label: trans.__('Small change') },
    'no-change-found': { kind: 'passed', label: trans.__('No change found') }
  };
  return states[feature.state];
}

export function retrainingText(
  retraining: Retraining,
  trans: TranslationBundle
): IStateText {
  const states: Record<Retraining['state'], IStateText> = {
    preparing: { kind: 'running', label: trans.__('Collecting fresh data') },
    training: { kind: 'running', label: trans.__('Training') },
    registering: { kind: 'running', label: trans.__('Registering the challenger') },
    comparing: { kind: 'running', label: trans.__('Comparing both on fresh rows') },
    succeeded: { kind: 'passed', label: trans.__('Trained and compared') },
    failed: { kind: 'failed', label: trans.__('Failed') }
  };
  return states[retraining.state];
}

export function isRetrainingOver({ state }: Retraining): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** Adjusted p as people read it. */
export function probability(p: number): string {
  return p < 0.0001 ? '< 0.0001' : p.toFixed(p < 0.01 ? 4 : 2);
}
