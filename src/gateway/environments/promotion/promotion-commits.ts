import { MlopsError } from '../../../contract/mlops-error';
import type { FileChange } from '../../../contract/promotion';
import { isBranchMoved } from '../git/branch-moved';
import { MAIN, type IGitRepository, type INewCommit } from '../git/port';
import { below, ENVIRONMENTS, releaseFolder } from '../manifests/layout';
import { fileChanges } from './file-diff';
import type { PromotionRecord } from './promotion-record';

/** How often a commit is tried again because somebody else's came first. */
const MOST_TRIES = 100;
/** Who takes a commit back that never came to serve. */
const AUTOMATIC = { name: 'jupyterlab-mlops', asserted: false };

export interface ILanded {
  revision: string;
  committedAt: string;
}

/** A change that waits on a branch. */
export interface IProposed {
  branch: string;
  /** The page where it can be merged; null where there is none, or nobody else merges. */
  changeRequest: string | null;
}

/** The commits of promotions. Each can be asked for again after a crash: it is made once. */
export class PromotionCommits {
  constructor(private readonly _repository: IGitRepository) {}

  /** Whether somebody else merges what we propose, on the repository's own pages. */
  get mergedElsewhere(): boolean {
    return this._repository.mode === 'branch';
  }

  /** Puts the change on a branch of its own, where it waits for approval, or to be merged. */
  async propose(id: string, record: PromotionRecord): Promise<IProposed> {
    const branch = branchOf(id);
    await this._repository.refresh();
    if ((await this._repository.head(branch)) === null) {
      const parent = await this._head();
      await this.checkFresh(record, parent);
      await this._branch({
        ...messageOf(id, record),
        branch,
        expected: null,
        parent,
        files: new Map(record.files)
      });
    }
    const changeRequest = this.mergedElsewhere
      ? this._repository.changeRequest(branch)
      : null;
    return { branch, changeRequest };
  }

  /** What became of a branch that somebody else merges, as far as is known here. */
  async outcome(
    id: string,
    record: PromotionRecord
  ): Promise<ILanded | 'open' | 'gone'> {
    const head = await this._head();
    const proposed = await this._repository.head(branchOf(id));
    const landed =
      (await this._find(head, record.base, 'Promotion', id)) ??
      (await this._declared(head, record));
    return landed ?? (proposed === null ? 'gone' : 'open');
  }

  /**
   * Brings the change to main in one commit, or finds the one that somebody else has merged.
   *
   * @throws MlopsError `promotion-stale`, `change-not-merged`
   */
  async land(id: string, record: PromotionRecord): Promise<ILanded> {
    if (this.mergedElsewhere) {
      const outcome = await this.outcome(id, record);
      if (typeof outcome === 'string') {
        throw new MlopsError('conflict', {
          code: 'change-not-merged',
          message: `The branch ${branchOf(id)} is not merged.`
        });
      }
      return outcome;
    }
    const merges = record.branch ? await this._repository.head(record.branch) : null;
    return this._retry(async head => {
      const known = await this._find(head, record.base, 'Promotion', id);
      if (known) {
        return known;
      }
      await this.checkFresh(record, head);
      return this._commit({
        ...messageOf(id, record),
        branch: MAIN,
        expected: head,
        parent: head,
        merges: merges ?? undefined,
        files: new Map(record.files)
      });
    });
  }

  closeBranch(branch: string): Promise<void> {
    return this._repository.closeBranch(branch);
  }

  /**
   * Takes back a commit whose version never came to serve, so that Git says what runs. Null where
   * a later commit has changed the release already.
   */
  async withdraw(id: string, record: PromotionRecord): Promise<string | null> {
    const { environment, model, revision } = record;
    if (revision === null) {
      return null;
    }
    const folder = releaseFolder(environment, model);
    return this._retry(async head => {
      const done = await this._find(head, revision, 'Withdraws', id);
      if (done) {
        return done.revision;
      }
      const [newest] = await this._repository.log(head, { folder, limit: 1 });
      if (newest?.id !== revision) {
        return null;
      }
      const before = await this._repository.read(newest.parents[0], folder);
      const now = await this._repository.read(head, folder);
      const gone = [...now.keys()].map((path): [string, null] => [path, null]);
      const landed = await this._takeBack(id, head, {
        files: new Map<string, string | null>([...gone, ...before]),
        author: AUTOMATIC,
        subject: `Take back ${model} v${record.version} from ${environment}`,
        body: `It did not come to serve on ${record.target.name} (${record.failure?.code ?? 'unknown'}). What was declared before is restored, so that what is in Git is what runs.`,
        trailers: {
          Model: model,
          Environment: environment,
          Withdraws: id,
          Reverts: revision
        }
      });
      return landed.revision;
    });
  }

