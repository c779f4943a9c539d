import type { TranslationBundle } from '@jupyterlab/translation';

import type { CellMark } from './cell-steps';

const LABEL = 'jp-mlops-StepLabel';

/**
 * Puts a mark's label beside a cell, or takes it away: a button, so that keyboard and screen reader
 * find it too. It stands in the cell's padding and never changes its height.
 */
export function labelCell(
  cell: HTMLElement,
  mark: CellMark | null,
  trans: TranslationBundle,
  onPress: () => void
): void {
  const shown = mark && labelOf(mark, trans);
  const found = cell.querySelector<HTMLElement>(`:scope > .${LABEL}`);
  if (!shown) {
    found?.remove();
    return;
  }
  const button = found ?? cell.appendChild(create());
  button.className = `${LABEL}${shown.strong ? ' jp-mlops-mod-first' : ''}`;
  button.textContent = shown.text;
  button.title = shown.title;
  button.setAttribute('aria-label', shown.title);
  button.onclick = onPress;
}

function create(): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  // Else the notebook would take Enter as a wish to edit the cell.
  button.dataset.lmSuppressShortcuts = 'true';
  return button;
}

function labelOf(
  mark: CellMark,
  trans: TranslationBundle
): { text: string; title: string; strong: boolean } | null {
  if (mark.kind === 'parameters') {
    return {
      text: trans.__('Parameters'),
      title: trans.__('Parameters: each run can set them. Show them in the panel'),
      strong: false
    };
  }
  if (!mark.begins) {
    return null;
  }
  const number = mark.index + 1;
  return {
    text: `${number} ${mark.title}`,
    title: trans.__('Step %1: %2. Show it in the panel', number, mark.title),
    strong: mark.begins === 'first'
  };
}
