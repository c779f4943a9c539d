import type { Change } from './watch-state';

/**
 * Collects changes for a short while and hands them on together, one for each object: who draws a
 * panel need not do so five hundred times.
 */
export class ChangeBatch<T> {
  /** @param within Milliseconds that the first change may wait. */
  constructor(within: number, flush: (changes: Change<T>[]) => void) {
    this._within = within;
    this._flush = flush;
  }

  add(changes: Change<T>[]): void {
    if (changes.length === 0) {
      return;
    }
    this._waiting = mergeChanges(this._waiting, changes);
    this._timer ??= setTimeout(() => this.flush(), this._within);
  }

  /** Hands on what waits, at once. */
  flush(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
    const changes = [...this._waiting.values()];
    this._waiting = new Map();
    if (changes.length > 0) {
      this._flush(changes);
    }
  }

  private readonly _within: number;
  private readonly _flush: (changes: Change<T>[]) => void;
  private _waiting: ReadonlyMap<string, Change<T>> = new Map();
  private _timer: NodeJS.Timeout | undefined;
}

/** Earlier and later changes as one for each object: what came and went is none. */
export function mergeChanges<T>(
  earlier: ReadonlyMap<string, Change<T>>,
  later: Change<T>[]
): Map<string, Change<T>> {
  const merged = new Map(earlier);
  for (const change of later) {
    const before = merged.get(change.key);
    merged.delete(change.key);
    const one = before ? together(before, change) : change;
    if (one) {
      merged.set(change.key, one);
    }
  }
  return merged;
}

function together<T>(before: Change<T>, after: Change<T>): Change<T> | null {
  if (before.type === 'added') {
    return after.type === 'deleted' ? null : { ...after, type: 'added' };
  }
  // Gone and there again under its name: for a reader it is another content.
  return before.type === 'deleted' ? { ...after, type: 'modified' } : after;
}
