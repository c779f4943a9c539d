import { VDomModel } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Environment } from '../../contract/environment';
import type { Promotion } from '../../contract/promotion';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { Digest } from '../elements/digest';
import { exactTime, shortTime } from '../elements/format';
import { retryIcon } from '../elements/icons';
import { ModelWidget } from '../elements/model-widget';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import type { IEnvironments, IMonitoring } from '../tokens';
import { EnvironmentCard } from './environment-card';
import { promotionState } from './environment-text';

/** What the view of all environments shows: it follows the lists of the panel. */
export class EnvironmentsViewModel extends VDomModel {
  constructor(
    readonly environments: IEnvironments,
    readonly monitoring: IMonitoring
  ) {
    super();
    environments.stateChanged.connect(this._onChange, this);
    monitoring.stateChanged.connect(this._onChange, this);
  }

  override dispose(): void {
    this.environments.stateChanged.disconnect(this._onChange, this);
    this.monitoring.stateChanged.disconnect(this._onChange, this);
    super.dispose();
  }

  private _onChange(): void {
    this.stateChanged.emit();
  }
}

/** The main-area view of all environments: cards, promotions. */
export class EnvironmentsView extends ModelWidget<EnvironmentsViewModel> {
  constructor(
    model: EnvironmentsViewModel,
    trans: TranslationBundle,
    act: Act,
    address: (path: string) => string
  ) {
    super(model, trans);
    this._act = act;
    this._address = address;
    this.addClass('jp-mlops-EnvironmentsView');
  }

  protected renderModel(): React.ReactElement {
    return <Body model={this.model} act={this._act} address={this._address} />;
  }

  private readonly _act: Act;
  private readonly _address: (path: string) => string;
}

interface IBodyProps {
  model: EnvironmentsViewModel;
  act: Act;
  address(path: string): string;
}

function Body({ model, act, address }: IBodyProps): React.ReactElement {
  const trans = useTrans();
  const { environments, promotions } = model.environments;
  return (
    <>
      <header className="jp-mlops-View-head">
        <div className="jp-mlops-View-title">
          <h1>{trans.__('Environments')}</h1>
          <span className="jp-mlops-View-actions">
            <Button
              icon={retryIcon}
              label={trans.__('Check now')}
              onClick={() => void model.environments.refresh()}
            />
          </span>
        </div>
      </header>
      <div className="jp-mlops-View-pane">
        <div className="jp-mlops-Cards">
          {environments.flatMap(environment =>
            cardsOf(environment).map(release => (
              <EnvironmentCard
                key={`${environment.name} ${release?.model}`}
                environment={environment}
                release={release}
                monitor={model.monitoring.monitors.find(
                  monitor =>
                    monitor.environment === environment.name &&
                    monitor.model === release?.model
                )}
                promotions={promotions}
                address={address}
                act={act}
              />
            ))
          )}
        </div>
        <section className="jp-mlops-Block" aria-label={trans.__('Promotions')}>
          <h2>{trans.__('Releases: promotions and reverts')}</h2>
          <PromotionTable promotions={promotions} act={act} />
        </section>
      </div>
    </>
  );
}

function cardsOf(environment: Environment): (Environment['releases'][number] | null)[] {
  return environment.releases.length > 0 ? environment.releases : [null];
}

function PromotionTable(props: {
  promotions: readonly Promotion[];
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  if (props.promotions.length === 0) {
    return (
      <p className="jp-mlops-Quiet">
        {trans.__('Each promotion and each revert is listed here with its reason.')}
      </p>
    );
  }
  return (
    <div
      className="jp-mlops-Scroll"
      tabIndex={0}
      role="group"
      aria-label={trans.__('Promotions')}
    >
      <table className="jp-mlops-Table">
        <thead>
          <tr>
            <th>{trans.__('When')}</th>
            <th>{trans.__('Environment')}</th>
            <th>{trans.__('Release')}</th>
            <th>{trans.__('Revision')}</th>
            <th>{trans.__('By')}</th>
            <th>{trans.__('Reason')}</th>
            <th>{trans.__('State')}</th>
            <th>
              <span className="jp-mlops-Hidden">{trans.__('Actions')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.promotions.map(promotion => (
            <PromotionLine key={promotion.id} promotion={promotion} act={props.act} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PromotionLine(props: { promotion: Promotion; act: Act }): React.ReactElement {
  const trans = useTrans();
  const { promotion, act } = props;
  return (
    <tr>
      <td title={exactTime(promotion.createdAt)}>{shortTime(promotion.createdAt)}</td>
      <td>{promotion.environment}</td>
      <td>
        {`${promotion.model} v${promotion.version}`}
        {promotion.kind === 'revert' && ` (${trans.__('revert')})`}
      </td>
      <td>{promotion.revision && <Digest value={promotion.revision} />}</td>
      <td>
        {[promotion.actor, ...promotion.approvals.map(({ actor }) => actor)]
          .map(({ name }) => name)
          .join(', ')}
      </td>
      <td className="jp-mlops-Wrap">{promotion.reason}</td>
      <td>
        <State
          {...promotionState(promotion, trans)}
          title={(promotion.error ?? promotion.trouble)?.message}
        />
      </td>
      <td>
        <Button
          kind={promotion.state === 'waiting' ? 'plain' : 'flat'}
          label={trans.__('Open')}
          title={trans.__('Its diff, its checks and what became of it')}
          onClick={() => act(CommandIDs.openPromotion, { promotion: promotion.id })}
        />
      </td>
    </tr>
  );
}
