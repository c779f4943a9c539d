import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';

import { connectable, disconnectAll } from '../../__tests__/connected';
import type { ILivePipeline } from '../../tokens';
import { addCompiledCommands } from '../compiled-commands';
import { CompiledHead } from '../compiled-head';
import { CompiledModel } from '../compiled-model';

const PATH = 'bike-demand/demand.ipynb';
const YAML = 'kind: Pipeline\nmetadata:\n  name: demand\n';
const CONTENT = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] } as const;
const PIPELINE = {
  path: PATH,
  split: 'cells',
  contentOf: (path: string) => (path === PATH ? CONTENT : undefined),
  stateChanged: { connect: () => true }
} as unknown as ILivePipeline;

beforeAll(() => {
  // jsdom has none; dialogs draw when nothing else is to do.
  window.requestIdleCallback = draw => window.setTimeout(draw);
});

afterEach(() => {
  cleanup();
  disconnectAll();
  Notification.dismiss();
});

function compiled(path = PATH) {
  const { server, gateway } = connectable();
  server.on('compile', { yaml: YAML, diagnostics: [] });
  const options = { gateway, pipeline: PIPELINE, path, image: '' };
  return {
    server,
    gateway,
    model: new CompiledModel({ ...options, format: 'tekton' })
  };
}

describe('a compiled pipeline', () => {
  it('is that of the notebook in the editor, unsaved changes included', async () => {
    const { server, model } = compiled();
    await model.refresh();
    expect(model.yaml).toBe(YAML);
    expect(server.calls('compile')[0].body).toEqual({
      notebook: PATH,
      content: CONTENT,
      split: 'cells',
      format: 'tekton'
    });
  });

  it('is that of the file where the notebook is not open', async () => {
    const { server, model } = compiled('other.ipynb');
    await model.refresh();
    expect(server.calls('compile')[0].body).toEqual({
      notebook: 'other.ipynb',
      format: 'tekton'
    });
  });

  it('follows the choice of engine and image', async () => {
    const { server, model } = compiled();
    render(<CompiledHead model={model} act={jest.fn()} />);
    fireEvent.change(screen.getByLabelText('Compile for'), {
      target: { value: 'kfp' }
    });
    await waitFor(() => expect(model.yaml).toBe(YAML));
    const field = screen.getByLabelText('Image of the steps');
    fireEvent.change(field, { target: { value: ' registry/ml@sha256:1 ' } });
    expect(server.calls('compile')).toHaveLength(1);
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(server.calls('compile')).toHaveLength(2));
    expect(server.calls('compile')[1].body).toMatchObject({
      format: 'kfp',
      image: 'registry/ml@sha256:1'
    });
    expect(model.proposedPath).toBe('bike-demand/demand.kfp.yaml');
  });

  it('says what speaks against it, and leads there', async () => {
    const { server, model } = compiled();
    const problem = {
      cell: 3,
      id: 'c3',
      line: 1,
      column: 1,
      code: 'image-missing',
      severity: 'error' as const,
      message: 'The step “Load” names no image to run in.'
    };
    server.on('compile', { yaml: null, diagnostics: [problem] });
    await model.refresh();
    const act = jest.fn();
    render(<CompiledHead model={model} act={act} />);
    expect(screen.getByRole('alert').textContent).toContain('names no image');
    for (const name of ['Copy', 'Save…']) {
      expect(screen.getByRole('button', { name }).hasAttribute('disabled')).toBe(true);
    }
    fireEvent.click(screen.getByRole('button', { name: 'Cell 4, line 1' }));
    expect(act).toHaveBeenCalledWith('mlops:reveal-cell', { cell: 3, path: PATH });
  });

  it('shows the newest answer, whichever comes first', async () => {
    const { server, model } = compiled();
    let release = (): void => undefined;
    const held = new Promise<void>(resolve => (release = resolve));
    const call = model['_gateway'].client.call.bind(model['_gateway'].client);
    let first = true;
    jest.spyOn(model['_gateway'].client, 'call').mockImplementation(async (...args) => {
      const wait = first ? held : Promise.resolve();
      first = false;
      const reply = await call(...args);
      await wait;
      return reply;
    });
    const slow = model.refresh();
    server.on('compile', { yaml: 'newer: true\n', diagnostics: [] });
    await model.choose({ format: 'kfp' });
    release();
    await slow;
    expect(model.yaml).toBe('newer: true\n');
    expect(model.isBusy).toBe(false);
  });
});

describe('the commands of a compiled pipeline', () => {
  async function setUp(files: string[] = []) {
    const { gateway, model } = compiled();
    await model.refresh();
    const commands = new CommandRegistry();
    const saved: Record<string, unknown> = {};
    const contents = {
      get: (path: string) =>
        files.includes(path) ? Promise.resolve({}) : Promise.reject(new Error('404')),
      save: (path: string, { content }: { content: unknown }) => {
        saved[path] = content;
        return Promise.resolve({});
      }
    };
    addCompiledCommands({
      app: { commands, serviceManager: { contents } } as never,
      gateway,
      pipeline: PIPELINE,
      services: {} as never,
      views: { current: { model } } as never,
      database: null,
      trans: nullTranslator.load('mlops')
    });
    return { commands, saved, gateway };
  }

  it('copy what is shown', async () => {
    const { commands } = await setUp();
    const writeText = jest.fn(() => Promise.resolve());
    Object.assign(navigator, { clipboard: { writeText } });
    await commands.execute('mlops:copy-compiled');
    expect(writeText).toHaveBeenCalledWith(YAML);
  });

  it('save it beside the notebook, or where a script says', async () => {
    const { commands, saved } = await setUp();
    await commands.execute('mlops:save-compiled');
    await commands.execute('mlops:save-compiled', { to: 'here.yaml' });
    expect(saved).toEqual({
      'bike-demand/demand.tekton.yaml': YAML,
      'here.yaml': YAML
    });
  });

  it('ask before a file is replaced', async () => {
    const there = 'bike-demand/demand.tekton.yaml';
    const { commands, saved } = await setUp([there]);
    const saving = commands.execute('mlops:save-compiled');
    fireEvent.click(await screen.findByText('Cancel'));
    expect(await saving).toBeNull();
    expect(saved).toEqual({});
  });

  it('describe their arguments, and need a gateway', async () => {
    const { commands, gateway } = await setUp();
    const { args } = await commands.describedBy('mlops:show-compiled');
    expect(Object.keys(args?.properties ?? {})).toEqual(['path', 'format', 'image']);
    expect(gateway.isReady).toBe(false);
    expect(commands.isEnabled('mlops:show-compiled')).toBe(false);
  });
});
