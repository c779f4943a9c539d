import { setTimeout as sleep } from 'node:timers/promises';

import type { ApiError } from '../../../../contract/error';
import { MlopsError } from '../../../../contract/mlops-error';
import { toApiError } from '../../../jobs/jobs';
import type { BareRepository } from '../bare-repository';
import type { IEnded, NetworkProcess } from './network-process';
import { remoteFailure } from './remote-failure';

/** Branches of ours on the remote. */
export const CHANGES = 'changes/';
const MOST_LOOKS = 5;

/** Where the last known state of a branch of the remote is kept. */
export const tracking = (branch: string): string => `refs/remotes/remote/${branch}`;

/** What is known of a remote: its environments' branch and our `changes/…`, with all their commits, on this disk. */
export class RemoteMirror {
  constructor(private readonly _options: RemoteMirror.IOptions) {}

  /** Why the last look failed; null where it did not. */
  get failure(): ApiError | null {
    return this._failure;
  }

  /** When the remote last answered, in milliseconds since 1970; 0 where it has not yet. */
  get seenAt(): number {
    return this._seenAt;
  }

  /** Asks the remote now. Whoever asks while a look is under way gets the next one. */
  look(): Promise<void> {
    this._queued ??= this._last.then(() => {
      this._queued = null;
      return this._noted();
    });
    this._last = this._queued.catch(() => undefined);
    return this._queued;
  }

  /** Asks in the background where the last answer is older than that, more rarely while it fails. */
  lookSoon(age: number): void {
    const wait = age * Math.min(2 ** this._failures, 12);
    if (Date.now() - this._askedAt > wait && this._queued === null) {
      void this.look().catch(() => undefined);
    }
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await this._last;
  }

  private async _noted(): Promise<void> {
    this._askedAt = Date.now();
    try {
      await this._look();
      this._failure = null;
      this._failures = 0;
      this._seenAt = Date.now();
    } catch (error) {
      this._failure = toApiError(error);
      this._failures += 1;
      throw error;
    }
  }

  private async _look(): Promise<void> {
    const { bare, branch, place } = this._options;
    for (let looks = 1; looks <= MOST_LOOKS; looks += 1) {
      const there = await this._branches();
      if (!there.has(branch) && there.size > 0) {
        throw branchMissing(place, branch, [...there.keys()]);
      }
      const wanted = new Map(
        [...there].filter(([name]) => name === branch || name.startsWith(CHANGES))
      );
      await this._fetch(wanted);
      if (await this._take(wanted, looks > 1)) {
        return;
      }
      await sleep(20 * looks);
    }
    throw new MlopsError('unavailable', {
      code: 'git-remote-busy',
      message: `${place} changes faster than it can be read.`,
      action: `Try again in a moment; ${bare.folder} is left as it was.`
    });
  }

  private async _branches(): Promise<Map<string, string>> {
    const { url } = this._options;
    const ended = await this._run(['ls-remote', '--', url, 'refs/heads/*']);
    const lines = ended.stdout.split('\n').map(line => line.split('\t'));
    return new Map(
      lines.flatMap(([id, name = '']): [string, string][] =>
        name.startsWith('refs/heads/') ? [[name.slice('refs/heads/'.length), id]] : []
      )
    );
  }

  private async _fetch(wanted: ReadonlyMap<string, string>): Promise<void> {
    const { bare, url } = this._options;
    const missing: string[] = [];
    for (const [name, id] of wanted) {
      if (!(await bare.has(id))) {
        missing.push(`refs/heads/${name}`);
      }
    }
    if (missing.length > 0) {
      const options = ['--quiet', '--no-tags', '--no-write-fetch-head', '--refmap='];
      await this._run(['fetch', ...options, '--stdin', '--', url], missing.join('\n'));
    }
  }

  /**
   * Writes down what the remote has; false where that must be asked again.
   *
   * @param certain Believe the remote where it has less than we know of.
   */
  private async _take(
    wanted: ReadonlyMap<string, string>,
    certain: boolean
  ): Promise<boolean> {
    const { bare } = this._options;
    const known = await bare.references(tracking('').slice(0, -1));
    const lines: string[] = [];
    for (const [name, id] of wanted) {
      const reference = tracking(name);
      const before = known.get(reference);
      if (!(await bare.has(id))) {
        return false;
      }
      // Another program of ours may have learned more since we asked: an old answer must not turn it back.
      if (before && before !== id && !certain && (await bare.isAncestor(id, before))) {
        return false;
      }
      if (before !== id) {
        lines.push(`update ${reference} ${id}`);
      }
    }
    for (const [reference, id] of known) {
      const name = reference.slice(tracking('').length);
      // The environments' branch stays as it was last seen: what it declared goes on.
      if (name.startsWith(CHANGES) && !wanted.has(name)) {
        lines.push(`update refs/closed/${name} ${id}`, `delete ${reference}`);
      }
    }
    if (lines.length > 0) {
      await bare.update(lines);
    }
    return true;
  }

  private async _run(args: string[], input?: string): Promise<IEnded> {
    const { network, place } = this._options;
    const ended = await network.run(args, input);
    if (ended.code !== 0) {
      throw remoteFailure(place, ended).error;
    }
    return ended;
  }

  private _failure: ApiError | null = null;
  private _failures = 0;
  private _askedAt = 0;
  private _seenAt = 0;
  private _queued: Promise<void> | null = null;
  private _last: Promise<void> = Promise.resolve();
}

export namespace RemoteMirror {
  export interface IOptions {
    bare: BareRepository;
    network: NetworkProcess;
    url: string;
    /** The environments' branch on the remote. */
    branch: string;
    /** How sentences name the remote. */
    place: string;
  }
}

function branchMissing(place: string, branch: string, there: string[]): MlopsError {
  const shown = there.slice(0, 5).join(', ');
  return new MlopsError('not-found', {
    code: 'git-branch-missing',
    message: `${place} has no branch ${branch}.`,
    cause: `It has ${shown}${there.length > 5 ? ` and ${there.length - 5} more` : ''}.`,
    action: 'Name one of these as `gitops.branch` in mlops.yaml, or make the branch.'
  });
}
