import * as story from '../../__tests__/story';
import type { Promotion } from '../../../contract/promotion';
import { previousVersion } from '../previous-release';

function history(...versions: (number | 'revert')[]): Promotion[] {
  return versions
    .map((version, index) =>
      story.promotion({
        id: `p${index}`,
        kind: version === 'revert' ? 'revert' : 'promote',
        version: version === 'revert' ? 1 : version,
        state: 'succeeded',
        createdAt: story.at(`1${index}:00`)
      })
    )
    .reverse();
}

function back(version: number, promotions: Promotion[]): number | null | undefined {
  const [release] = story.environment('prod', version).releases;
  return previousVersion(release, 'prod', promotions);
}

describe('what a revert puts back', () => {
  it('is the version that was released before', () => {
    expect(back(2, history(1, 2))).toBe(1);
  });

  it('is none for the first release', () => {
    expect(back(1, history(1))).toBeNull();
  });

  it('is none after the only step back was taken', () => {
    expect(back(1, history(1, 2, 'revert'))).toBeNull();
    expect(back(3, history(1, 2, 'revert', 3))).toBe(1);
  });

  it('is not told where Git says something else', () => {
    expect(back(4, history(1, 2))).toBeUndefined();
    expect(back(2, [])).toBeUndefined();
  });

  it('does not count what failed or went elsewhere', () => {
    const [second, first] = history(1, 2);
    expect(back(1, [{ ...second, state: 'failed' }, first])).toBeNull();
    expect(back(1, [{ ...second, environment: 'dev' }, first])).toBeNull();
  });
});
