import { Notification } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Widget } from '@lumino/widgets';
import { fireEvent, screen, waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import { apiError } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import { Views } from '../../elements/views';
import { ModelsModel } from '../../models/model';
import { addRunCommands } from '../commands';
import { RunsModel } from '../model';
import { runActions } from '../run-menu';

beforeAll(() => {
  // jsdom has none; views draw when nothing else is to do.
  window.requestIdleCallback = draw => window.setTimeout(draw);
  window.ResizeObserver = class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
});

const shown: Widget[] = [];

afterEach(() => {
  shown.splice(0).forEach(widget => widget.dispose());
  Notification.dismiss();
  disconnectAll();
});

function setUp(): IConnected & {
  commands: CommandRegistry;
  calls: [string, object][];
} {
  const connected = connectable();
  const { server, gateway } = connected;
  server.on('getRun', story.runDetail());
  server.on('runLog', { lines: [], end: true });
  const commands = new CommandRegistry();
  const calls: [string, object][] = [];
  for (const id of ['docmanager:open', 'mlops:open-panel']) {
    commands.addCommand(id, { execute: args => void calls.push([id, args]) });
  }
  const shell = {
    add: (widget: Widget) => {
      shown.push(widget);
      Widget.attach(widget, document.body);
    },
    activateById: () => undefined
  };
  const app = { commands, shell } as never;
  addRunCommands({
    app,
    gateway,
    runs: new RunsModel(gateway),
    models: new ModelsModel(gateway),
    pipeline: {
      setParameters: (path: string, values: object) =>
        void calls.push(['form', { path, ...values }])
    } as never,
    views: new Views(app, 'run'),
    documents: {} as never,
    rendermime: {} as never,
    fetchNotebook: () => Promise.reject(new Error('not asked for')),
    trans: nullTranslator.load('mlops')
  });
  return { ...connected, commands, calls };
}

describe('the view of a run', () => {
  it('is there before the gateway is, and loads by itself', async () => {
    const { server, commands, connect } = setUp();
    await commands.execute('mlops:open-run', { run: 'run-51' });
    expect(shown.map(({ title }) => title.label)).toEqual(['Run']);
    expect(server.asked).toEqual([]);
    await connect();
    await waitFor(() => expect(shown[0].title.label).toBe('Run 51'));
    expect(await screen.findByRole('heading', { name: 'Run 51' })).toBeTruthy();
  });

  it('says why it could not be loaded, and tries again', async () => {
    const { server, commands, connect } = setUp();
    await connect();
    server.on('getRun', apiError(404, 'run-unknown', 'There is no run run-51.'));
    await commands.execute('mlops:open-run', { run: 'run-51' });
    expect(await screen.findByText('There is no run run-51.')).toBeTruthy();
    server.on('getRun', story.runDetail());
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('heading', { name: 'Run 51' })).toBeTruthy();
  });
});

describe('running again with other parameters', () => {
  beforeEach(() => PageConfig.setOption('serverRoot', '/home/editor/work'));
  afterEach(() => PageConfig.setOption('serverRoot', ''));

  const RUN = story.runDetail(
    story.succeededRun({ parameters: { months: ['Feb'] } }),
    '',
    'succeeded'
  );

  it('opens the notebook and fills its form with those of the run', async () => {
    const { server, commands, calls, connect } = setUp();
    await connect();
    server.on('getRun', { ...RUN, notebook: '/home/editor/work/bikes/demand.ipynb' });
    await commands.execute('mlops:run-again', { run: 'run-50' });
    expect(calls).toEqual([
      ['docmanager:open', { path: 'bikes/demand.ipynb' }],
      ['form', { path: 'bikes/demand.ipynb', months: ['Feb'] }],
      ['mlops:open-panel', {}]
    ]);
    expect(server.calls('startRun')).toEqual([]);
  });

  it('says where the notebook lies if it cannot be opened', async () => {
    const { server, commands, connect } = setUp();
    await connect();
    server.on('getRun', { ...RUN, notebook: '/elsewhere/demand.ipynb' });
    await expect(
      commands.execute('mlops:run-again', { run: 'run-50' })
    ).rejects.toThrow('/elsewhere/demand.ipynb lies outside');
  });
});

it.each([
  [story.runSummary(), ['open-run', 'open-executed-notebook', 'stop-run', 'run-again']],
  [story.failedRun(), ['open-run', 'open-executed-notebook', 'retry-run', 'run-again']],
  [
    story.succeededRun(),
    ['open-run', 'open-executed-notebook', 'run-again', 'register-model']
  ]
])('a run offers what fits its state', (run, actions) => {
  expect(runActions(run)).toEqual(actions.map(action => `mlops:${action}`));
});
