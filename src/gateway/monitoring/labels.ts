import type { Label } from '../../statistics/performance';

/** Whether a value can be a label of a classification. */
export function isLabel(value: unknown): value is Label {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Whether a value can be a true value of a regression. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
