import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import {
  mountSmallDisk,
  testOnSmallDisk,
  unmountSmallDisk
} from '../../__tests__/small-disk';
import { buildNotebook } from './notebook-builder';
import { RunTester, until } from './run-tester';

function mount(path: string, size: string): void {
  mkdirSync(path, { recursive: true });
  mountSmallDisk(path, size);
}

testOnSmallDisk(
  'a folder for which there is no room fails the run and leaves no half copy',
  async () => {
    const home = temporaryFolder('mlops-home-');
    mount(join(home, 'runs'), '1m');
    const tester = new RunTester(
      buildNotebook([{ id: 'a', cells: ['x = 1'] }], {
        contents: { 'data.csv': 'x'.repeat(2_000_000) }
      }),
      { home }
    );
    try {
      const run = await tester.run();
      expect([run.state, run.error?.code]).toEqual(['failed', 'disk-full']);
      expect(run.steps[0].state).toBe('skipped');
      expect(readdirSync(tester.runs.folder(run.id)).sort()).toEqual([
        'notebook.ipynb',
        'pipeline.json',
        'steps',
        'values'
      ]);
    } finally {
      unmountSmallDisk(join(home, 'runs'));
      await tester.discard();
    }
  }
);

testOnSmallDisk('a run that cannot even be written down is not started', async () => {
  const home = temporaryFolder('mlops-home-');
  mount(join(home, 'runs'), '64k');
  const tester = new RunTester(buildNotebook([{ id: 'a', cells: ['x = 1'] }]), {
    home
  });
  try {
    const content = { ...tester.notebook.content, filler: 'x'.repeat(100_000) };
    await expect(tester.start({ content })).rejects.toMatchObject({ code: 'ENOSPC' });
    expect(tester.runs.list(10)).toEqual([]);
    expect(readdirSync(join(home, 'runs'))).toEqual([]);
  } finally {
    unmountSmallDisk(join(home, 'runs'));
    await tester.discard();
  }
});

testOnSmallDisk(
  'the end of a run is written as soon as there is room again',
  async () => {
    const home = temporaryFolder('mlops-home-');
    mount(home, '4m');
    const wait = `
import os, time
while not os.path.exists('${home}.go'):
    time.sleep(0.02)
`;
    const tester = new RunTester(buildNotebook([{ id: 'a', cells: [wait] }]), { home });
    try {
      const { id } = await tester.start();
      await until('the cell runs', () =>
        existsSync(join(tester.runs.folder(id), 'steps/a/cells/1.json'))
      );
      // The database may use what it has; the run's files may not grow.
      expect(() =>
        writeFileSync(join(home, 'filler'), 'x'.repeat(8_000_000))
      ).toThrow();
      writeFileSync(`${home}.go`, '');
      await new Promise(resolve => setTimeout(resolve, 1500));
      rmSync(join(home, 'filler'));
      const run = await tester.runs.ended(id);
      expect(run.state).not.toBe('running');
      expect(tester.runs.list(1)[0].state).toBe(run.state);
      if (run.state !== 'succeeded') {
        expect(run.error?.code).toBe('disk-full');
      }
    } finally {
      rmSync(`${home}.go`, { force: true });
      await tester.stage.close();
      tester.core.database.close();
      unmountSmallDisk(home);
      rmSync(home, { recursive: true });
      rmSync(tester.notebook.folder, { recursive: true });
    }
  }
);
