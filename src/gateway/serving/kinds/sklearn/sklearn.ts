import type { IServingKind } from '../kind';

/** Estimators and pipelines of scikit-learn, stored with joblib. */
export const sklearn: IServingKind = {
  name: 'sklearn',
  title: 'scikit-learn',
  platform: 'sklearn',
  required: [['scikit-learn'], ['numpy'], ['joblib']]
};
