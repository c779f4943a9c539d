import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { aNotebook } from '../../__tests__/a-notebook';
import { conversionText } from '../../__tests__/conversion-text';
import { convert } from '../../convert';
import { CASES } from './cases';

/**
 * What goes from cell to cell in each case, written down once and read. After a change that is
 * meant: `UPDATE=1 jest flows`, and read what has changed.
 */
const KNOWN = 'src/notebook/flow/__tests__/flows.json';
const known = (
  existsSync(KNOWN) ? JSON.parse(readFileSync(KNOWN, 'utf8')) : {}
) as Record<string, string[]>;
const found: Record<string, string[]> = {};

it.each(CASES.map(cells => [cells.join('\n# %%\n'), cells] as const))(
  '%s',
  (name, cells) => {
    const text = conversionText(
      convert({ content: aNotebook([...cells]), fileName: 'a.ipynb', split: 'cells' })
    ).filter(line => !line.startsWith('needs package'));
    found[name] = text;
    if (process.env.UPDATE !== '1') {
      expect(text).toEqual(known[name]);
    }
  }
);

afterAll(() => {
  if (process.env.UPDATE === '1') {
    writeFileSync(KNOWN, `${JSON.stringify(found, null, 1)}\n`);
  }
});
