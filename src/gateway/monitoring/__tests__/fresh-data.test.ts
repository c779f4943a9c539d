import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { bundle, runScript } from '../../__tests__/bundle-builder';
import { temporaryFolder } from '../../__tests__/core-builder';
import { cutByTime, newestTime } from '../fresh-data';

const CSV = [
  'time,words,n',
  '2011-01-01T00:00:00Z,"a, b",1',
  '2011-01-02T00:00:00Z,"line\nbreak",2',
  '2011-01-03T00:00:00Z,c,3',
  ''
].join('\n');

describe('cutting data by time', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'data.csv');
  const target = join(folder, 'cut.csv');

  it('keeps the rows up to the cut-off byte for byte and withholds the rest', async () => {
    writeFileSync(file, CSV);
    const cut = await cutByTime(
      { file, column: 'time' },
      Date.parse('2011-01-02'),
      target
    );
    expect(cut).toEqual({ newest: Date.parse('2011-01-03'), kept: 2, withheld: 1 });
    expect(readFileSync(target, 'utf8')).toBe(CSV.split('2011-01-03')[0]);
  });

  it('finds the newest time', async () => {
    writeFileSync(file, CSV);
    expect(await newestTime(file, 'time')).toBe(Date.parse('2011-01-03'));
  });

  it.each([
    ['a column that is not there', 'when', '2011-01-02', 'time-column-missing'],
    ['a column that holds no times', 'words', '2011-01-02', 'time-invalid'],
    ['a cut-off after all rows', 'time', '2012-01-01', 'nothing-withheld'],
    ['a cut-off before all rows', 'time', '2010-01-01', 'nothing-withheld']
  ])('refuses %s and leaves no file behind', async (_, column, cutOff, code) => {
    writeFileSync(file, CSV);
    const other = join(folder, `${code}.csv`);
    await expect(
      cutByTime({ file, column }, Date.parse(cutOff), other)
    ).rejects.toMatchObject({
      body: { code }
    });
    expect(existsSync(other)).toBe(false);
  });

  it('says which file cannot be read', async () => {
    await expect(newestTime(join(folder, 'absent.csv'), 'time')).rejects.toMatchObject({
      body: {
        code: 'data-not-readable',
        message: expect.stringContaining('absent.csv')
      }
    });
  });

  it.each(['Europe/Berlin', 'America/New_York', 'UTC'])(
    'takes times without a zone as UTC, as the runner does, in %s',
    async zone => {
      writeFileSync(file, 'time\n2011-04-30 16:00:00\n2011-04-30T17:00:00\n');
      const script = bundle(
        "import { cutByTime, newestTime } from './monitoring/fresh-data';" +
          'const [file, target] = process.argv.slice(2);' +
          "const newest = await newestTime(file, 'time');" +
          "const cut = await cutByTime({ file, column: 'time' }, newest - 1, target);" +
          'process.stdout.write(JSON.stringify({ newest, ...cut }));'
      );
      const { ended, output } = runScript(script, [file, target], { TZ: zone });
      await ended;
      const newest = Date.parse('2011-04-30T17:00:00Z');
      expect(JSON.parse(output())).toEqual({ newest, kept: 1, withheld: 1 });
    }
  );

  it.each([
    ['2011-04-30 17:00:00+02:00', '2011-04-30T15:00:00Z'],
    ['2011-04-30', '2011-04-30T00:00:00Z'],
    ['2011-04-30 17:00:00.5', '2011-04-30T17:00:00.5Z'],
    ['4/30/2011 17:00', '2011-04-30T17:00:00Z']
  ])('reads %s', async (text, time) => {
    writeFileSync(file, `time\n${text}\n`);
    expect(await newestTime(file, 'time')).toBe(Date.parse(time));
  });
});
