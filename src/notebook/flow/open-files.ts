import { namesOnly } from './interpret';
import type { IShape } from './shape';
import type { IResource, IStepFacts } from './step-facts';

/** What the rules need of the flow that they serve. */
export interface IFilesHost {
  readonly facts: IStepFacts;
  /** Position of the current cell in the order of execution. */
  readonly at: number;
}

/** Files that stay open over cells: each use of what holds one may write to it. */
export class OpenFiles {
  constructor(host: IFilesHost) {
    this._host = host;
  }

  /** A name is bound to what its statement has opened, or to what reaches an open file. */
  bound(name: string, shape: IShape): void {
    const root = namesOnly(shape.roots).find(other => this._paths.has(other));
    this._paths.delete(name);
    if (!/^(open-file|connection)$/.test(shape.live ?? shape.liveInside ?? '')) {
      return;
    }
    const last = this._host.facts.resources.findLast(
      ({ kind, at }) => kind === 'file' && at === this._host.at
    );
    if (root !== undefined) {
      this._paths.set(name, this._paths.get(root) ?? null);
    } else if (last) {
      this._paths.set(name, last.path);
    }
  }

  used(name: string): void {
    const path = this._paths.get(name);
    if (path !== undefined) {
      this._touch(path);
    }
  }

  /** A log is written to a file: each later use of `logging` may write to it. */
  logsTo(path: string | null): void {
    this._logs.add(path);
  }

  logged(): void {
    this._logs.forEach(path => this._touch(path));
  }

  private _touch(path: string | null): void {
    const { facts, at } = this._host;
    const touched: IResource = { kind: 'file', path, write: true, at };
    facts.resources.push(touched);
  }

  private readonly _host: IFilesHost;
  private readonly _paths = new Map<string, string | null>();
  private readonly _logs = new Set<string | null>();
}
