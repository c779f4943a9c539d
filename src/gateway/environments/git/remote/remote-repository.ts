import type { IGitAddress } from '../../../../contract/git-address';
import type { ApiError } from '../../../../contract/error';
import type { MlopsError } from '../../../../contract/mlops-error';
import type { GitopsSettings } from '../../../../contract/project';
import { BareRepository } from '../bare-repository';
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
import { pushResult } from './push-result';
import { RemotePush } from './remote-push';
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
    this._push = new RemotePush({
      bare: this._bare,
      network: this._network,
      mirror: this._mirror,
      url: address.url,
      place: this._remote,
      patience: this._patience.certainty
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
      await this._push.bring(made, branch);
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
  private readonly _push: RemotePush;
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
