import { setTimeout as sleep } from 'node:timers/promises';

import { MlopsError } from '../../../../contract/mlops-error';
import type { BareRepository, IMadeCommit } from '../bare-repository';
import { branchMoved } from '../branch-moved';
import type { NetworkProcess } from './network-process';
import { pushResult, type PushResult } from './push-result';
import { tracking, type RemoteMirror } from './remote-mirror';

const MOST_PUSHES = 4;

/** Brings commits to a remote, and finds out what became of a push whose connection broke. */
export class RemotePush {
  constructor(private readonly _options: RemotePush.IOptions) {}

  /**
   * Resolves only when the branch has the commit.
   *
   * @throws MlopsError `branch-moved`, `git-push-unknown`, or what the remote said: nothing was changed then
   */
  async bring(made: IMadeCommit, branch: string): Promise<void> {
    const deadline = Date.now() + this._options.patience;
    let doubt: MlopsError | null = null;
    for (let pushes = 1; ; pushes += 1) {
      // The same commit again is the same push: whether an earlier one arrived makes no difference.
      const result = await this._pushOnce(made, branch);
      if (result.state === 'done') {
        await this._landed(made, branch);
        if (result.before && doubt === null) {
          // Somebody else made the very same commit in the same second: it is theirs.
          throw branchMoved(branch);
        }
        return;
      }
      if (result.state === 'refused' && doubt === null) {
        throw result.error;
      }
      if (result.state === 'unknown') {
        doubt = result.error;
      }
      const arrived = await this._arrived(made, branch, doubt ? deadline : Date.now());
      if (arrived === true) {
        return;
      }
      if (result.state === 'moved' && arrived === false) {
        // Whoever else tries again at the same moment would only collide once more.
        await sleep(Math.random() * 150);
        throw branchMoved(branch);
      }
      if (arrived === null && doubt) {
        throw unknown(this._options.place, made, doubt);
      }
      if (result.state === 'refused') {
        throw result.error;
      }
      if (pushes >= MOST_PUSHES || Date.now() > deadline) {
        throw nothingArrived(doubt);
      }
      await sleep(backoff(pushes));
    }
  }

  private async _pushOnce(made: IMadeCommit, branch: string): Promise<PushResult> {
    const { url } = this._options;
    const ended = await this._options.network.run([
      'push',
      '--porcelain',
      '--no-verify',
      '--',
      url,
      `${made.id}:refs/heads/${branch}`
    ]);
    return pushResult(this._options.place, branch, ended);
  }

  private async _landed({ id }: IMadeCommit, branch: string): Promise<void> {
    const known = await this._options.bare.reference(tracking(branch));
    if (known === null || !(await this._options.bare.isAncestor(id, known))) {
      await this._options.bare.update([`update ${tracking(branch)} ${id}`]);
    }
  }

  /** Whether the branch has the commit by now; null where nobody could tell until the deadline. */
  private async _arrived(
    { id }: IMadeCommit,
    branch: string,
    deadline: number
  ): Promise<boolean | null> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this._options.mirror.look();
        const head = await this._options.bare.reference(tracking(branch));
        return head !== null && (await this._options.bare.isAncestor(id, head));
      } catch (error) {
        if (Date.now() > deadline) {
          if (error instanceof MlopsError && error.body.code === 'git-branch-missing') {
            return false;
          }
          return null;
        }
        await sleep(backoff(tries));
      }
    }
  }
}

export namespace RemotePush {
  export interface IOptions {
    bare: BareRepository;
    network: NetworkProcess;
    mirror: RemoteMirror;
    url: string;
    /** How sentences name the remote. */
    place: string;
    /** How long it asks what became of a push, in milliseconds. */
    patience: number;
  }
}

/** Exponential, half of it by chance, at most five seconds. */
function backoff(tries: number): number {
  return Math.min(5000, 100 * 2 ** tries) * (0.5 + Math.random() / 2);
}

function nothingArrived(doubt: MlopsError | null): MlopsError {
  const body = doubt?.body ?? {
    code: 'git-remote-unreachable',
    message: 'The push failed.'
  };
  return new MlopsError('unavailable', {
    ...body,
    message: `${body.message} Nothing was changed there: the commit did not arrive.`
  });
}

function unknown(place: string, { id }: IMadeCommit, { body }: MlopsError): MlopsError {
  return new MlopsError('unavailable', {
    code: 'git-push-unknown',
    message: `The connection to ${place} broke while commit ${id.slice(0, 7)} was pushed, and it could not be asked since whether the commit arrived.`,
    cause: body.cause ?? body.message,
    action:
      'When it answers again, look at the environment: if the commit arrived, it is shown there and takes effect; if not, nothing was changed, and you can try again.',
    details: { revision: id }
  });
}
