import { setTimeout as sleep } from 'node:timers/promises';

import type { IGitAddress } from '../../../../contract/git-address';
import type { ApiError } from '../../../../contract/error';
import { MlopsError } from '../../../../contract/mlops-error';
import type { GitopsSettings } from '../../../../contract/project';
import { BareRepository, type IMadeCommit } from '../bare-repository';
import { branchMoved } from '../branch-moved';
import type { ICommitter } from '../import-stream';
import {
  MAIN,
  type IGitCommit,
  type IGitRepository,
  type ILandedCommit,
  type ILogOptions,
  type INewCommit
} from '../port';
import { changeRequestLink } from './change-request-link';
import { NetworkProcess } from './network-process';
import { pushResult, type PushResult } from './push-result';
import { RemoteMirror, tracking } from './remote-mirror';

/** How long it waits for others and for the network, in milliseconds. */
export interface IPatience {
  /** One call of git. */
  call: number;
  /** Between two looks at the remote while nobody asks for more. */
  look: number;
  /** For the answer whether a push arrived whose connection broke. */
  certainty: number;
}

const PATIENCE: IPatience = { call: 120_000, look: 5_000, certainty: 60_000 };
const MOST_PUSHES = 4;

/**
 * A repository on any Git remote. What it had when it was last asked lies in a bare repository in the data
 * home, so reading needs no network; what we commit is pushed, and it is there only once the remote has it.
 */
export class RemoteRepository implements IGitRepository {
  readonly name: string = 'git remote';
  readonly place: string;
  readonly mode: 'push' | 'branch';
  readonly source: IGitRepository['source'];

  constructor(options: RemoteRepository.IOptions) {
    const { address, folder, program = 'git', settings } = options;
    this._options = options;
    this._patience = { ...PATIENCE, ...options.patience };
    this.mode = settings.mode;
    this._remote = address.host
      ? `${address.host}/${address.path}`
      : `/${address.path}`;
    this.place = `${settings.branch} of ${this._remote}`;
    this.source = { ...settings, repository: address.url };
    this._bare = new BareRepository(folder, program);
    const { call: timeLimit } = this._patience;
    this._network = new NetworkProcess({
      folder,
      program,
      timeLimit,
      url: address.url
    });
    this._mirror = new RemoteMirror({
      bare: this._bare,
      network: this._network,
      url: address.url,
      branch: settings.branch,
      place: this._remote
    });
  }

  /** Where it was read before, what was read then must do while the remote cannot be asked. */
  async open(): Promise<void> {
    await this._bare.create();
    if ((await this._known(MAIN)) === null) {
      await this.refresh();
    }
  }

  refresh(): Promise<void> {
    return this._mirror.look();
  }

  async head(branch: string): Promise<string | null> {
    this._mirror.lookSoon(this._patience.look);
    return this._known(branch);
  }

  has(revision: string): Promise<boolean> {
    return this._bare.has(revision);
  }

  isAncestor(older: string, newer: string): Promise<boolean> {
    return this._bare.isAncestor(older, newer);
  }

  read(revision: string, folder: string): Promise<ReadonlyMap<string, string>> {
    return this._bare.read(revision, folder);
  }

  log(revision: string, options?: ILogOptions): Promise<IGitCommit[]> {
    return this._bare.log(revision, options);
  }

  /**
   * Adds one commit and pushes it; nothing is ever forced.
   *
   * @throws MlopsError `branch-moved`; `git-push-unknown` where the network broke and the remote could not
   * be asked since; whatever else the remote said, and then nothing was changed there
   */
  commit(commit: INewCommit): Promise<ILandedCommit> {
    const turn = this._last.then(() => this._commit(commit));
    this._last = turn.catch(() => undefined);
    return turn;
  }

  private async _commit(commit: INewCommit): Promise<ILandedCommit> {
    const branch = this._name(commit.branch);
    if ((await this._known(commit.branch)) !== commit.expected) {
      throw branchMoved(branch);
    }
    this._committer ??= this._identity();
    const made = await this._bare.make(commit, await this._committer);
    try {
      await this._push(made, branch);
    } catch (error) {
      await this._bare.update([`delete ${made.reference}`]);
      throw error;
    }
    await this._bare.update([`delete ${made.reference}`]);
    return { id: made.id, at: made.at };
  }

