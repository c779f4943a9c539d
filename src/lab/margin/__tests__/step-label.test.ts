import { nullTranslator } from '@jupyterlab/translation';

import type { CellMark } from '../cell-steps';
import { labelCell } from '../step-label';

const trans = nullTranslator.load('mlops');
const LOAD: CellMark = { kind: 'step', index: 0, title: 'Load', begins: 'first' };

function labelled(mark: CellMark | null, cell = document.createElement('div')) {
  const onPress = jest.fn();
  labelCell(cell, mark, trans, onPress);
  return { cell, onPress, button: cell.querySelector('button') };
}

describe('the label beside a cell', () => {
  it('is a button with a name of its own, where a step begins', () => {
    const { button, onPress } = labelled(LOAD);
    expect(button?.textContent).toBe('1 Load');
    expect(button?.getAttribute('aria-label')).toBe(
      'Step 1: Load. Show it in the panel'
    );
    expect(button?.className).toContain('jp-mlops-mod-first');
    button?.click();
    expect(onPress).toHaveBeenCalledTimes(1);
  });

  it('names the parameters', () => {
    expect(labelled({ kind: 'parameters' }).button?.textContent).toBe('Parameters');
  });

  it('is none beside the other cells of a step', () => {
    expect(labelled({ ...LOAD, begins: null }).button).toBeNull();
  });

  it('goes when its cell is no longer the first', () => {
    const { cell } = labelled(LOAD);
    expect(
      labelled({ ...LOAD, begins: 'again' }, cell).button?.className
    ).not.toContain('jp-mlops-mod-first');
    expect(labelled(null, cell).button).toBeNull();
  });
});
