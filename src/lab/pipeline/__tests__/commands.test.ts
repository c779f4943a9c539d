import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { waitFor } from '@testing-library/dom';

import * as cluster from '../../__tests__/cluster-story';
import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import { apiError } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import type { ClusterStatus } from '../../../contract/cluster';
import type { ISettings } from '../../tokens';
import { addPipelineCommands } from '../commands';
import { EngineChoice } from '../engine-choice';
import { PipelineModel } from '../model';
import { OpenNotebook, settings } from './open-notebook';

afterEach(() => {
  Notification.dismiss();
  disconnectAll();
});

async function setUp(
  path = 'bike-demand/demand.ipynb',
  chosen: Partial<ISettings> = {},
  status: ClusterStatus | null = null
): Promise<
  IConnected & {
    commands: CommandRegistry;
    model: PipelineModel;
    engines: EngineChoice;
    opened: string[];
  }
> {
  const connected = connectable();
  const { server, gateway, connect } = connected;
  server.on('startRun', story.runDetail());
  const { tracker } = new OpenNotebook(path);
  const model = new PipelineModel({
    tracker,
    gateway,
    settings: settings(chosen),
    convert: (_, { split }) =>
      Promise.resolve({
        pipeline: { ...story.PIPELINE, split: split ?? 'headings' },
        diagnostics: []
      })
  });
  const engines = new EngineChoice({
    status,
    error: null,
    isActive: true,
    stateChanged: new Signal({}),
    refresh: () => Promise.resolve()
  });
  const commands = new CommandRegistry();
  const opened: string[] = [];
  commands.addCommand('mlops:open-run', {
    execute: ({ run }) => void opened.push(String(run))
  });
  addPipelineCommands({
    commands,
    gateway,
    tracker,
    documents: {} as never,
    model,
    engines,
    trans: nullTranslator.load('mlops')
  });
  await connect();
  await waitFor(() => expect(model.pipeline).not.toBeNull());
  return { ...connected, commands, model, engines, opened };
}

const [PARAMETER] = story.PIPELINE.parameters;

describe('running a notebook as a pipeline', () => {
  it('starts one run, however often it is clicked', async () => {
    const { server, commands, opened } = await setUp();
    const runs = await Promise.all([
      commands.execute('mlops:run-pipeline'),
      commands.execute('mlops:run-pipeline')
    ]);
    expect(server.calls('startRun')).toHaveLength(1);
    expect(runs).toEqual(['run-51', 'run-51']);
    expect(opened).toEqual(['run-51']);
    await commands.execute('mlops:run-pipeline');
    expect(server.calls('startRun')).toHaveLength(2);
  });

  it('is refused while a parameter is none, which is named', async () => {
    const { server, commands, model } = await setUp();
    model.setDraft(PARAMETER.name, '[unfinished');
    expect(commands.isEnabled('mlops:run-pipeline')).toBe(false);
    await expect(commands.execute('mlops:run-pipeline')).rejects.toThrow(
      `The parameter ${PARAMETER.name} is not a value of type ${PARAMETER.type}.`
    );
    expect(server.calls('startRun')).toEqual([]);
  });

  it('takes the parameters that a script names, whatever the form holds', async () => {
    const { server, commands, model } = await setUp();
    model.setDraft(PARAMETER.name, '[unfinished');
    const parameters = { [PARAMETER.name]: ['Feb'] };
    await commands.execute('mlops:run-pipeline', { parameters });
    expect(server.calls('startRun')[0].body).toMatchObject({ parameters });
  });

  it('takes what a run before it has put into the form', async () => {
    const { server, commands, model } = await setUp();
    model.setDraft(PARAMETER.name, '[unfinished');
    model.setParameters('bike-demand/demand.ipynb', { [PARAMETER.name]: ['Feb'] });
    await commands.execute('mlops:run-pipeline');
    expect(server.calls('startRun')[0].body).toMatchObject({
      parameters: { [PARAMETER.name]: ['Feb'] }
    });
  });

  it('tells the toolbar when it can run', async () => {
    const { commands, model } = await setUp();
    const told: (string | undefined)[] = [];
    commands.commandChanged.connect((_, { id }) => told.push(id));
    model.setDraft(PARAMETER.name, '[unfinished');
    expect(told).toContain('mlops:run-pipeline');
  });

  it('cannot run without a gateway', async () => {
    const { server, gateway, commands } = await setUp();
    expect(commands.isEnabled('mlops:run-pipeline')).toBe(true);
    server.server(story.serverStatus({ state: 'starting' }));
    await gateway.check();
    expect(commands.isEnabled('mlops:run-pipeline')).toBe(false);
  });
});

