import { aNotebook } from '../../__tests__/a-notebook';
import { conversionText } from '../../__tests__/conversion-text';
import { writtenDown } from '../../__tests__/written-down';
import { convert } from '../../convert';
import { CASES } from './cases';

/**
 * What goes from cell to cell in each case, written down once and read. After a change that is
 * meant: `UPDATE=1 jest flows`, and read what has changed.
 */
const known = writtenDown('src/notebook/flow/__tests__/flows.json');

it.each(CASES.map(cells => [cells.join('\n# %%\n'), cells] as const))(
  '%s',
  (name, cells) => {
    const text = conversionText(
      convert({ content: aNotebook([...cells]), fileName: 'a.ipynb', split: 'cells' })
    ).filter(line => !line.startsWith('needs package'));
    known.expect(name, text);
  }
);
