import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import { RunsModel } from '../../runs/model';
import type { ILivePipeline } from '../../tokens';
import { ModelsModel } from '../model';
import { addRegisterCommands } from '../register-commands';

afterEach(() => {
  Notification.dismiss();
  disconnectAll();
});

async function setUp(
  path: string | null,
  executed: ILivePipeline['executed'] = null
): Promise<IConnected & { commands: CommandRegistry; model: ModelsModel }> {
  const connected = connectable();
  const { server, gateway, connect } = connected;
  const finished = story.runDetail(story.succeededRun(), '', 'succeeded');
  server.on('listRuns', { runs: [story.runSummary(), story.succeededRun()] });
  server.on('getRun', finished);
  server.on('register', story.registration());
  const runs = new RunsModel(gateway);
  const model = new ModelsModel(gateway);
  const commands = new CommandRegistry();
  addRegisterCommands({
    commands,
    gateway,
    pipeline: { path, executed } as ILivePipeline,
    tracker: { find: () => undefined } as never,
    runs,
    model,
    trans: nullTranslator.load('mlops')
  });
  await connect();
  await waitFor(() => expect(runs.state).toBe('loaded'));
  return { ...connected, commands, model };
}

describe('registering a model', () => {
  it('takes the newest finished run of the notebook in front, with nothing typed', async () => {
    const { server, commands, model } = await setUp('bike-demand/demand.ipynb');
    await commands.execute('mlops:register-model');
    expect(server.calls('register').map(({ body }) => body)).toEqual([
      { run: 'run-50' }
    ]);
    expect(model.registrations).toHaveLength(1);
  });

  it('takes the run whose executed notebook is in front', async () => {
    const { server, commands } = await setUp(null, { run: 'run-48', number: 48 });
    await commands.execute('mlops:register-model');
    expect(server.calls('getRun').map(({ params }) => params.id)).toEqual(['run-48']);
  });

  it('takes what a script names', async () => {
    const { server, commands } = await setUp(null);
    await commands.execute('mlops:register-model', {
      run: 'run-50',
      name: 'bikes',
      variable: 'model'
    });
    expect(server.calls('register')[0].body).toEqual({
      run: 'run-50',
      name: 'bikes',
      variable: 'model'
    });
  });

  it('says what is missing where the notebook has no finished run', async () => {
    const { server, commands } = await setUp('other/notebook.ipynb');
    await expect(commands.execute('mlops:register-model')).rejects.toThrow(
      'notebook.ipynb has no finished run.'
    );
    expect(server.calls('register')).toHaveLength(0);
    expect(Notification.manager.notifications[0].message).toContain(
      'Run the notebook as a pipeline first'
    );
  });

  it('tells when the version is tested', async () => {
    const { commands, tell } = await setUp('bike-demand/demand.ipynb');
    await commands.execute('mlops:register-model');
    tell({ type: 'registration', data: story.registration({ state: 'succeeded' }) });
    await waitFor(() =>
      expect(Notification.manager.notifications[0]?.message).toBe(
        'bike-demand v4 is registered and tested.'
      )
    );
    // Progress that stays on it would keep it from closing by itself.
    expect(Notification.manager.count).toBe(1);
    expect(Notification.manager.notifications[0].options).toMatchObject({
      autoClose: 8000
    });
    expect(Notification.manager.notifications[0].options.progress).toBeUndefined();
  });

  it('describes its arguments', async () => {
    const { commands } = await setUp(null);
    const { args } = await commands.describedBy('mlops:register-model');
    expect(args).toMatchObject({
      properties: { run: { type: 'string' }, name: { type: 'string' } }
    });
  });
});