  /** A remote that keeps the branch, or is away, keeps nobody waiting: what counts was merged before. */
  async closeBranch(branch: string): Promise<void> {
    const name = this._name(branch);
    const head = await this._known(branch);
    if (head === null) {
      return;
    }
    const { url } = this._options.address;
    // Only where it is still as we know it: what somebody added to it since must not be lost.
    const unchanged = `--force-with-lease=refs/heads/${name}:${head}`;
    const ended = await this._network.run([
      'push',
      '--porcelain',
      '--no-verify',
      unchanged,
      '--',
      url,
      `:refs/heads/${name}`
    ]);
    const result = pushResult(this._remote, name, ended);
    if (result.state === 'done') {
      await this._bare.update([
        `update refs/closed/${name} ${head}`,
        `delete ${tracking(name)}`
      ]);
      return;
    }
    const gone = await this.refresh().then(
      async () => (await this._known(branch)) === null,
      () => false
    );
    if (!gone) {
      const error = 'error' in result ? result.error : branchMoved(name);
      this._options.warn(error, `the branch ${name} was left on the remote`);
    }
  }

  changeRequest(branch: string): string | null {
    const { address, settings } = this._options;
    return changeRequestLink(address, branch, settings.branch);
  }

  status(): { failure: ApiError | null; detail: string } {
    const { branch, mode } = this._options.settings;
    const { failure, seenAt } = this._mirror;
    const how = mode === 'push' ? 'commits are pushed to' : 'changes are merged into';
    const seen = seenAt
      ? `last read ${new Date(seenAt).toISOString()}`
      : 'not read since the start';
    return { failure, detail: `${this._remote}, ${how} ${branch}, ${seen}` };
  }

  /** Brings the commit to the remote; resolves only when it is there. */
  private async _push(made: IMadeCommit, branch: string): Promise<void> {
    const deadline = Date.now() + this._patience.certainty;
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
        throw unknown(this._remote, made, doubt);
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
    const { url } = this._options.address;
    const ended = await this._network.run([
      'push',
      '--porcelain',
      '--no-verify',
      '--',
      url,
      `${made.id}:refs/heads/${branch}`
    ]);
    return pushResult(this._remote, branch, ended);
  }

  private async _landed({ id }: IMadeCommit, branch: string): Promise<void> {
    const known = await this._bare.reference(tracking(branch));
    if (known === null || !(await this._bare.isAncestor(id, known))) {
      await this._bare.update([`update ${tracking(branch)} ${id}`]);
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
        await this.refresh();
        const head = await this._bare.reference(tracking(branch));
        return head !== null && (await this._bare.isAncestor(id, head));
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

  private _known(branch: string): Promise<string | null> {
    return this._bare.reference(tracking(this._name(branch)));
  }

  /** The environments' branch has the name that mlops.yaml gives it. */
  private _name(branch: string): string {
    return branch === MAIN ? this._options.settings.branch : branch;
  }

  private async _identity(): Promise<ICommitter | undefined> {
    const { settings, user } = this._options;
    const named = /^(.*\S) <(.+)>$/.exec(settings.author ?? '');
    if (named) {
      return { name: named[1], email: named[2] };
    }
    const [name, email] = await Promise.all([
      this._network.setting('user.name'),
      this._network.setting('user.email')
    ]);
    return name && email ? { name, email, actor: user } : undefined;
  }

  private readonly _options: RemoteRepository.IOptions;
  /** As sentences name it: no scheme, no user. */
  private readonly _remote: string;
  private readonly _patience: IPatience;
  private readonly _bare: BareRepository;
  private readonly _network: NetworkProcess;
  private readonly _mirror: RemoteMirror;
  /** Ours one after the other: they would only collide. */
  private _last: Promise<unknown> = Promise.resolve();
  private _committer: Promise<ICommitter | undefined> | null = null;
}

export namespace RemoteRepository {
  export interface IOptions {
    /** The bare repository that keeps what was read. */
    folder: string;
    address: IGitAddress;
    settings: Pick<GitopsSettings, 'branch' | 'mode' | 'author'>;
    /** Whose git configuration it is. */
    user: string;
    warn(error: MlopsError, message: string): void;
    program?: string;
    patience?: Partial<IPatience>;
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
