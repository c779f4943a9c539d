import type { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import type { RetrainRequest } from '../../contract/monitor';
import { readProject } from '../project/read-project';
import type { AlertStore } from './alert-store';

type Request = z.output<typeof RetrainRequest>;

/** @throws MlopsError `alert-unknown`, `alert-of-another` */
export function checkAlert(
  { alert: id, environment, model }: Request,
  alerts: AlertStore
): void {
  if (id === null) {
    return;
  }
  const alert = alerts.get(id);
  if (alert.environment !== environment || alert.model !== model) {
    throw new MlopsError('refused', {
      code: 'alert-of-another',
      message: `The alert ${id} is about ${alert.model} in ${alert.environment}.`,
      action: `Name an alert of ${model} in ${environment}, or none.`
    });
  }
}

/**
 * What the champion was trained with brings no fresh data; what is given now may.
 *
 * @throws MlopsError `retraining-not-configured`, `cut-off-not-configured`
 */
export function checkConfigured(
  notebook: string,
  { model, parameters, files, cutOff }: Request
): void {
  if (readProject(notebook).project.monitoring.retraining) {
    return;
  }
  if (cutOff !== undefined) {
    throw new MlopsError('refused', {
      code: 'cut-off-not-configured',
      message: `Nothing says which column of ${model}'s data a cut-off is about.`,
      action:
        'Add monitoring.retraining (input, fresh, time, label) to mlops.yaml, or give no cut-off.'
    });
  }
  if (Object.keys(files ?? {}).length + Object.keys(parameters).length > 0) {
    return;
  }
  throw new MlopsError('refused', {
    code: 'retraining-not-configured',
    message: `Nothing says where fresh data for ${model} comes from.`,
    action:
      'Give a parameter or a file, or add monitoring.retraining (input, fresh, time, label) to mlops.yaml.'
  });
}
