import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import { PROJECT_BYTES } from '../parse-project';
import { readProject } from '../read-project';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('without a file everything is embedded', () => {
  const found = readProject(join(folder, 'a.ipynb'));
  expect(found.path).toBeNull();
  expect(found.project.engine).toBe('local');
});

test('the nearest file above the notebook counts', () => {
  mkdirSync(join(folder, 'a/b/c'), { recursive: true });
  writeFileSync(join(folder, 'mlops.yaml'), 'model: {name: far}\n');
  writeFileSync(join(folder, 'a/mlops.yaml'), 'model: {name: near}\n');
  const found = readProject(join(folder, 'a/b/c/x.ipynb'));
  expect(found.path).toBe(join(folder, 'a/mlops.yaml'));
  expect(found.project.model.name).toBe('near');
});

test('a folder of that name is not the file', () => {
  mkdirSync(join(folder, 'mlops.yaml'));
  expect(readProject(join(folder, 'a.ipynb')).path).toBeNull();
});

test('a file that is too large is not read', () => {
  writeFileSync(join(folder, 'mlops.yaml'), '#'.repeat(PROJECT_BYTES + 1));
  expect(() => readProject(join(folder, 'a.ipynb'))).toThrow(/at most 262144 are read/);
});

test('a problem names the whole path', () => {
  writeFileSync(join(folder, 'mlops.yaml'), 'modle: 1\n');
  expect(() => readProject(join(folder, 'a.ipynb'))).toThrow(
    `${join(folder, 'mlops.yaml')}, line 1, column 1: unknown key ‘modle’.`
  );
});
