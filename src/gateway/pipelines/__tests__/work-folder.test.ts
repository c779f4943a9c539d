import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import { LARGE } from '../copy-file';
import { makeWorkFolder } from '../work-folder';
import { planWork } from '../work-plan';

let root: string;
let folder: string;
beforeEach(() => {
  root = temporaryFolder();
  folder = join(root, 'project/notebooks');
  write('demand.ipynb', '{}');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string, base = folder): void {
  mkdirSync(dirname(join(base, file)), { recursive: true });
  writeFileSync(join(base, file), text);
}

/** A sparse file: large without taking room. */
function writeLarge(file: string): void {
  write(file, '');
  truncateSync(join(folder, file), LARGE + 1);
}

async function make(
  named: string[] = [],
  replaced: Record<string, string> = {}
): Promise<{ work: string; omitted: string[]; place: string }> {
  const plan = planWork({ folder, named, never: [join(folder, 'home')] });
  const work = join(root, 'run/work');
  await makeWorkFolder(plan, replaced, work);
  return { work, omitted: plan.omitted, place: plan.folder };
}

test('the folder is copied with what is below it, and changes stay in the copy', async () => {
  write('data/rides.csv', 'a,b\n');
  write('helper.py', 'x = 1');
  const { work } = await make();
  writeFileSync(join(work, 'data/rides.csv'), 'changed', { flag: 'a' });
  expect(readFileSync(join(folder, 'data/rides.csv'), 'utf8')).toBe('a,b\n');
  expect(readFileSync(join(work, 'helper.py'), 'utf8')).toBe('x = 1');
});

test('no file shares its inode with the original', async () => {
  write('data.csv', 'a');
  const { work } = await make(['data.csv']);
  expect(statSync(join(work, 'data.csv')).ino).not.toBe(
    statSync(join(folder, 'data.csv')).ino
  );
});

test('caches, environments, hidden folders and the data home stay out', async () => {
  write('.git/config', 'secret');
  write('.venv/x', '');
  write('env/pyvenv.cfg', '');
  write('node_modules/x', '');
  write('__pycache__/x.pyc', '');
  write('.ipynb_checkpoints/x', '');
  write('home/mlops.db', '');
  write('other.ipynb', '{}');
  write('kept.txt', '');
  const { work } = await make();
  for (const gone of [
    '.git',
    '.venv',
    'env',
    'node_modules',
    '__pycache__',
    '.ipynb_checkpoints',
    'home'
  ]) {
    expect([gone, existsSync(join(work, gone))]).toEqual([gone, false]);
  }
  // A cell may list the folder
  for (const kept of ['kept.txt', 'other.ipynb']) {
    expect([kept, existsSync(join(work, kept))]).toEqual([kept, true]);
  }
});

test('what the code names is copied although it would stay out', async () => {
  write('.config/settings.json', '{}');
  const { work } = await make(['.config/settings.json']);
  expect(existsSync(join(work, '.config/settings.json'))).toBe(true);
});

test('a large file that nobody names stays out, and a sentence says so', async () => {
  writeLarge('huge.bin');
  const { work, omitted } = await make();
  expect(existsSync(join(work, 'huge.bin'))).toBe(false);
  expect(omitted[0]).toMatch(/^huge\.bin \(268 MB\) is not named by the code/);
});

test('a large file that the code names is there, read-only and not the original', async () => {
  writeLarge('data/huge.bin');
  const { work } = await make(['data/huge.bin']);
  const copy = lstatSync(join(work, 'data/huge.bin'));
  expect(copy.isFile()).toBe(true);
  expect(copy.mode & 0o222).toBe(0);
  expect(copy.size).toBe(LARGE + 1);
  expect(copy.ino).not.toBe(statSync(join(folder, 'data/huge.bin')).ino);
  expect(statSync(join(folder, 'data/huge.bin')).mode & 0o200).not.toBe(0);
});

test('a module outside keeps its place relative to the notebook', async () => {
  write('../helper.py', 'x = 1');
  write('../not-named.py', 'x = 1');
  const { work, place } = await make(['../helper.py']);
  expect(place).toBe('notebooks');
  expect(existsSync(join(work, place, '../helper.py'))).toBe(true);
  expect(existsSync(join(work, 'not-named.py'))).toBe(false);
});

test('a link that stays inside is a link in the copy, to the copy', async () => {
  write('data/a.csv', 'a');
  symlinkSync(join(folder, 'data/a.csv'), join(folder, 'latest.csv'));
  const { work } = await make();
  writeFileSync(join(work, 'latest.csv'), 'changed');
  expect(readFileSync(join(work, 'data/a.csv'), 'utf8')).toBe('changed');
  expect(readFileSync(join(folder, 'data/a.csv'), 'utf8')).toBe('a');
});

test('a link out of the folder is not followed unless the code names it', async () => {
  write('outside/secret.txt', 'secret', root);
  symlinkSync(join(root, 'outside/secret.txt'), join(folder, 'link.txt'));
  symlinkSync(join(root, 'outside'), join(folder, 'folder-link'));
  symlinkSync(join(root, 'nowhere'), join(folder, 'broken'));
  const { work } = await make();
  for (const name of ['link.txt', 'folder-link', 'broken']) {
    expect([name, lstatSync(join(work, name), { throwIfNoEntry: false })]).toEqual([
      name,
      undefined
    ]);
  }
  rmSync(join(root, 'run'), { recursive: true });
  const named = await make(['link.txt']);
  expect(lstatSync(join(named.work, 'link.txt')).isFile()).toBe(true);
});

test('a file stands in for one of the folder, also in a new place', async () => {
  write('data.csv', 'old');
  write('fresh.csv', 'new', root);
  const fresh = join(root, 'fresh.csv');
  const { work } = await make([], { 'data.csv': fresh, 'new/place.csv': fresh });
  expect(readFileSync(join(work, 'data.csv'), 'utf8')).toBe('new');
  expect(readFileSync(join(work, 'new/place.csv'), 'utf8')).toBe('new');
  expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe('old');
});

test('a copy that fails leaves nothing', async () => {
  write('data.csv', 'a');
  const plan = planWork({ folder, named: [], never: [] });
  rmSync(join(folder, 'data.csv'));
  const work = join(root, 'run/work');
  await expect(makeWorkFolder(plan, {}, work)).rejects.toThrow(/data\.csv/);
  expect([existsSync(work), existsSync(`${work}.partial`)]).toEqual([false, false]);
});

test('in a very large folder only what the code names is copied', async () => {
  mkdirSync(join(folder, 'many'));
  for (let n = 0; n <= 20_000; n++) {
    writeFileSync(join(folder, 'many', `${n}.txt`), '');
  }
  write('zz/data.csv', 'a');
  const { work, omitted } = await make(['zz/data.csv']);
  expect(existsSync(join(work, 'zz/data.csv'))).toBe(true);
  expect(existsSync(join(work, 'many'))).toBe(false);
  expect(omitted).toEqual([expect.stringContaining('very large folder')]);
});
