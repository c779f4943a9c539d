import { nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** The domain of all our strings. */
export const DOMAIN = 'jupyterlab_mlops';

const Translation = React.createContext<TranslationBundle>(nullTranslator.load(DOMAIN));

export const TranslationProvider = Translation.Provider;

/** The strings in the user's language. */
export function useTrans(): TranslationBundle {
  return React.useContext(Translation);
}
