import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import { readNotebook } from '../read-notebook';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a notebook is read as JSON', () => {
  writeFileSync(join(folder, 'a.ipynb'), '{"cells": []}');
  expect(readNotebook(join(folder, 'a.ipynb'))).toEqual({ cells: [] });
});

test.each(['', 'print(1)', '{"cells": ['])('%j is called no notebook', text => {
  writeFileSync(join(folder, 'a.ipynb'), text);
  expect(() => readNotebook(join(folder, 'a.ipynb'))).toThrow(
    'a.ipynb is not a notebook: its content is not JSON.'
  );
});

test('a notebook that is not there, and a folder of its name, are named with their path', () => {
  mkdirSync(join(folder, 'b.ipynb'));
  for (const name of ['a.ipynb', 'b.ipynb']) {
    expect(() => readNotebook(join(folder, name))).toThrow(
      `The notebook ${join(folder, name)} cannot be read.`
    );
  }
});
