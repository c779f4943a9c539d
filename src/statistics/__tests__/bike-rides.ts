import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One hour of the example's data: H. Fanaee-T and J. Gama, UCI 2013, CC BY 4.0 (its SOURCE.md). */
export interface IRide {
  /** Milliseconds since 1970, as if UTC. */
  readonly time: number;
  readonly values: Readonly<Record<string, string | number>>;
}

export const FEATURES = [
  'hr',
  'weekday',
  'workingday',
  'holiday',
  'weathersit',
  'temp',
  'atemp',
  'hum',
  'windspeed'
];

const FILE = join(__dirname, '../../../examples/bike-demand/data/rides-to-june.csv');

/** The hours of January to June 2011 in time order; a repeated or incomplete hour is left out. */
export function readRides(): IRide[] {
  const [header, ...lines] = readFileSync(FILE, 'utf8').trim().split(/\r?\n/);
  const names = header.split(',').map(unquoted);
  const rides = new Map<number, IRide>();
  for (const line of lines) {
    const cells = line.split(',').map(unquoted);
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i]]));
    const time = Date.parse(row.datetime);
    if (FEATURES.every(name => row[name] !== '')) {
      const values = Object.fromEntries(
        FEATURES.map(name => [
          name,
          name === 'weathersit' ? row[name] : Number(row[name])
        ])
      );
      rides.set(time, { time, values });
    }
  }
  return [...rides.values()].sort((a, b) => a.time - b.time);
}

function unquoted(cell: string): string {
  return cell.replace(/^"|"$/g, '');
}

/** Rows as columns, for profile and window. */
export function columnsOf(rides: readonly IRide[]) {
  return FEATURES.map(name => ({ name, values: rides.map(ride => ride.values[name]) }));
}
