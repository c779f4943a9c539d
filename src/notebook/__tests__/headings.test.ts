import { headingOf } from '../split/headings';
import { pipelineOf } from './a-notebook';

/** Markdown, and the heading that it ends with (CommonMark 4.2, 4.3, 4.5). */
const MARKDOWN: [string, string, string | null][] = [
  ['level 1', '# Load data', 'Load data'],
  ['level 2', '## Load data', 'Load data'],
  ['level 3', '### Load data', null],
  ['no space', '#Load', null],
  ['several spaces', '#   Load', 'Load'],
  ['indented by three', '   # Load', 'Load'],
  ['indented as code', '    # Load', null],
  ['not at the start of the line', 'text # Load', null],
  ['closing marks', '# Load ##  ', 'Load'],
  ['no words', '#  ', null],
  ['no words after words', '# Load\n\n# <br>', null],
  ['the last of several', '# One\ntext\n## Two', 'Two'],
  ['underlined by =', 'Load\n===', 'Load'],
  ['underlined by one =', 'Load\n=', 'Load'],
  ['underlined by -', 'Load data\n--', 'Load data'],
  ['underlined by one -', 'Load\n-', null],
  ['underlined, indented by three', 'Load\n   ---', 'Load'],
  ['underlined, indented as code', 'Load\n    ---', null],
  ['underlined with spaces behind', 'Load  \n---  ', 'Load'],
  ['underlined with words behind', 'Load\n--- x', null],
  ['a line of -, nothing before', '\n---', null],
  ['a line of - after a list', '- item\n---', null],
  ['a line of - after a table', '| a |\n---', null],
  ['a line of - after a quote', '> said\n---', null],
  ['a line of - after indented text', ' text\n---', null],
  ['a line of = in words', 'a\nb === c', null],
  ['in a fence', '```\n# no\n```', null],
  ['in a fence of four', '````\n```\n# no\n````', null],
  ['in a fence of waves', '~~~\n# no\n```\n# no\n~~~', null],
  ['in a fence of four waves', '~~~~\n~~~\n# no\n~~~~', null],
  ['after a fence', '```\n# no\n```\n# Yes', 'Yes'],
  ['after a fence with a longer end', '```\n# no\n`````\n# Yes', 'Yes'],
  ['after marks within a line', 'a ``` b\n# Yes', 'Yes'],
  ['in a fence that is indented', '   ```\n# no\n   ```', null],
  ['underlined in a fence', '```\nno\n---\n```', null],
  ['a link', '# See [the data](https://a.b/c) here', 'See the data here'],
  ['an image', '# ![logo](a.png) Load', 'logo Load'],
  ['an empty link', '# a [b]() c', 'a b c'],
  ['HTML', '# <a id="x"></a>Load <b>it</b>', 'Load it'],
  ['HTML at the end', '# Load <a id="x"></a>', 'Load'],
  ['emphasis', '# **Load** _it_ `now`', 'Load it now'],
  ['emphasis of one letter', '# *a* b', 'a b'],
  ['a product', '# 2 * 3 * 4', '2 * 3 * 4'],
  ['nothing', '', null]
];

describe('the heading of a Markdown cell', () => {
  it.each(MARKDOWN)('%s', (_, source, heading) => {
    expect(headingOf(source)).toBe(heading);
  });
});

describe('steps by headings', () => {
  const titles = (...cells: Parameters<typeof pipelineOf>[0]): string[] =>
    pipelineOf(cells, 'headings').steps.map(
      step => `${step.title}: ${step.cells.map(cell => cell.index).join(' ')}`
    );
  const parameters = { source: 'n = 1', tags: ['parameters'] };

  it('are Setup where there is nothing but parameters', () => {
    expect(titles(parameters)).toEqual(['Setup: 0']);
  });

  it('keep parameters with the step that they stand in', () => {
    expect(titles({ md: '# A' }, 'x = 1', parameters, 'print(n)')).toEqual([
      'A: 1 2 3'
    ]);
  });

  it('take only the first cell that is tagged so for the parameters', () => {
    expect(titles(parameters, { md: '# A' }, parameters, 'print(n)')).toEqual([
      'A: 0 2 3'
    ]);
  });

  it('go on through Markdown without a heading', () => {
    expect(titles({ md: '# A' }, { md: 'text' }, 'x = 1', { md: 'text' }, 'x')).toEqual(
      ['A: 2 4']
    );
  });
});
