import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { fireEvent, screen, waitFor } from '@testing-library/dom';

import { connectable, disconnectAll } from '../../__tests__/connected';
import { NotebookConverter } from '../../../notebook/convert';
import type { Pipeline, Split } from '../../../contract/pipeline';
import { PipelineModel } from '../model';
import { addStepCommands } from '../step-commands';
import { canBeNamed } from '../step-writer';
import { OpenNotebook, settings } from './open-notebook';

beforeAll(() => {
  // jsdom has none; views draw when nothing else is to do.
  window.requestIdleCallback = draw => window.setTimeout(draw);
});

afterEach(() => {
  Notification.dismiss();
  disconnectAll();
});

interface ICellText {
  source: string;
  metadata?: Record<string, unknown>;
}

const HEADINGS: ICellText[] = [
  { source: '## Load' },
  { source: 'x = 1' },
  { source: '## Train' },
  { source: 'y = x + 1' },
  { source: 'z = y' }
];

async function setUp(texts: ICellText[], chosen?: Split) {
  const { gateway } = connectable();
  const notebook = new OpenNotebook(
    'bikes.ipynb',
    texts.map(({ source, metadata = {} }, index) => ({
      id: `c${index}`,
      cell_type: source.startsWith('#') ? 'markdown' : 'code',
      source,
      metadata
    }))
  );
  const converter = new NotebookConverter();
  const model = new PipelineModel({
    tracker: notebook.tracker,
    gateway,
    settings: settings({ split: chosen ?? null }),
    convert: (content, { split }) =>
      Promise.resolve(converter.convert({ content, fileName: 'bikes.ipynb', split })),
    pause: 1
  });
  const commands = new CommandRegistry();
  addStepCommands({
    commands,
    tracker: notebook.tracker,
    model,
    trans: nullTranslator.load('mlops')
  });
  await waitFor(() => expect(model.pipeline).not.toBeNull());
  const metadata = (): unknown[] => notebook.cells.map(cell => cell.metadata);
  const titles = (): string[] => model.pipeline?.steps.map(({ title }) => title) ?? [];
  const step = (title: string): string =>
    model.pipeline?.steps.find(other => other.title === title)?.id ?? '';
  return { commands, model, metadata, titles, step };
}

describe('the settings of a step', () => {
  it('are written into its cell, where the converter reads them', async () => {
    const { commands, model, metadata, step, titles } = await setUp(HEADINGS);
    await commands.execute('mlops:set-step', {
      step: step('Train'),
      cpu: '500m',
      memory: '2Gi',
      retries: 2,
      timeoutSeconds: 90,
      cache: 'run-again',
      image: 'registry/bikes@sha256:1'
    });
    expect(metadata()[3]).toEqual({
      mlops: {
        image: 'registry/bikes@sha256:1',
        cpu: '500m',
        memory: '2Gi',
        retries: 2,
        timeoutSeconds: 90,
        cache: false
      }
    });
    await waitFor(() =>
      expect(model.pipeline?.steps[1]).toMatchObject({
        image: 'registry/bikes@sha256:1',
        resources: { cpu: '500m', memory: '2Gi' },
        retries: 2,
        timeoutSeconds: 90,
        cache: false
      })
    );
    expect(titles()).toEqual(['Load', 'Train']);
  });

  it('go when they are emptied, and leave what is not theirs', async () => {
    const { commands, metadata, step } = await setUp([
      { source: '## Load' },
      { source: 'x = 1', metadata: { mlops: { retries: 3, other: 'kept' } } }
    ]);
    await commands.execute('mlops:set-step', { step: step('Load'), retries: '' });
    expect(metadata()[1]).toEqual({ mlops: { other: 'kept' } });
  });

  it.each([
    [{ retries: 11 }, 'retries'],
    [{ cpu: 'two' }, 'cpu'],
    [{ memory: '2 GB' }, 'memory'],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds'],
    [{ name: ' ' }, 'name']
  ])('are refused where they are none: %j', async (args, field) => {
    const { commands, metadata, step } = await setUp(HEADINGS);
    await expect(
      commands.execute('mlops:set-step', { step: step('Train'), ...args })
    ).rejects.toThrow(`is no value for ${field}`);
    expect(metadata()).toEqual(HEADINGS.map(() => ({})));
  });

  it('are asked for in a form, which does not let a wrong one through', async () => {
    const { commands, metadata, step } = await setUp(HEADINGS);
    const done = commands.execute('mlops:set-step', { step: step('Train') });
    const type = (text: string): void => {
      fireEvent.change(screen.getByLabelText('Retries'), { target: { value: text } });
    };
    await screen.findByLabelText('Retries');
    type('many');
    fireEvent.click(screen.getByText('Write into the notebook'));
    await screen.findByText('Expected: 0 to 10.');
    type('4');
    fireEvent.click(screen.getByText('Write into the notebook'));
    await done;
    expect(metadata()[3]).toEqual({ mlops: { retries: 4 } });
  });
});

describe('the name of a step', () => {
  it.each([undefined, 'headings' as const])(
    'makes all steps explicit, so that the others stay (setting: %s)',
    async chosen => {
      const { commands, metadata, titles, step } = await setUp(HEADINGS, chosen);
      await commands.execute('mlops:set-step', { step: step('Train'), name: 'Learn' });
      expect(metadata()).toEqual([
        {},
        { mlops: { step: 'Load' } },
        {},
        { mlops: { step: 'Learn' } },
        {}
      ]);
      await waitFor(() => expect(titles()).toEqual(['Load', 'Learn']));
    }
  );

  it('follows Kale’s tags, and what comes after it by name', async () => {
    const { commands, titles, step } = await setUp([
      { source: 'x = 1', metadata: { tags: ['step:load'] } },
      { source: 'y = 2', metadata: { tags: ['step:train', 'prev:load'] } }
    ]);
    await commands.execute('mlops:set-step', { step: step('load'), name: 'read' });
    await waitFor(() => expect(titles()).toEqual(['read', 'train']));
  });

  it('is refused where the cells of a step are not one row', () => {
    const cells = (...indices: number[]) =>
      indices.map(index => ({ id: `c${index}`, index, source: '' }));
    const pipeline = (one: number[], other: number[]): Pipeline =>
      ({
        split: 'headings',
        parametersCell: null,
        steps: [
          { id: 'a', cells: cells(...one) },
          { id: 'b', cells: cells(...other) }
        ]
      }) as never;
    expect(canBeNamed(pipeline([0, 1], [2]))).toBe(true);
    expect(canBeNamed(pipeline([0, 2], [1]))).toBe(false);
    // A setting of the first step that the second repeats.
    expect(canBeNamed(pipeline([0, 1], [0, 2]))).toBe(true);
  });
});