describe('an executed notebook', () => {
  const PATH = 'mlops-run:run-50/demand (run 50).ipynb';

  it('is known by its run', async () => {
    const { model } = await setUp(PATH);
    expect(model.executed).toEqual({ run: 'run-50', number: 50 });
    expect(model.path).toBeNull();
  });

  it('does not run: its path does not exist', async () => {
    const { server, commands } = await setUp(PATH);
    expect(commands.isEnabled('mlops:run-pipeline')).toBe(false);
    await expect(commands.execute('mlops:run-pipeline')).rejects.toThrow(
      'This is what a run has left'
    );
    expect(server.calls('startRun')).toEqual([]);
  });
});

describe('how cells become steps', () => {
  it('can be automatic where the setting is another', async () => {
    const { commands, model } = await setUp(undefined, { split: 'cells' });
    expect(model.chosenSplit).toBe('cells');
    await waitFor(() => expect(model.pipeline?.split).toBe('cells'));
    await commands.execute('mlops:set-split', { split: 'automatic' });
    expect(model.chosenSplit).toBe('automatic');
    await waitFor(() => expect(model.pipeline?.split).toBe('headings'));
  });

  it('is named in the palette, with what is chosen', async () => {
    const { commands } = await setUp();
    const args = { split: 'cells' };
    expect(commands.label('mlops:set-split', args)).toBe('Steps: every cell');
    expect(commands.isToggled('mlops:set-split', args)).toBe(false);
    await commands.execute('mlops:set-split', args);
    expect(commands.isToggled('mlops:set-split', args)).toBe(true);
  });
});

describe('where a run goes', () => {
  const PATH = 'bike-demand/demand.ipynb';
  const trans = nullTranslator.load('mlops');
  const engineOf = (body: unknown): unknown => (body as { engine?: string }).engine;

  it('is left to mlops.yaml, which a project without a cluster need not have', async () => {
    const { server, commands, engines } = await setUp();
    expect(engines.places(PATH, trans)).toBeNull();
    await commands.execute('mlops:run-pipeline');
    expect(engineOf(server.calls('startRun')[0].body)).toBeUndefined();
  });

  it('is what the user picks, for one run', async () => {
    const { server, commands, engines } = await setUp(
      PATH,
      {},
      cluster.clusterStatus()
    );
    const places = engines.places(PATH, trans);
    expect(places).toMatchObject({ chosen: 'tekton', hindrance: null });
    expect(places?.places.map(({ label }) => label)).toEqual([
      'this computer',
      'Tekton · ml-team on dev-cluster'
    ]);
    engines.pick(PATH, 'local');
    expect(engines.places(PATH, trans)?.chosen).toBe('local');
    expect(engines.places('other.ipynb', trans)?.chosen).toBe('tekton');
    await commands.execute('mlops:run-pipeline');
    await commands.execute('mlops:run-pipeline');
    expect(server.calls('startRun').map(({ body }) => engineOf(body))).toEqual([
      'local',
      undefined
    ]);
  });

  it('stays picked where the run was refused', async () => {
    const { server, commands, engines } = await setUp(
      PATH,
      {},
      cluster.clusterStatus({ engine: 'local' })
    );
    server.on('startRun', apiError(422, 'engine-not-installed', 'No Tekton there.'));
    engines.pick(PATH, 'tekton');
    await expect(commands.execute('mlops:run-pipeline')).rejects.toThrow('No Tekton');
    expect(engines.picked(PATH)).toBe('tekton');
  });

  it('can be named by a script', async () => {
    const { server, commands } = await setUp();
    await commands.execute('mlops:run-pipeline', { engine: 'tekton' });
    expect(engineOf(server.calls('startRun')[0].body)).toBe('tekton');
  });

  it('says beforehand what is missing there', async () => {
    const status = cluster.clusterStatus();
    const [tekton, ...others] = status.adapters;
    const { engines } = await setUp(
      PATH,
      {},
      {
        ...status,
        adapters: [
          { ...tekton, state: 'not-allowed', detail: 'You may not create pods.' },
          ...others
        ]
      }
    );
    expect(engines.places(PATH, trans)?.hindrance).toBe('You may not create pods.');
    engines.pick(PATH, 'local');
    expect(engines.places(PATH, trans)?.hindrance).toBeNull();
  });
});
