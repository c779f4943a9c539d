import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as cluster from '../../__tests__/cluster-story';
import { connectable, disconnectAll } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import type { Environment } from '../../../contract/environment';
import type { Promotion } from '../../../contract/promotion';
import { ConfirmBox } from '../confirm-box';
import { EnvironmentCard } from '../environment-card';
import { PromotionModel } from '../promotion-model';
import { CheckList } from '../promotion-parts';
import { EnvironmentsSection } from '../section';

afterEach(() => {
  cleanup();
  disconnectAll();
});

function showSection(
  environments: Environment[],
  promotions: Promotion[] = []
): jest.Mock {
  const act = jest.fn();
  render(
    <EnvironmentsSection
      environments={environments}
      promotions={promotions}
      error={null}
      isLoading={false}
      isCurrent
      lacking={false}
      canPromote
      act={act}
    />
  );
  return act;
}

async function showPromotion(promotion: Promotion): Promise<void> {
  const { server, gateway, connect } = connectable();
  const plan = story.promotionPlan({ target: cluster.TARGET });
  server.on('getPromotion', promotion);
  server.on('promotionPlan', plan);
  await connect();
  const model = new PromotionModel(gateway, promotion.id, nullTranslator.load('mlops'));
  await model.refresh();
  render(<ConfirmBox model={model} plan={plan} following={null} act={jest.fn()} />);
}

describe('environments on a cluster', () => {
  it('say in the panel where they are, with how many pods', () => {
    showSection([cluster.environment('dev', 4), cluster.environment('prod', 3)]);
    expect(screen.getByText('on dev-cluster')).toBeTruthy();
    expect(screen.getByText(/In sync · 2 of 2 pods · 3 requests\/h/)).toBeTruthy();
    expect(screen.queryByText(/this computer/)).toBeNull();
  });

  it('speak of no pods on this computer', () => {
    showSection([story.environment('dev', 4)]);
    expect(screen.getByText(/In sync · 3 requests\/h/)).toBeTruthy();
    expect(screen.queryByText(/pod/)).toBeNull();
  });

  it('say where they will be while nothing is released', () => {
    showSection([cluster.environment('dev', null), story.environment('prod', null)]);
    expect(
      screen.getByText(/dev on dev-cluster, prod on this computer\. The first/)
    ).toBeTruthy();
  });

  it('show in their card the cluster and the pods that are missing', () => {
    const environment = cluster.environment('prod', 3, { ready: 0, total: 1 });
    render(
      <EnvironmentCard
        environment={environment}
        release={environment.releases[0]}
        monitor={undefined}
        promotions={[]}
        address={path => path}
        act={jest.fn()}
      />
    );
    expect(screen.getByText('on dev-cluster · after dev')).toBeTruthy();
    expect(screen.getByText('0 of 1 pod')).toBeTruthy();
  });
});

describe('a promotion to a cluster', () => {
  it('tells in the panel what goes on and what holds it up, and goes on', () => {
    const act = showSection(
      [cluster.environment('prod', 3)],
      [cluster.deploying({ trouble: cluster.PULL_TROUBLE })]
    );
    expect(screen.getByText('Deploying · by editor')).toBeTruthy();
    expect(
      screen.getByText('Argo CD has applied the commit; 1 of 2 pods is ready.')
    ).toBeTruthy();
    expect(screen.getByText('The image of the pod cannot be pulled.')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Open' }));
    expect(act).toHaveBeenCalledWith('mlops:open-promotion', {
      promotion: 'promotion-1'
    });
  });

  it('tells the same in its view', async () => {
    await showPromotion(cluster.deploying({ trouble: cluster.PULL_TROUBLE }));
    expect(screen.getByText('Deploying')).toBeTruthy();
    expect(screen.getByText(/1 of 2 pods is ready/)).toBeTruthy();
    expect(screen.getByText(/Check the pull secret of ml-team/)).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('leaves what held it up behind when it has ended', async () => {
    await showPromotion(
      cluster.deploying({ state: 'succeeded', trouble: cluster.PULL_TROUBLE })
    );
    expect(screen.queryByText(/1 of 2 pods/)).toBeNull();
    expect(screen.queryByText(/cannot be pulled/)).toBeNull();
  });

  it('does not promise that the cluster changes at once', async () => {
    const { server, gateway, connect } = connectable();
    const plan = story.promotionPlan({ target: cluster.TARGET });
    server.on('planPromotion', plan);
    await connect();
    const { kind, model: name, version, environment } = plan;
    const model = new PromotionModel(
      gateway,
      { kind, model: name, version, environment },
      nullTranslator.load('mlops')
    );
    await model.refresh();
    render(<ConfirmBox model={model} plan={plan} following={null} act={jest.fn()} />);
    expect(
      screen.getByText('prod on dev-cluster changes once the commit is deployed there')
    ).toBeTruthy();
  });

  it('shows the manifest of what is missing, and copies it', () => {
    const writeText = jest.fn().mockResolvedValue(undefined);
    Object.assign(navigator, { clipboard: { writeText } });
    const [check] = story.promotionPlan().checks;
    const manifest = 'kind: Application\nspec:\n  project: default\n';
    render(<CheckList checks={[{ ...check, result: 'failed', evidence: manifest }]} />);
    expect(screen.getByText(/kind: Application/).tagName).toBe('PRE');
    fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
    expect(writeText).toHaveBeenCalledWith(manifest);
  });
});
