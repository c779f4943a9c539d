import type { Notebook } from '../../../contract/notebook';
import { LiveConversion } from '../conversion';

function notebook(...sources: string[]): Notebook {
  return {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', language: 'python' } },
    cells: sources.map((source, index) => ({
      id: `c${index}`,
      cell_type: source.startsWith('#') ? 'markdown' : 'code',
      source,
      metadata: {}
    }))
  };
}

const nothing = (): Promise<string> => Promise.reject(new Error('404'));

describe('the open notebook as steps', () => {
  const BIKES = notebook('## Load', 'x = 1', '## Train', 'y = x + 1');
  const options = { path: 'a/bikes.ipynb', split: undefined };

  it('is found in the browser by its headings', async () => {
    const { pipeline } = await new LiveConversion(async () => [], nothing).convert(
      BIKES,
      options
    );
    expect(pipeline?.steps.map(({ title }) => title)).toEqual(['Load', 'Train']);
    expect(pipeline?.steps[1].inputs).toEqual([
      { variable: 'x', from: pipeline?.steps[0].id }
    ]);
  });

  it('follows the way of splitting that the user chose', async () => {
    const { pipeline } = await new LiveConversion(async () => [], nothing).convert(
      BIKES,
      {
        ...options,
        split: 'one'
      }
    );
    expect(pipeline?.steps).toHaveLength(1);
  });

  it('lists the folder once, not at each keystroke', async () => {
    const listed: string[] = [];
    const conversion = new LiveConversion(async folder => {
      listed.push(folder);
      return [];
    }, nothing);
    await conversion.convert(BIKES, options);
    await conversion.convert(BIKES, options);
    expect(listed).toEqual(['a']);
  });

  it('reads the modules beside the notebook that it imports', async () => {
    const read: string[] = [];
    const files = new Map([
      ['a/helper.py', 'from tools.core import ROWS\ndef push(v): ROWS.append(v)'],
      ['a/tools/core.py', 'ROWS = []']
    ]);
    const conversion = new LiveConversion(
      async () => ['helper.py', 'other.py', 'tools'],
      path => {
        read.push(path);
        const text = files.get(path);
        return text === undefined ? nothing() : Promise.resolve(text);
      }
    );
    const { pipeline } = await conversion.convert(
      notebook(
        '## Load',
        'import helper',
        '## Push',
        'helper.push(1)',
        '## Show',
        'helper.push(2)'
      ),
      options
    );
    expect(pipeline?.steps[2].inputs.map(({ variable }) => variable)).toContain(
      'tools/core.py'
    );
    expect(read).not.toContain('a/other.py');
  });

  it('goes on where the folder cannot be listed', async () => {
    const conversion = new LiveConversion(
      () => Promise.reject(new Error('403')),
      nothing
    );
    expect((await conversion.convert(BIKES, options)).pipeline).not.toBeNull();
  });

  it('says what is wrong with code that does not parse', async () => {
    const { diagnostics } = await new LiveConversion(async () => [], nothing).convert(
      notebook('## Load', 'x = = 1'),
      options
    );
    expect(diagnostics[0]).toMatchObject({ cell: 1, severity: 'error' });
  });
});
