import { MlopsError } from '../../contract/mlops-error';
import type { IServingKind } from './kinds/kind';
import { sklearn } from './kinds/sklearn/sklearn';
import { xgboost } from './kinds/xgboost/xgboost';

const KINDS: readonly IServingKind[] = [sklearn, xgboost];

/** Names of what can be served, for sentences. */
export const SERVED_KINDS = KINDS.map(kind => kind.title).join(', ');

/** @throws MlopsError `model-kind-not-served`, which names those that can be */
export function servingKind(
  name: string | null,
  model: { variable: string; type: string }
): IServingKind {
  const kind = KINDS.find(known => known.name === name);
  if (!kind) {
    throw new MlopsError('refused', {
      code: 'model-kind-not-served',
      message: `${model.variable} is a ${model.type}, which cannot be served.`,
      cause: `Models of these kinds can be served: ${SERVED_KINDS}.`,
      action:
        'Train a model of one of these kinds, or wrap it in a scikit-learn Pipeline.'
    });
  }
  return kind;
}
