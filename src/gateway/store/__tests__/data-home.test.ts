import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import {
  ANNA,
  buildCore,
  discardCore,
  temporaryFolder
} from '../../__tests__/core-builder';
import { DataHome } from '../data-home';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a data home is made for its owner only', () => {
  const home = new DataHome(join(folder, 'a/b'));
  expect(statSync(home.path).mode & 0o777).toBe(0o700);
  expect([home.runs, home.oci, home.serving].every(path => existsSync(path))).toBe(
    true
  );
  expect(new DataHome(home.path).onNetwork).toBe(false);
});

test('what cannot be a data home is refused with reason and way out', () => {
  writeFileSync(join(folder, 'file'), '');
  for (const path of [join(folder, 'file'), join(folder, 'file/below')]) {
    expect(() => new DataHome(path)).toThrow(
      expect.objectContaining({
        body: expect.objectContaining({
          code: 'home-not-writable',
          message: `The data home ${path} cannot be written.`,
          cause: expect.stringMatching(/EEXIST|ENOTDIR|ENOENT/),
          action: expect.stringContaining('MLOPS_HOME')
        })
      })
    );
  }
});

test('the audit only grows: entries are neither changed nor removed', () => {
  const core = buildCore();
  core.audit.add({
    actor: ANNA,
    action: 'run.start',
    object: 'r1',
    result: 'done',
    details: { notebook: 'a.ipynb' }
  });
  core.audit.add({ actor: ANNA, action: 'run.stop', object: 'r1', result: 'refused' });
  expect(core.audit.list(10)).toEqual([
    expect.objectContaining({ id: 2, action: 'run.stop', details: {} }),
    expect.objectContaining({ id: 1, actor: ANNA, details: { notebook: 'a.ipynb' } })
  ]);
  expect(core.audit.list(1)).toHaveLength(1);
  expect(() => core.database.run('DELETE FROM audit')).toThrow(/append-only/);
  expect(() => core.database.run("UPDATE audit SET actor = 'bob'")).toThrow(
    /append-only/
  );
  expect(() =>
    core.database.run(
      "INSERT OR REPLACE INTO audit SELECT 1, at, 'bob', asserted, action, object, result, details FROM audit WHERE id = 1"
    )
  ).toThrow();
  expect(core.audit.list(10)).toHaveLength(2);
  discardCore(core);
});
