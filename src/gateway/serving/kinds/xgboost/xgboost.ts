import type { IServingKind } from '../kind';

/** Boosters and scikit-learn style estimators of XGBoost, stored in its own format or with joblib. */
export const xgboost: IServingKind = {
  name: 'xgboost',
  title: 'XGBoost',
  platform: 'xgboost',
  required: [['xgboost', 'xgboost-cpu'], ['numpy']]
};
