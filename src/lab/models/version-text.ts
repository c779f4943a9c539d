import type { TranslationBundle } from '@jupyterlab/translation';

import type { Registration } from '../../contract/event';
import type { Model, ModelVersion } from '../../contract/model';
import { shortDay } from '../elements/format';
import type { StateKind } from '../elements/state';

/** Metrics that people look at first. */
const FIRST = ['mae', 'rmse', 'r2', 'accuracy', 'f1', 'roc_auc', 'log_loss'];

/** The metrics of a model's versions, those first that people look at first. */
export function metricNames(model: Model): string[] {
  const names = new Set(model.versions.flatMap(({ metrics }) => Object.keys(metrics)));
  return [...names].sort((one, other) => rank(one) - rank(other));
}

function rank(name: string): number {
  const index = FIRST.findIndex(known => name.toLowerCase().includes(known));
  return index < 0 ? FIRST.length : index;
}

/** MAE and RMSE are written in capitals, whatever the code called them. */
export function metricLabel(name: string): string {
  const known: Record<string, string> = {
    mae: 'MAE',
    rmse: 'RMSE',
    mse: 'MSE',
    r2: 'R²',
    auc: 'AUC'
  };
  return known[name.toLowerCase()] ?? name;
}

/** Null for a version that can be used. */
export function versionState(
  version: ModelVersion,
  trans: TranslationBundle
): { kind: StateKind; label: string } | null {
  switch (version.state) {
    case 'testing':
      return { kind: 'running', label: trans.__('Being tested') };
    case 'failed':
      return { kind: 'failed', label: trans.__('Test failed') };
    case 'archived':
      return { kind: 'nothing', label: trans.__('Archived') };
    case 'ready':
      return null;
  }
}

export function registrationText(
  registration: Registration,
  trans: TranslationBundle
): string {
  switch (registration.state) {
    case 'collecting':
      return trans.__('Collecting what the run left');
    case 'packaging':
      return trans.__('Writing the model artifact');
    case 'preparing-server':
      return trans.__('Preparing the serving environment');
    case 'testing':
      return trans.__('Testing it in a model server');
    case 'succeeded':
      return trans.__('Registered');
    case 'failed':
      return trans.__('Could not be registered');
  }
}

/** Shares of the way, for a bar: the serving environment takes longest. */
export function registrationShare({ state }: Registration): number {
  const shares: Record<Registration['state'], number> = {
    collecting: 0.1,
    packaging: 0.25,
    'preparing-server': 0.4,
    testing: 0.8,
    succeeded: 1,
    failed: 1
  };
  return shares[state];
}

/** `until 18 Apr · 2,004 rows`. */
export function trainedOn(version: ModelVersion, trans: TranslationBundle): string {
  const { cutOff, trainedRows } = version;
  const parts = [
    cutOff && trans.__('until %1', shortDay(cutOff)),
    trainedRows !== null &&
      trans._n('%2 row', '%2 rows', trainedRows, trainedRows.toLocaleString())
  ];
  return parts.filter(Boolean).join(' · ');
}
