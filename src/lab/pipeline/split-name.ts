import type { TranslationBundle } from '@jupyterlab/translation';

import type { SplitChoice } from './model';

/** How cells become steps, in words. */
export function splitName(split: SplitChoice, trans: TranslationBundle): string {
  return {
    automatic: trans.__('automatic'),
    tags: trans.__('from tags'),
    headings: trans.__('from headings'),
    one: trans.__('one step'),
    cells: trans.__('every cell')
  }[split];
}
