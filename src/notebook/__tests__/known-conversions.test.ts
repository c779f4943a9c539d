import { convert } from '../convert';
import { conversionText } from './conversion-text';
import { readCorpus } from './corpus';
import { writtenDown } from './written-down';

/**
 * What the converter makes of each notebook that `make equivalence` proves to compute the same.
 * After a change that is meant, prove the corpus again and write this anew: `UPDATE=1 jest known-conversions`.
 */
const known = writtenDown('tests/equivalence/conversions.json');

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
    known.expect(`${name} in ${split}`, text);
  });
});
