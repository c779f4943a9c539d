import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import type { GatewayEvent } from '../../../contract/event';
import { settings } from '../../pipeline/__tests__/open-notebook';
import type { ISettings } from '../../tokens';
import { EndNotices } from '../end-notices';

afterEach(() => {
  Notification.dismiss();
  disconnectAll();
});

async function setUp(
  parts: { front?: string; chosen?: Partial<ISettings> } = {}
): Promise<
  IConnected & { act: jest.Mock; happens(...events: GatewayEvent[]): Promise<void> }
> {
  const connected = connectable();
  const act = jest.fn();
  new EndNotices({
    gateway: connected.gateway,
    settings: settings(parts.chosen),
    isInFront: what => what === parts.front,
    trans: nullTranslator.load('mlops'),
    act
  });
  await connected.connect();
  let seen = 0;
  connected.gateway.happened.connect(() => (seen += 1));
  const happens = async (...events: GatewayEvent[]): Promise<void> => {
    const before = seen;
    events.forEach(connected.tell);
    await waitFor(() => expect(seen).toBe(before + events.length));
  };
  return { ...connected, act, happens };
}

function messages(): string[] {
  return Notification.manager.notifications.map(({ message }) => message);
}

const STARTED: GatewayEvent = {
  type: 'run',
  data: story.failedRun({ state: 'running', endedAt: null })
};
const FAILED: GatewayEvent = { type: 'run', data: story.failedRun() };

it('says that a run has failed, where, and offers to retry from there', async () => {
  const { act, happens } = await setUp();
  await happens(STARTED, FAILED, FAILED);
  expect(messages()).toEqual(['Run 49 of demand.ipynb has failed in Clean.']);
  const [open, retry] = Notification.manager.notifications[0].options.actions ?? [];
  open.callback({} as MouseEvent);
  expect(act).toHaveBeenLastCalledWith('mlops:open-run', { run: 'run-49' });
  expect(retry.label).toBe('Retry from Clean');
  retry.callback({} as MouseEvent);
  expect(act).toHaveBeenLastCalledWith('mlops:retry-run', { run: 'run-49' });
});

it('is silent about what the user looks at', async () => {
  const { happens } = await setUp({ front: 'run run-49' });
  await happens(STARTED, FAILED);
  expect(messages()).toEqual([]);
});

it('is silent where the user has asked for it', async () => {
  const { happens } = await setUp({ chosen: { runNotifications: false } });
  await happens(STARTED, FAILED);
  expect(messages()).toEqual([]);
});

it('does not tell what had ended before', async () => {
  const { happens } = await setUp();
  await happens(FAILED);
  expect(messages()).toEqual([]);
});

it('leaves a run that was stopped, or that a retraining tells about, alone', async () => {
  const { happens } = await setUp();
  const cause = { kind: 'retraining' as const, retraining: 'r', alert: null };
  await happens(
    STARTED,
    { type: 'run', data: story.failedRun({ state: 'stopped' }) },
    STARTED,
    { type: 'run', data: story.failedRun({ cause }) }
  );
  expect(messages()).toEqual([]);
});

it('tells of promotions and retrainings', async () => {
  const { act, happens } = await setUp();
  await happens(
    { type: 'promotion', data: story.promotion() },
    { type: 'promotion', data: story.promotion({ state: 'succeeded' }) },
    { type: 'retraining', data: story.retraining({ state: 'training' }) },
    { type: 'retraining', data: story.retraining() }
  );
  expect(messages().sort()).toEqual([
    'bike-demand v4 answers in prod now.',
    'bike-demand was retrained: v4 is better.'
  ]);
  for (const notice of Notification.manager.notifications) {
    notice.options.actions?.[0].callback({} as MouseEvent);
  }
  expect(act.mock.calls.map(([command]) => command).sort()).toEqual([
    'mlops:open-drift-report',
    'mlops:open-promotion'
  ]);
});
