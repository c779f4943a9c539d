import fc from 'fast-check';

import { mergeChanges } from '../change-batch';
import {
  emptyWatchState,
  reduceWatch,
  type Change,
  type IWatchEntry,
  type IWatchState,
  type WatchInput
} from '../watch-state';

function entry(
  key: string,
  version: string,
  uid = `uid-of-${key}`
): IWatchEntry<string> {
  return { key, uid, version, item: `${uid}@${version}` };
}

function reduceAll(inputs: WatchInput<string>[]): {
  state: IWatchState<string>;
  told: string[];
} {
  let state = emptyWatchState<string>();
  const told: string[] = [];
  for (const input of inputs) {
    const next = reduceWatch(state, input);
    state = next.state;
    told.push(...next.changes.map(({ type, key, item }) => `${type} ${key} ${item}`));
  }
  return { state, told };
}

const listed = (
  entries: IWatchEntry<string>[],
  resourceVersion: string
): WatchInput<string> => ({ type: 'listed', entries, resourceVersion });
const changed = (one: IWatchEntry<string>): WatchInput<string> => ({
  type: 'changed',
  entry: one,
  resourceVersion: one.version
});

describe('the state of a watch', () => {
  it('tells what a list and a watch both tell only once', () => {
    const { told } = reduceAll([
      listed([entry('a', '1')], '5'),
      changed(entry('a', '1')),
      changed(entry('a', '6')),
      changed(entry('a', '6')),
      listed([entry('a', '6')], '9')
    ]);
    expect(told).toEqual(['added a uid-of-a@1', 'modified a uid-of-a@6']);
  });

  it('finds by a list what was missed: new, changed and gone', () => {
    const { told } = reduceAll([
      listed([entry('a', '1'), entry('b', '2')], '5'),
      { type: 'expired' },
      listed([entry('b', '7'), entry('c', '8')], '9')
    ]);
    expect(told.slice(2)).toEqual([
      'deleted a uid-of-a@1',
      'modified b uid-of-b@7',
      'added c uid-of-c@8'
    ]);
  });

  it('takes an object of the same name for another one where its uid says so', () => {
    const { told, state } = reduceAll([
      listed([entry('a', '1', 'first')], '1'),
      changed(entry('a', '5', 'second')),
      // The late word about the first does not take the second away.
      { type: 'deleted', key: 'a', uid: 'first', resourceVersion: '6' }
    ]);
    expect(told.slice(1)).toEqual(['deleted a first@1', 'added a second@5']);
    expect(state.entries.get('a')?.uid).toBe('second');
  });

  it('goes on from bookmarks, and from nowhere after it expired', () => {
    const { state } = reduceAll([
      listed([], '1'),
      { type: 'bookmark', resourceVersion: '77' }
    ]);
    expect(state.resourceVersion).toBe('77');
    expect(reduceWatch(state, { type: 'expired' }).state.resourceVersion).toBeNull();
  });

  it('never changes the state that it was given', () => {
    const before = reduceAll([listed([entry('a', '1')], '1')]).state;
    reduceWatch(before, changed(entry('a', '2')));
    reduceWatch(before, {
      type: 'deleted',
      key: 'a',
      uid: 'uid-of-a',
      resourceVersion: '3'
    });
    expect(before.entries.get('a')?.version).toBe('1');
    expect(before.resourceVersion).toBe('1');
  });
});

/** A server's history, and a reader of it who is cut off and lists anew at any time. */
const Steps = fc.array(
  fc.record({
    act: fc.constantFrom('put', 'remove', 'replace', 'cut', 'relist', 'repeat'),
    key: fc.constantFrom('a', 'b', 'c', 'd')
  }),
  { maxLength: 60 }
);

it('whatever is cut off, repeated or listed, a reader ends with what the server has', () => {
  fc.assert(
    fc.property(Steps, fc.integer({ min: 1, max: 9 }), (steps, batch) => {
      let clock = 0;
      let connected = true;
      const server = new Map<string, IWatchEntry<string>>();
      let state = reduceWatch(emptyWatchState<string>(), listed([], '0')).state;
      const replica = new Map<string, string>();
      let waiting: Map<string, Change<string>> = new Map();
      const flush = (): void => {
        for (const { type, key, item } of waiting.values()) {
          // Nothing is added twice, and nothing changes or goes that is not there.
          expect(replica.has(key)).toBe(type !== 'added');
          if (type === 'deleted') {
            replica.delete(key);
          } else {
            expect(replica.get(key)).not.toBe(item);
            replica.set(key, item);
          }
        }
        waiting = new Map();
      };
      const tell = (input: WatchInput<string>): void => {
        const next = reduceWatch(state, input);
        state = next.state;
        waiting = mergeChanges(waiting, next.changes);
      };
      let last: WatchInput<string> | null = null;
      for (const [index, { act, key }] of steps.entries()) {
        const known = server.get(key);
        clock += 1;
        if (act === 'put' || act === 'replace') {
          const uid = act === 'replace' || !known ? `uid-${clock}` : known.uid;
          if (act === 'replace' && known && connected) {
            tell({ type: 'deleted', key, uid: known.uid, resourceVersion: `${clock}` });
          }
          const next = entry(key, `${clock}`, uid);
          server.set(key, next);
          last = changed(next);
        } else if (act === 'remove' && known) {
          server.delete(key);
          last = { type: 'deleted', key, uid: known.uid, resourceVersion: `${clock}` };
        } else if (act === 'cut') {
          connected = false;
        } else if (act === 'relist') {
          connected = true;
          last = null;
          tell(listed([...server.values()], `${clock}`));
        }
        if (connected && last && act !== 'relist') {
          tell(last);
        }
        if (index % batch === 0) {
          flush();
        }
      }
      tell(listed([...server.values()], `${clock}`));
      flush();
      expect(replica).toEqual(
        new Map([...server].map(([key, { item }]) => [key, item]))
      );
    }),
    { numRuns: 500 }
  );
});
