import type { ApiError } from '../../../contract/error';
import type { Actor } from '../../../contract/identifier';
import type { GitopsSettings } from '../../../contract/project';

/** The branch that says what runs. */
export const MAIN = 'main';

/** One commit as its first parent saw it. */
export interface IGitCommit {
  id: string;
  parents: string[];
  author: string;
  /** RFC 3339 in UTC. */
  at: string;
  message: string;
  /** The `Key: value` lines of the message's last paragraph. */
  trailers: Record<string, string>;
  /** Files that it changed against its first parent. */
  paths: string[];
}

export interface INewCommit {
  branch: string;
  /** What the branch must point to when the commit lands; null for a branch that is new. */
  expected: string | null;
  /** The commit that it builds upon; null for the first one. */
  parent: string | null;
  /** A second parent: the branch that is merged. */
  merges?: string;
  /** Path → content, null where the file goes. */
  files: ReadonlyMap<string, string | null>;
  author: Actor;
  subject: string;
  body?: string;
  trailers: Record<string, string>;
}

/** A commit that was just made. */
export interface ILandedCommit {
  id: string;
  /** RFC 3339 in UTC. */
  at: string;
}

export interface ILogOptions {
  /** Only what came after this commit. */
  after?: string;
  /** Only what touched this folder. */
  folder?: string;
  /** Only the commit that carries this trailer. */
  trailer?: { key: string; value: string };
  limit?: number;
}

/** Where environments are declared. History only ever grows: nothing is forced. */
export interface IGitRepository {
  /** What `doctor` calls it. */
  readonly name: string;
  /** Where commits go, as a sentence names it. */
  readonly place: string;
  /** The remote as mlops.yaml names it; null for the one in the data home. */
  readonly source: Pick<GitopsSettings, 'repository' | 'branch' | 'mode'> | null;
  /** Whether we bring commits to {@link MAIN}, or only to a branch that somebody else merges. */
  readonly mode: 'push' | 'branch';
  /** Makes sure that the repository is there and can be read. @throws MlopsError `git-missing` */
  open(): Promise<void>;
  /** Learns what others have committed by now. @throws MlopsError where the repository cannot be asked. */
  refresh(): Promise<void>;
  /** The commit a branch points to; null where there is no such branch. */
  head(branch: string): Promise<string | null>;
  /** Whether a commit is there. */
  has(revision: string): Promise<boolean>;
  isAncestor(older: string, newer: string): Promise<boolean>;
  /** All files below a folder: path from the repository's root → content. */
  read(revision: string, folder: string): Promise<ReadonlyMap<string, string>>;
  /** Along first parents, newest first. */
  log(revision: string, options?: ILogOptions): Promise<IGitCommit[]>;
  /** Adds one commit. @throws MlopsError `branch-moved` where `expected` does not hold. */
  commit(commit: INewCommit): Promise<ILandedCommit>;
  /** Takes a branch away; its commits are kept under `refs/closed/`. Does nothing where it is gone. */
  closeBranch(branch: string): Promise<void>;
  /** Where a branch can be asked to be merged, as a link; null where there is no such page. */
  changeRequest(branch: string): string | null;
  /** How it is doing: why it could not be asked the last time, and what `doctor` says beside it. */
  status(): { failure: ApiError | null; detail: string };
}
