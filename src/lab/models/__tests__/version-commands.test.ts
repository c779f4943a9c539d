import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { fireEvent, waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import { Views, type IViewOptions } from '../../elements/views';
import { EnvironmentsModel } from '../../environments/model';
import { ModelsModel } from '../model';
import type { ModelView } from '../model-view';
import { addVersionCommands } from '../version-commands';

beforeAll(() => {
  // jsdom has none; views draw when nothing else is to do.
  window.requestIdleCallback = draw => window.setTimeout(draw);
});

afterEach(() => {
  Notification.dismiss();
  disconnectAll();
});

class SeenViews extends Views<ModelView> {
  readonly opened: ModelView[] = [];

  override async open(options: IViewOptions<ModelView>): Promise<ModelView> {
    const view = await super.open(options);
    this.opened.push(view);
    return view;
  }
}

async function setUp(): Promise<
  IConnected & { commands: CommandRegistry; views: SeenViews }
> {
  const connected = connectable();
  const { server, gateway, connect } = connected;
  server.on('listModels', {
    models: [{ name: 'bike-demand', versions: [story.version(3), story.version(4)] }]
  });
  server.on('archiveVersion', story.version(3, { state: 'archived' }));
  server.on('unarchiveVersion', story.version(3));
  server.on('compare', story.comparison());
  const commands = new CommandRegistry();
  const shell = { add: () => undefined, activateById: () => undefined };
  const app = { commands, shell } as never;
  const model = new ModelsModel(gateway);
  const views = new SeenViews(app, 'model');
  addVersionCommands({
    app,
    gateway,
    model,
    environments: new EnvironmentsModel(gateway),
    views,
    trans: nullTranslator.load('mlops')
  });
  await connect();
  await waitFor(() => expect(model.state).toBe('loaded'));
  return { ...connected, commands, views };
}

const THIRD = { model: 'bike-demand', version: 3 };

/** Presses a button of the dialog that is open. */
async function answer(name: string): Promise<void> {
  await waitFor(() => {
    const button = [...document.querySelectorAll('.jp-Dialog button')].find(
      ({ textContent }) => textContent === name
    );
    fireEvent.click(button ?? document.body);
    expect(button).toBeTruthy();
  });
}

describe('archiving a version', () => {
  it('asks first, and does nothing where the answer is no', async () => {
    const { server, commands } = await setUp();
    const done = commands.execute('mlops:archive-version', THIRD);
    await answer('Cancel');
    await done;
    expect(server.calls('archiveVersion')).toEqual([]);
  });

  it('can be undone from its notification', async () => {
    const { server, commands } = await setUp();
    const done = commands.execute('mlops:archive-version', THIRD);
    await answer('Archive');
    await done;
    expect(server.calls('archiveVersion')).toHaveLength(1);
    const [notice] = Notification.manager.notifications;
    expect(notice.message).toBe('bike-demand v3 is archived.');
    notice.options.actions?.[0].callback({} as MouseEvent);
    await waitFor(() =>
      expect(server.calls('unarchiveVersion').map(({ params }) => params)).toEqual([
        { model: 'bike-demand', version: '3' }
      ])
    );
  });
});

describe('comparing versions', () => {
  it.each([
    [3, 4],
    [4, 3]
  ])('takes champion v%s and challenger v%s as they were named', async (...pair) => {
    const { server, commands, views } = await setUp();
    const [champion, challenger] = pair;
    await commands.execute('mlops:compare-versions', {
      model: 'bike-demand',
      champion,
      challenger
    });
    await waitFor(() =>
      expect(server.calls('compare')[0]?.body).toMatchObject({ champion, challenger })
    );
    expect(views.opened[0].model.selected.map(({ version }) => version)).toEqual(pair);
  });
});
