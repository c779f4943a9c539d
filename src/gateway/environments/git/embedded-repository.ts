import { branchMoved } from './branch-moved';
import { BareRepository, NOTHING } from './bare-repository';
import type {
  IGitCommit,
  IGitRepository,
  ILandedCommit,
  ILogOptions,
  INewCommit
} from './port';

/** A bare repository in the data home: what its branch says is what runs here. */
export class EmbeddedRepository implements IGitRepository {
  readonly name: string = 'git on this computer';
  readonly place: string = "main of this computer's environments";
  readonly source = null;
  readonly mode = 'push';

  constructor(folder: string, program?: string) {
    this._bare = new BareRepository(folder, program);
  }

  open(): Promise<void> {
    return this._bare.create();
  }

  /** Nobody commits elsewhere. */
  async refresh(): Promise<void> {}

  head(branch: string): Promise<string | null> {
    return this._bare.reference(`refs/heads/${branch}`);
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

  async commit(commit: INewCommit): Promise<ILandedCommit> {
    const { branch, expected } = commit;
    const { id, at, reference } = await this._bare.make(commit);
    const moved = async (): Promise<boolean> => (await this.head(branch)) !== expected;
    // Compare and swap: the branch moves only from where it was expected.
    const lines = [
      `update refs/heads/${branch} ${id} ${expected ?? NOTHING}`,
      `delete ${reference} ${id}`
    ];
    try {
      await this._bare.update(lines, moved);
    } catch (error) {
      if (await moved()) {
        await this._bare.update([`delete ${reference}`]);
        throw branchMoved(branch);
      }
      throw error;
    }
    return { id, at };
  }

  async closeBranch(branch: string): Promise<void> {
    const head = await this.head(branch);
    if (head) {
      await this._bare.update([
        `update refs/closed/${branch} ${head}`,
        `delete refs/heads/${branch} ${head}`
      ]);
    }
  }

  /** A branch here is looked at in the panel. */
  changeRequest(): null {
    return null;
  }

  /** Nothing that could fail lies between us and it. */
  status(): { failure: null; detail: string } {
    return { failure: null, detail: '' };
  }

  private readonly _bare: BareRepository;
}
