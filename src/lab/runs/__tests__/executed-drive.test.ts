import { nullTranslator } from '@jupyterlab/translation';

import { FakeServer } from '../../__tests__/fake-server';
import { ExecutedDrive } from '../executed-drive';

const NOTEBOOK = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };

function drive(): { drive: ExecutedDrive; fetched: string[] } {
  const fetched: string[] = [];
  return {
    fetched,
    drive: new ExecutedDrive({
      serverSettings: new FakeServer().settings,
      trans: nullTranslator.load('mlops'),
      fetch: run => {
        fetched.push(run);
        return Promise.resolve(NOTEBOOK);
      }
    })
  };
}

describe('executed notebooks as documents', () => {
  it('are opened by run and name, and cannot be written', async () => {
    const { drive: contents, fetched } = drive();
    const model = await contents.get('run-51/demand (run 51).ipynb');
    expect(fetched).toEqual(['run-51']);
    expect(model).toMatchObject({
      type: 'notebook',
      format: 'json',
      writable: false,
      name: 'demand (run 51).ipynb',
      content: NOTEBOOK
    });
  });

  it.each(['save', 'delete', 'rename', 'copy', 'createCheckpoint'] as const)(
    'refuse to %s with a way out',
    async name => {
      const { drive: contents } = drive();
      await expect(contents[name]('run-51/a.ipynb')).rejects.toMatchObject({
        body: {
          code: 'executed-notebook-read-only',
          action: expect.stringContaining('Save Notebook As')
        }
      });
    }
  );
});
