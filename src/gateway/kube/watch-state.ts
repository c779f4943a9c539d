/** One object as a watched list keeps it. */
export interface IWatchEntry<T> {
  /** `namespace/name`. */
  key: string;
  uid: string;
  /** Its own resource version: the same version is the same content. */
  version: string;
  item: T;
}

export interface IWatchState<T> {
  readonly entries: ReadonlyMap<string, IWatchEntry<T>>;
  /** From which a watch goes on; null where a list must be read first. */
  readonly resourceVersion: string | null;
}

export type WatchInput<T> =
  | { type: 'listed'; entries: IWatchEntry<T>[]; resourceVersion: string }
  | { type: 'changed'; entry: IWatchEntry<T>; resourceVersion: string }
  | { type: 'deleted'; key: string; uid: string; resourceVersion: string }
  | { type: 'bookmark'; resourceVersion: string }
  /** The version is too old, or not to be trusted any more. */
  | { type: 'expired' };

/** What became of one object. */
export type Change<T> =
  | { type: 'added'; key: string; item: T }
  | { type: 'modified'; key: string; item: T }
  /** With its last known content. */
  | { type: 'deleted'; key: string; item: T };

export interface IReduced<T> {
  state: IWatchState<T>;
  changes: Change<T>[];
}

export function emptyWatchState<T>(): IWatchState<T> {
  return { entries: new Map(), resourceVersion: null };
}

/**
 * The next state and what changed by it; pure. Whatever is told twice, or told by a watch and a
 * list, is one change; what a list does not hold any more is gone.
 */
export function reduceWatch<T>(
  state: IWatchState<T>,
  input: WatchInput<T>
): IReduced<T> {
  switch (input.type) {
    case 'expired':
      return { state: { ...state, resourceVersion: null }, changes: [] };
    case 'bookmark':
      return {
        state: { ...state, resourceVersion: input.resourceVersion },
        changes: []
      };
    case 'listed':
      return relist(state, input.entries, input.resourceVersion);
    case 'changed': {
      const { entry, resourceVersion } = input;
      const changes = changesOf(state.entries.get(entry.key), entry);
      return {
        state: {
          entries:
            changes.length === 0
              ? state.entries
              : new Map(state.entries).set(entry.key, entry),
          resourceVersion
        },
        changes
      };
    }
    case 'deleted': {
      const { key, uid, resourceVersion } = input;
      const known = state.entries.get(key);
      // A successor of the same name may be known already.
      if (!known || known.uid !== uid) {
        return { state: { ...state, resourceVersion }, changes: [] };
      }
      const entries = new Map(state.entries);
      entries.delete(key);
      return {
        state: { entries, resourceVersion },
        changes: [{ type: 'deleted', key, item: known.item }]
      };
    }
  }
}

function relist<T>(
  state: IWatchState<T>,
  listed: IWatchEntry<T>[],
  resourceVersion: string
): IReduced<T> {
  const entries = new Map(listed.map(entry => [entry.key, entry]));
  const gone = [...state.entries.values()].filter(({ key }) => !entries.has(key));
  const changes = [
    ...gone.map(({ key, item }): Change<T> => ({ type: 'deleted', key, item })),
    ...listed.flatMap(entry => changesOf(state.entries.get(entry.key), entry))
  ];
  return { state: { entries, resourceVersion }, changes };
}

function changesOf<T>(
  known: IWatchEntry<T> | undefined,
  { key, uid, version, item }: IWatchEntry<T>
): Change<T>[] {
  if (!known) {
    return [{ type: 'added', key, item }];
  }
  if (known.uid !== uid) {
    return [
      { type: 'deleted', key, item: known.item },
      { type: 'added', key, item }
    ];
  }
  return known.version === version ? [] : [{ type: 'modified', key, item }];
}
