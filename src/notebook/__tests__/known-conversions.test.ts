import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { convert } from '../convert';
import { conversionText } from './conversion-text';
import { readCorpus } from './corpus';

/**
 * What the converter makes of each notebook that `make equivalence` proves to compute the same.
 * After a change that is meant, prove the corpus again and write this anew: `UPDATE=1 jest known-conversions`.
 */
const KNOWN = 'tests/equivalence/conversions.json';
const known = (
  existsSync(KNOWN) ? JSON.parse(readFileSync(KNOWN, 'utf8')) : {}
) as Record<string, string[]>;
const found: Record<string, string[]> = {};

describe.each(['cells', 'headings', 'tags'] as const)('the corpus in %s', split => {
  it.each(readCorpus())('$name', ({ name, content, files }) => {
    const conversion = convert({
      content,
      fileName: `${name}.ipynb`,
      split,
      folderFiles: Object.keys(files),
      readLocal: path => files[path] ?? null
    });
    const text = conversionText(conversion);
    found[`${name} in ${split}`] = text;
    if (process.env.UPDATE !== '1') {
      expect(text).toEqual(known[`${name} in ${split}`]);
    }
  });
});

afterAll(() => {
  if (process.env.UPDATE === '1') {
    writeFileSync(KNOWN, `${JSON.stringify(found, null, 1)}\n`);
  }
});