  /** @throws MlopsError `promotion-stale` with what would change now. */
  async checkFresh(
    record: Pick<PromotionRecord, 'base' | 'files' | 'environment' | 'model'>,
    head: string
  ): Promise<void> {
    const { base, environment, model, files } = record;
    if (base === head) {
      return;
    }
    const now = await this._repository.read(head, ENVIRONMENTS);
    const then = (await this._repository.has(base))
      ? await this._repository.read(base, ENVIRONMENTS)
      : new Map<string, string>();
    const folder = releaseFolder(environment, model);
    const paths = new Set([
      ...files.map(([path]) => path),
      ...below(now, folder).keys(),
      ...below(then, folder).keys()
    ]);
    if ([...paths].some(path => now.get(path) !== then.get(path))) {
      throw stale(record, fileChanges(now, new Map(files)));
    }
  }

  /** The merge of a change that carries no trailer of ours: some forges write a message of their own. */
  private async _declared(
    head: string,
    { base, files, environment, model }: PromotionRecord
  ): Promise<ILanded | null> {
    if (head === base) {
      return null;
    }
    const now = await this._repository.read(head, ENVIRONMENTS);
    if (files.some(([path, text]) => (now.get(path) ?? null) !== text)) {
      return null;
    }
    const folder = releaseFolder(environment, model);
    const after = (await this._repository.isAncestor(base, head)) ? base : undefined;
    const [newest] = await this._repository.log(head, { folder, after, limit: 1 });
    return newest ? { revision: newest.id, committedAt: newest.at } : null;
  }

  /** On main, or where others merge on a branch that waits for them. */
  private async _takeBack(
    id: string,
    head: string,
    commit: Omit<INewCommit, 'branch' | 'expected' | 'parent'>
  ): Promise<ILanded> {
    if (!this.mergedElsewhere) {
      return this._commit({ ...commit, branch: MAIN, expected: head, parent: head });
    }
    const branch = withdrawalBranchOf(id);
    await this._branch({ ...commit, branch, expected: null, parent: head });
    const revision = await this._repository.head(branch);
    return { revision: revision ?? head, committedAt: '' };
  }

  /** A new branch with one commit; where it is there already, an earlier life of ours made it. */
  private async _branch(commit: INewCommit): Promise<void> {
    try {
      await this._repository.commit(commit);
    } catch (error) {
      const known = (await this._repository.head(commit.branch)) !== null;
      if (!known || !isBranchMoved(error)) {
        throw error;
      }
    }
  }

  private async _commit(commit: INewCommit): Promise<ILanded> {
    const { id, at } = await this._repository.commit(commit);
    return { revision: id, committedAt: at };
  }

  private async _find(
    head: string,
    after: string,
    key: string,
    value: string
  ): Promise<ILanded | null> {
    if (head === after) {
      return null;
    }
    const known = (await this._repository.isAncestor(after, head)) ? after : undefined;
    const [found] = await this._repository.log(head, {
      trailer: { key, value },
      after: known
    });
    return found ? { revision: found.id, committedAt: found.at } : null;
  }

  private async _head(): Promise<string> {
    const head = await this._repository.head(MAIN);
    if (head === null) {
      throw new MlopsError('unavailable', {
        code: 'environments-missing',
        message: "The environments' repository has no branch main."
      });
    }
    return head;
  }

  /** Ours one after the other; whoever else commits between makes us begin again. */
  private _retry<T>(attempt: (head: string) => Promise<T>): Promise<T> {
    const turn = this._last.then(async () => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await attempt(await this._head());
        } catch (error) {
          if (!isBranchMoved(error) || tries >= MOST_TRIES) {
            throw error;
          }
        }
      }
    });
    this._last = turn.catch(() => undefined);
    return turn;
  }

  private _last: Promise<unknown> = Promise.resolve();
}

export const branchOf = (id: string): string => `changes/${id}`;
export const withdrawalBranchOf = (id: string): string => `changes/${id}-back`;

/** @param changes What would change on the newest commit. */
export function stale(
  { environment, model }: { environment: string; model: string },
  changes: FileChange[]
): MlopsError {
  return new MlopsError('conflict', {
    code: 'promotion-stale',
    message: `What ${environment} declares for ${model} has changed since this was planned; nothing was changed.`,
    action: 'Look at the new difference and confirm again.',
    details: { diff: changes }
  });
}

function messageOf(
  id: string,
  record: PromotionRecord
): Pick<INewCommit, 'author' | 'subject' | 'body' | 'trailers'> {
  const { actor, model, version, digest, environment, run, reverts } = record;
  const approved = record.approvals.map(
    approval => `${approval.actor.name}${approval.actor.asserted ? ' (asserted)' : ''}`
  );
  const subject =
    record.kind === 'revert'
      ? `Revert ${model} in ${environment} to v${version}`
      : `Promote ${model} v${version} to ${environment}`;
  return {
    author: actor,
    subject,
    body: record.reason,
    trailers: {
      Model: model,
      Version: String(version),
      Digest: digest,
      Environment: environment,
      ...(run ? { Run: run } : {}),
      ...(reverts ? { Reverts: reverts } : {}),
      ...(approved.length > 0 ? { 'Approved-by': approved.join(', ') } : {}),
      Identity: actor.asserted ? 'asserted' : 'proven',
      Promotion: id
    }
  };
}
