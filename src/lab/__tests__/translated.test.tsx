import { nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import { cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { ClusterNote } from '../cluster/cluster-note';
import { ClusterPlace } from '../cluster/cluster-place';
import { TranslationProvider } from '../elements/translation';
import { PromotionModel } from '../environments/promotion-model';
import { EnvironmentsSection } from '../environments/section';
import { GatewayClient } from '../gateway/client';
import { exportLiveModels } from '../models/live-export';
import { RunPlace } from '../pipeline/run-place';
import { ExecutedDrive } from '../runs/executed-drive';
import * as cluster from './cluster-story';
import { connectable, disconnectAll } from './connected';
import { FakeServer } from './fake-server';
import * as story from './story';

afterEach(() => {
  cleanup();
  disconnectAll();
});

const { settings } = new FakeServer();
const plain = nullTranslator.load('mlops');

/** A language that is told from ours at a glance. */
const SHOUTED: TranslationBundle = {
  ...plain,
  __: (text, ...args) => plain.__(text.toUpperCase(), ...args),
  _n: (one, many, n, ...args) =>
    plain._n(one.toUpperCase(), many.toUpperCase(), n, ...args)
};

it.each([
  [
    'an executed notebook that is saved',
    () =>
      new ExecutedDrive({
        serverSettings: settings,
        fetch: () => Promise.reject(new Error()),
        trans: SHOUTED
      }).save('run-1/a.ipynb')
  ],
  [
    'a notebook without a kernel',
    () => exportLiveModels({ sessionContext: { session: null } } as never, '/', SHOUTED)
  ],
  [
    'a server that does not answer',
    () =>
      new GatewayClient({
        serverSettings: { ...settings, fetch: () => Promise.reject(new Error('gone')) },
        trans: SHOUTED
      }).server('GET', 'mlops/server')
  ],
  [
    'a server that answers with an error',
    () =>
      new GatewayClient({
        serverSettings: {
          ...settings,
          fetch: () => Promise.resolve(new Response('', { status: 502 }))
        },
        trans: SHOUTED
      }).server('GET', 'mlops/server')
  ],
  [
    'a promotion without a plan',
    () => new PromotionModel(connectable().gateway, 'promotion-1', SHOUTED).confirm()
  ]
])('tells of %s in the language of the user', async (_, work) => {
  const error: unknown = await work().then(
    () => null,
    reason => reason
  );
  const message = error instanceof Error ? error.message : '';
  expect(message).toMatch(/[A-Z]/);
  expect(message.replace('run-1/a.ipynb', '')).not.toMatch(/[a-z]/);
});

it('names the place of environments in the language of the user', () => {
  render(
    <TranslationProvider value={SHOUTED}>
      <EnvironmentsSection
        environments={[story.environment('dev', 4)]}
        promotions={[]}
        error={null}
        isLoading={false}
        isCurrent
        lacking={false}
        canPromote
        act={jest.fn()}
      />
    </TranslationProvider>
  );
  expect(screen.getByText('ON THIS COMPUTER')).toBeTruthy();
});

it('names a cluster and what keeps anybody from it in the language of the user', () => {
  const { details } = cluster.changedIdentity().problem ?? {};
  render(
    <TranslationProvider value={SHOUTED}>
      <ClusterPlace
        cluster={cluster.expiredSession()}
        isOpen
        controls="details"
        onToggle={jest.fn()}
      />
      <ClusterNote
        problem={{ code: 'cluster-identity-changed', message: 'X', details }}
        act={jest.fn()}
      />
      <RunPlace isConnected engines={null} onEngine={jest.fn()} />
    </TranslationProvider>
  );
  const words = screen
    .getAllByRole('button')
    .map(({ textContent }) => textContent ?? '')
    .concat(screen.getByText('ON THIS COMPUTER').textContent ?? '')
    .map(text => text.replace('bob', ''));
  expect(words.join(' ')).toMatch(/NO ACCESS TO THE CLUSTER.*ACT AS.*CHECK AGAIN/);
  expect(words.join(' ')).not.toMatch(/[a-z]/);
});
