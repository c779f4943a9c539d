import { MlopsError } from '../../../../contract/mlops-error';
import type { IEnded } from './network-process';
import { remoteFailure, remoteWords } from './remote-failure';

/** How a push ended for the one reference that it names. */
export type PushResult =
  | {
      state: 'done';
      /** The remote had exactly this commit already. */ before: boolean;
    }
  /** Somebody else was faster, or is just writing. */
  | { state: 'moved' }
  /** Nothing was changed, and trying again does not help. */
  | { state: 'refused'; error: MlopsError }
  /** The connection ended; the remote may or may not have taken it. */
  | { state: 'unknown'; error: MlopsError };

const MOVED =
  /fetch first|non-fast-forward|stale info|cannot lock ref|failed to update ref|failed to lock|incorrect old value|reference already exists|unable to create .*\.lock|needs force/i;
const PROTECTED =
  /protected branch|GH006|GH013|push.*protected|only be modified through pull requests|branch is protected/i;

/** Reads what `git push --porcelain` of one reference said. */
export function pushResult(place: string, branch: string, ended: IEnded): PushResult {
  const { code, stderr, stdout } = ended;
  const [flag, , summary = ''] =
    stdout
      .split('\n')
      .find(line => /^[ +\-*=!]\t/.test(line))
      ?.split('\t') ?? [];
  if (code === 0 && flag !== '!') {
    return { state: 'done', before: flag === '=' };
  }
  const words = remoteWords(stderr);
  if (flag !== '!' || /remote failure|no match/.test(summary)) {
    const { error, uncertain } = remoteFailure(place, ended, true);
    return { state: uncertain ? 'unknown' : 'refused', error };
  }
  // A hook that declines may say anything: its words are shown, not read as a race.
  if (MOVED.test(summary)) {
    return { state: 'moved' };
  }
  const reason = /\((.*)\)\s*$/.exec(summary)?.[1] ?? summary;
  const cause = words || reason;
  const isProtected = PROTECTED.test(`${reason}\n${words}`);
  const error = isProtected
    ? new MlopsError('forbidden', {
        code: 'git-branch-protected',
        message: `${place} protects the branch ${branch}: nobody pushes to it. Nothing was changed.`,
        cause,
        action:
          'Set `mode: branch` under `gitops` in mlops.yaml: a promotion then becomes a branch to be merged.'
      })
    : new MlopsError('refused', {
        code: 'git-push-rejected',
        message: `${place} rejected the commit for ${branch} (${reason}). Nothing was changed.`,
        cause,
        action: 'Do what the remote asks for, or ask its owners; then try again.'
      });
  return { state: 'refused', error };
}
