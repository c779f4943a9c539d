import { NO_ALARM, advanceAlarm, alarmFeatures } from '../alarm';
import type { IBaselineProfile } from '../baseline-profile';
import { compareWindow } from '../drift';
import { buildProfile } from '../profile';
import { seededRandom } from '../random';
import { cutWindows } from '../windows';
import { columnsOf, readRides } from './bike-rides';
import type { IRide } from './bike-rides';

const DAY = 24 * 3_600_000;
const APRIL = Date.UTC(2011, 3, 1);
const rides = readRides();
const quarter = rides.filter(({ time }) => time < APRIL);
const spring = rides.filter(({ time }) => time >= APRIL);

function profileOf(training: readonly IRide[], times = true): IBaselineProfile {
  return buildProfile(columnsOf(training), {
    times: times ? training.map(({ time }) => time) : null,
    windowHours: 168,
    blockRows: 168
  });
}

/** Replays rows in weekly windows that start `offsetDays` after a Saturday; the alarm after each. */
function replay(profile: IBaselineProfile, rows: readonly IRide[], offsetDays = 0) {
  const { windows } = cutWindows(rows, ({ time }) => time, {
    hours: 168,
    origin: Date.UTC(2011, 0, 1) + offsetDays * DAY
  });
  let alarm = NO_ALARM;
  return windows.map(window => {
    const comparison = compareWindow(profile, columnsOf(window.rows), {
      minimumRows: 100
    });
    const to = new Date(window.to).toISOString();
    alarm = advanceAlarm(alarm, { ...comparison, to }, 2);
    return { comparison, alarm };
  });
}

function randomShare(share: number, seed: number): IRide[] {
  const random = seededRandom(seed);
  return quarter.filter(() => random.next() < share * 2 ** 32);
}

const dayOfYear = ({ time }: IRide) =>
  Math.floor((time - Date.UTC(2010, 11, 31)) / DAY);
const TRAINING: [string, IRide[]][] = [
  ['all of the quarter', quarter],
  ['four days of five', quarter.filter(ride => dayOfYear(ride) % 5 !== 0)],
  ['a random 80 %', randomShare(0.8, 1)],
  ['a random two thirds', randomShare(0.67, 2)],
  ['every third hour', quarter.filter((_, i) => i % 3 === 0)],
  ['January to the middle of March', quarter.filter(ride => dayOfYear(ride) <= 72)]
];

describe('bike rides of 2011', () => {
  it('are there: six months of hours', () => {
    expect(quarter.length).toBeGreaterThan(2000);
    expect(spring.length).toBeGreaterThan(2100);
  });

  describe.each(TRAINING)('with a baseline of %s', (_, training) => {
    const profile = profileOf(training);

    it('raise no alarm in any week of January to March, wherever the week begins', () => {
      for (const offset of [0, 1.5, 3, 4.5, 6]) {
        const fired = replay(profile, quarter, offset).filter(
          ({ alarm }) => alarm.state === 'firing'
        );
        expect(fired).toEqual([]);
      }
    });

    it('fire in April to June and name the temperature', () => {
      for (const offset of [0, 3.5]) {
        const firing = replay(profile, spring, offset).filter(
          ({ alarm }) => alarm.state === 'firing'
        );
        expect(firing.length).toBeGreaterThan(3);
        const [first] = alarmFeatures(firing[0].alarm);
        expect(['temp', 'atemp']).toContain(first);
      }
    });
  });

  it('would raise false alarms without a learned floor: the test above can fail', () => {
    const profile = profileOf(quarter);
    const blind = {
      ...profile,
      features: profile.features.map(feature => ({
        ...feature,
        floor: { value: 0, effects: [] }
      }))
    };
    const fired = replay(blind, quarter).filter(
      ({ alarm }) => alarm.state === 'firing'
    );
    expect(fired.length).toBeGreaterThan(8);
  });

  it('raise no alarm either where rows have no time but are in order', () => {
    const profile = profileOf(quarter, false);
    expect(profile.blocks.basis).toBe('rows');
    const states = replay(profile, quarter).map(({ alarm }) => alarm.state);
    expect(states).not.toContain('firing');
    const later = replay(profile, spring).map(({ alarm }) => alarm.state);
    expect(later).toContain('firing');
  });

  it('are profiled as what they are', () => {
    const { features, from, to, blocks } = profileOf(quarter);
    const kinds = features.map(({ name, kind }) => `${name} ${kind}`);
    expect(kinds).toEqual([
      'hr numeric',
      'weekday categorical',
      'workingday categorical',
      'holiday categorical',
      'weathersit categorical',
      'temp numeric',
      'atemp numeric',
      'hum numeric',
      'windspeed numeric'
    ]);
    expect([from, to]).toEqual([
      '2011-01-01T00:00:00.000Z',
      '2011-03-31T23:00:00.000Z'
    ]);
    expect(blocks).toEqual({ basis: 'time', length: 168, count: 49 });
  });
});
