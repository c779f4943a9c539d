import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

import { parse } from 'csv-parse';
import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { timeOf } from './time-of';

const Raw = z.object({ record: z.record(z.string(), z.string()), raw: z.string() });

/** What a cut did: the newest time in the file, and how many rows stayed and were withheld. */
export interface ICutData {
  newest: number;
  kept: number;
  withheld: number;
}

/** @returns event time of the newest row of a CSV file, in milliseconds since 1970 */
export async function newestTime(file: string, column: string): Promise<number> {
  let newest = -Infinity;
  for await (const { time } of rows(file, column)) {
    newest = Math.max(newest, time);
  }
  if (newest === -Infinity) {
    throw new MlopsError('refused', {
      code: 'data-empty',
      message: `${file} has no rows.`
    });
  }
  return newest;
}

/**
 * Copies the rows up to `cutOff` to a new file, byte for byte, so that the notebook never sees the
 * rest. The file appears when it is complete.
 *
 * @param cutOff milliseconds since 1970; rows at that time are kept
 * @throws MlopsError `data-not-readable`, `time-column-missing`, `time-invalid`, `nothing-withheld`
 */
export async function cutByTime(
  source: { file: string; column: string },
  cutOff: number,
  target: string
): Promise<ICutData> {
  const result = { newest: -Infinity, kept: 0, withheld: 0 };
  const partial = `${target}.part`;
  const output = await open(partial, 'w', 0o600);
  try {
    for await (const { header, raw, time } of rows(source.file, source.column)) {
      if (result.newest === -Infinity) {
        await output.write(header);
      }
      result.newest = Math.max(result.newest, time);
      if (time > cutOff) {
        result.withheld += 1;
      } else {
        result.kept += 1;
        await output.write(raw);
      }
    }
    await output.sync();
  } finally {
    await output.close();
  }
  if (result.kept === 0 || result.withheld === 0) {
    await rm(partial);
    throw new MlopsError('refused', {
      code: 'nothing-withheld',
      message: `The cut-off ${new Date(cutOff).toISOString()} leaves ${result.kept} rows to train on and ${result.withheld} to judge by.`,
      action: 'Choose a time within the data.'
    });
  }
  await rename(partial, target);
  return result;
}

async function* rows(
  file: string,
  column: string
): AsyncGenerator<{ header: string; raw: string; time: number }> {
  let header = '';
  const parser = parse({
    raw: true,
    bom: true,
    columns: (names: string[]) => {
      if (!names.includes(column)) {
        throw new MlopsError('refused', {
          code: 'time-column-missing',
          message: `${file} has no column ${column}.`,
          cause: `Its columns are ${names.join(', ')}.`,
          action:
            'Name the column with the event time as monitoring.retraining.time in mlops.yaml.'
        });
      }
      header = `${names.map(quote).join(',')}\n`;
      return names;
    }
  });
  const source = createReadStream(file);
  source.on('error', error => parser.destroy(error));
  try {
    for await (const item of source.pipe(parser)) {
      const { record, raw } = Raw.parse(item);
      const time = timeOf(record[column]);
      if (Number.isNaN(time)) {
        throw new MlopsError('refused', {
          code: 'time-invalid',
          message: `${file} has “${record[column]}” in column ${column}, which is no time.`,
          action: 'Write times as RFC 3339, such as 2011-04-30T17:00:00Z.'
        });
      }
      yield { header, raw, time };
    }
  } catch (error) {
    if (error instanceof MlopsError) {
      throw error;
    }
    throw new MlopsError('refused', {
      code: 'data-not-readable',
      message: `${file} cannot be read as CSV.`,
      cause: error instanceof Error ? error.message : String(error),
      action: 'Check monitoring.retraining.fresh in mlops.yaml.'
    });
  } finally {
    source.destroy();
  }
}

function quote(name: string): string {
  return /[",\n\r]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
