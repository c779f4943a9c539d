import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { bundle, runScript } from '../../__tests__/bundle-builder';
import { temporaryFolder } from '../../__tests__/core-builder';
import { Database } from '../database';
import type { IMigration } from '../migration';
import { migrations } from '../migrations';

const things: IMigration = {
  number: 1,
  name: 'things',
  sql: 'CREATE TABLE things (name TEXT PRIMARY KEY) STRICT;'
};
const lease: IMigration = {
  number: 2,
  name: 'lease',
  sql: 'CREATE TABLE lease (id INTEGER PRIMARY KEY, fence INTEGER); INSERT INTO lease VALUES (1, 7);'
};

let folder: string;
let open: Database[];
beforeEach(() => {
  folder = temporaryFolder();
  open = [];
});
afterEach(() => {
  open.forEach(database => database.close());
  rmSync(folder, { recursive: true, force: true });
});

function database(list = [things], wal = true): Database {
  const opened = new Database(join(folder, 'a.db'), { migrations: list, wal });
  open.push(opened);
  return opened;
}

function names(from: Database): unknown[] {
  return from.all('SELECT name FROM things ORDER BY name').map(row => row.name);
}

test('migrations run once, in their order, and later ones are added', () => {
  database().run("INSERT INTO things VALUES ('a')");
  const later = database([things, lease]);
  expect(names(later)).toEqual(['a']);
  expect(later.all('SELECT number FROM migrations').map(row => row.number)).toEqual([
    1, 2
  ]);
});

test('a data home of a newer version is refused with the way out', () => {
  database([things, lease]);
  expect(() => database([things])).toThrow(
    'The data home was written by a newer version (migration 2; this one knows up to 1).'
  );
});

test('a migration that fails leaves nothing behind', () => {
  const bad = {
    number: 2,
    name: 'bad',
    sql: 'CREATE TABLE half (x); SELECT nonsense;'
  };
  expect(() => database([things, bad])).toThrow(/nonsense/);
  const again = database([]);
  expect(again.get("SELECT 1 FROM sqlite_master WHERE name = 'half'")).toBeUndefined();
});

test('a transaction that throws leaves nothing, and the next one works', () => {
  const db = database();
  expect(() =>
    db.write(() => {
      db.run("INSERT INTO things VALUES ('a')");
      db.write(() => db.run("INSERT INTO things VALUES ('b')"));
      throw new Error('no');
    })
  ).toThrow('no');
  db.run("INSERT INTO things VALUES ('c')");
  expect(names(db)).toEqual(['c']);
});

test('who has lost the lease writes nothing more, and reads on', () => {
  const [old, next] = [database([things, lease]), database([things, lease])];
  old.setFence(7);
  old.run("INSERT INTO things VALUES ('before')");
  next.run('UPDATE lease SET fence = 8');
  expect(() => old.run("INSERT INTO things VALUES ('after')")).toThrow(
    /Another gateway has taken over/
  );
  expect(names(old)).toEqual(['before']);
  old.setFence(null);
  old.run("INSERT INTO things VALUES ('free')");
  expect(names(next)).toEqual(['before', 'free']);
});

test('without its write-ahead log it works, too', () => {
  const db = database([things], false);
  db.run("INSERT INTO things VALUES ('a')");
  expect(db.get('PRAGMA journal_mode')).toEqual({ journal_mode: 'delete' });
});

test('the numbers of all migrations differ', () => {
  const numbers = migrations.map(({ number }) => number);
  expect(new Set(numbers).size).toBe(numbers.length);
});

test('eight processes open a fresh data home and write at the same time; nothing is lost', async () => {
  const script = bundle(`
    import { Database } from './store/database';
    const [path, own] = process.argv.slice(2);
    const migrations = [${JSON.stringify(things)}];
    const database = new Database(path, { migrations, wal: true });
    for (let n = 0; n < 25; n++) {
      database.run('INSERT INTO things VALUES (?)', own + '-' + n);
    }
    database.close();
  `);
  const processes = Array.from({ length: 8 }, (_, n) =>
    runScript(script, [join(folder, 'a.db'), String(n)])
  );
  const codes = await Promise.all(processes.map(({ ended }) => ended));
  expect([codes, processes.map(({ output }) => output()).join('')]).toEqual([
    Array(8).fill(0),
    ''
  ]);
  expect(names(database())).toHaveLength(200);
  rmSync(dirname(script), { recursive: true });
});
