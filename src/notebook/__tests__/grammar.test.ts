import { buildParserFile } from '@lezer/generator';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, '../python/grammar');
const text = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

describe('the tables of the parser', () => {
  it('are those of the grammar (`jlpm build:grammar`)', () => {
    const { parser, terms } = buildParserFile(text('python.grammar'), {
      typeScript: true,
      moduleStyle: 'es'
    });
    expect(text('parser.ts')).toBe(parser);
    expect(text('parser.terms.ts')).toBe(terms);
    // Making the tables takes seconds on a busy machine
  }, 60_000);
});
