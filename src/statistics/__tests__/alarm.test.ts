import fc from 'fast-check';

import { NO_ALARM, advanceAlarm, alarmFeatures } from '../alarm';
import type { IAlarmWindow } from '../alarm';

const LETTERS = { d: 'drift', q: 'no-drift', n: 'no-data' } as const;

function windowOf(letter: keyof typeof LETTERS, day: number): IAlarmWindow {
  return {
    to: new Date(Date.UTC(2011, 0, day + 1)).toISOString(),
    state: LETTERS[letter],
    drifted: letter === 'd' ? ['temp'] : []
  };
}

function isLetter(letter: string): letter is keyof typeof LETTERS {
  return letter in LETTERS;
}

/** The states after each window; d: drift, q: no drift, n: no data. */
function states(letters: string, k = 2): string {
  let alarm = NO_ALARM;
  return [...letters]
    .filter(isLetter)
    .map((letter, day) => {
      alarm = advanceAlarm(alarm, windowOf(letter, day), k);
      return alarm.state[0];
    })
    .join('');
}

describe('advanceAlarm', () => {
  it.each([
    ['q', 'i', 'is quiet without drift'],
    ['d', 'p', 'is pending after one drifting window'],
    ['dd', 'pf', 'fires after the second in a row'],
    ['dqd', 'pip', 'starts again after a window without drift'],
    ['ddq', 'pff', 'does not resolve after one window without drift'],
    ['ddqq', 'pffr', 'resolves after two in a row'],
    ['ddqdqq', 'pffffr', 'needs the two in a row to resolve'],
    ['ddqqd', 'pffrp', 'begins a new alarm after a resolved one'],
    ['ddqqq', 'pffrr', 'stays resolved'],
    ['dnd', 'ppf', 'takes no data neither for drift'],
    ['ddnnq', 'pffff', 'nor for its absence'],
    ['n', 'i', 'needs data to begin']
  ])('%s → %s: it %s', (letters, expected) => {
    expect(states(letters)).toBe(expected);
  });

  it('fires at once, or later, as asked', () => {
    expect(states('dq', 1)).toBe('fr');
    expect(states('dddqqq', 3)).toBe('ppfffr');
  });

  it('says since when, and until when', () => {
    let alarm = NO_ALARM;
    [...'ddqq'].filter(isLetter).forEach((letter, day) => {
      alarm = advanceAlarm(alarm, windowOf(letter, day));
    });
    expect(alarm).toMatchObject({
      pendingSince: '2011-01-01T00:00:00.000Z',
      firingSince: '2011-01-02T00:00:00.000Z',
      resolvedAt: '2011-01-04T00:00:00.000Z'
    });
    const next = advanceAlarm(alarm, windowOf('d', 4));
    expect(next).toMatchObject({ firingSince: null, resolvedAt: null });
  });

  it('names the features that drifted in most windows first', () => {
    let alarm = NO_ALARM;
    for (const drifted of [['hum', 'temp'], ['temp'], ['atemp', 'temp']]) {
      alarm = advanceAlarm(alarm, { to: '', state: 'drift', drifted });
    }
    expect(alarmFeatures(alarm)).toEqual(['temp', 'atemp', 'hum']);
    const drifted = ['__proto__', 'constructor'];
    const odd = advanceAlarm(NO_ALARM, { to: '', state: 'drift', drifted });
    expect(alarmFeatures(odd)).toEqual(drifted);
  });

  it('never fires without k drifting windows in a row among those with data', () => {
    const letters = fc.array(fc.constantFrom('d', 'q', 'n'), { maxLength: 30 });
    fc.assert(
      fc.property(letters, fc.integer({ min: 1, max: 4 }), (list, k) => {
        const withData = list.filter(letter => letter !== 'n').join('');
        const fires = states(list.join(''), k).includes('f');
        expect(fires).toBe(withData.includes('d'.repeat(k)));
      })
    );
  });
});
