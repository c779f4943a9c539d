import * as React from 'react';

import type { Endpoint, Environment, Release } from '../../contract/environment';
import type { Monitor } from '../../contract/monitor';
import type { Promotion } from '../../contract/promotion';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button, Link } from '../elements/button';
import { Digest } from '../elements/digest';
import { exactTime, figure, percent, shortTime } from '../elements/format';
import {
  copyIcon,
  environmentIcon,
  externalIcon,
  playIcon,
  promoteIcon,
  revertIcon
} from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { monitorState } from '../monitoring/monitor-text';
import { healthState, rateText, syncText } from './environment-text';
import { previousVersion } from './previous-release';
import { onTarget, podsText } from './target-text';

export interface IEnvironmentCardProps {
  environment: Environment;
  release: Release | null;
  monitor: Monitor | undefined;
  promotions: readonly Promotion[];
  /** Absolute address of a path below the server's base URL. */
  address(path: string): string;
  act: Act;
}

/** One model in one environment: the same rows in every card, so that cards can be compared. */
export function EnvironmentCard(props: IEnvironmentCardProps): React.ReactElement {
  const trans = useTrans();
  const { environment, release } = props;
  const endpoint = environment.endpoints.find(({ model }) => model === release?.model);
  return (
    <section className="jp-mlops-Card" aria-label={environment.name}>
      <header>
        <environmentIcon.react
          tag="span"
          className="jp-mlops-Icon"
          aria-hidden="true"
        />
        <h2>{environment.name}</h2>
        <span className="jp-mlops-Quiet">{ruleText(environment, trans)}</span>
      </header>
      {release ? (
        <ReleaseRows {...props} release={release} endpoint={endpoint} />
      ) : (
        <p className="jp-mlops-Empty">{trans.__('Nothing is released here yet.')}</p>
      )}
      {endpoint?.error && <ErrorNote error={endpoint.error} />}
      {release ? (
        <Foot {...props} release={release} endpoint={endpoint} />
      ) : (
        <footer className="jp-mlops-Actions">
          <PromoteHere {...props} />
        </footer>
      )}
    </section>
  );
}

function ruleText(
  { target, rules }: Environment,
  trans: ReturnType<typeof useTrans>
): string {
  const parts = [
    onTarget(target, trans),
    rules.after && trans.__('after %1', rules.after),
    rules.approvals > 0 &&
      trans._n('needs %1 approval', 'needs %1 approvals', rules.approvals)
  ];
  return parts.filter(Boolean).join(' · ');
}

type IFilledProps = IEnvironmentCardProps & {
  release: Release;
  endpoint: Endpoint | undefined;
};

function ReleaseRows(props: IFilledProps): React.ReactElement {
  const trans = useTrans();
  const { environment, release, endpoint, monitor, act } = props;
  const health = healthState(endpoint?.health ?? 'unknown', trans);
  const pods = endpoint && podsText(endpoint, trans);
  return (
    <dl>
      <dt>{trans.__('Release')}</dt>
      <dd>
        <strong>{`${release.model} v${release.version}`}</strong>{' '}
        <Digest value={release.digest} />
        {release.app && (
          <span className="jp-mlops-Quiet"> {trans.__('with its app')}</span>
        )}
      </dd>
      <dt>{trans.__('Revision')}</dt>
      <dd title={exactTime(release.at)}>
        <Digest value={release.revision} />{' '}
        <span className="jp-mlops-Quiet">
          {trans.__('%1 by %2', shortTime(release.at), release.actor.name)}
        </span>{' '}
        <Link
          label={trans.__('Git diff')}
          title={trans.__('What this release changed in Git, and its checks')}
          onClick={() =>
            act(CommandIDs.openPromotion, { promotion: release.promotion })
          }
        />
      </dd>
      <dt>{trans.__('Git')}</dt>
      <dd>
        {endpoint ? (
          <State
            kind={endpoint.synced ? 'passed' : 'warning'}
            label={syncText(endpoint, trans)}
          />
        ) : (
          <State kind="nothing" label={trans.__('Unknown')} />
        )}
      </dd>
      <dt>{trans.__('Health')}</dt>
      <dd>
        <State {...health} /> {pods && <span className="jp-mlops-Quiet">{pods}</span>}{' '}
        {endpoint &&
          endpoint.version !== null &&
          endpoint.version !== release.version && (
            <span className="jp-mlops-Quiet">
              {trans.__(
                'v%1 answers until v%2 is ready',
                endpoint.version,
                release.version
              )}
            </span>
          )}
      </dd>
      <dt>{trans.__('Endpoint')}</dt>
      <dd>{endpoint && <EndpointAddress {...props} endpoint={endpoint} />}</dd>
      <dt>{trans.__('Traffic')}</dt>
      <dd>{endpoint ? trafficText(endpoint, trans) : ''}</dd>
      <dt>{trans.__('Monitoring')}</dt>
      <dd>
        {monitor && <State {...monitorState(monitor, trans)} />}{' '}
        <Link
          label={trans.__('Report')}
          onClick={() =>
            act(CommandIDs.openDriftReport, {
              environment: environment.name,
              model: release.model
            })
          }
        />
      </dd>
    </dl>
  );
}

function EndpointAddress(
  props: IFilledProps & { endpoint: Endpoint }
): React.ReactElement {
  const trans = useTrans();
  const { endpoint, address, act, environment, release } = props;
  const url = address(endpoint.path);
  return (
    <>
      <code className="jp-mlops-Card-address">{endpoint.address ?? url}</code>
      <span className="jp-mlops-Card-copy">
        <Button
          kind="flat"
          icon={copyIcon}
          label={trans.__('Copy address')}
          title={endpoint.address ?? url}
          onClick={() => void navigator.clipboard.writeText(endpoint.address ?? url)}
        />
        {endpoint.address && (
          <Button
            kind="flat"
            icon={copyIcon}
            label={trans.__('Copy token')}
            title={trans.__(
              'Copy the token of %1 for programs outside the browser',
              endpoint.address
            )}
            onClick={() =>
              act(CommandIDs.copyToken, {
                environment: environment.name,
                model: release.model
              })
            }
          />
        )}
      </span>
    </>
  );
}

function trafficText(endpoint: Endpoint, trans: ReturnType<typeof useTrans>): string {
  const parts = [
    rateText(endpoint.requestsPerMinute, trans),
    endpoint.p95Milliseconds !== null &&
      trans.__('p95 %1 ms', figure(endpoint.p95Milliseconds)),
    endpoint.requestsPerMinute > 0 &&
      (endpoint.errorRate > 0
        ? trans.__('%1 errors', percent(endpoint.errorRate))
        : trans.__('no errors'))
  ];
  return parts.filter(Boolean).join(', ');
}

function Foot(props: IFilledProps): React.ReactElement {
  const trans = useTrans();
  const { environment, release, endpoint, act } = props;
  const where = { environment: environment.name, model: release.model };
  const back = previousVersion(release, environment.name, props.promotions);
  return (
    <footer className="jp-mlops-Actions">
      <Button
        icon={playIcon}
        label={trans.__('Try a request')}
        disabled={!endpoint || endpoint.version === null}
        onClick={() => act(CommandIDs.tryRequest, where)}
      />
      {endpoint?.app && (
        <Button
          icon={externalIcon}
          label={trans.__('Open app')}
          onClick={() => act(CommandIDs.openApp, where)}
        />
      )}
      <span className="jp-mlops-View-actions">
        <PromoteHere {...props} />
        {back !== null && (
          <Button
            icon={revertIcon}
            label={
              back === undefined
                ? trans.__('Revert…')
                : trans.__('Revert to v%1…', back)
            }
            onClick={() => act(CommandIDs.revert, where)}
          />
        )}
      </span>
    </footer>
  );
}

/** The newest version of the model that can be promoted: its plan is shown first. */
function PromoteHere(props: IEnvironmentCardProps): React.ReactElement {
  const trans = useTrans();
  const { environment, release, act } = props;
  return (
    <Button
      icon={promoteIcon}
      label={trans.__('Promote here…')}
      title={trans.__(
        'Show what promoting the newest version to %1 would change',
        environment.name
      )}
      onClick={() =>
        act(CommandIDs.promote, {
          environment: environment.name,
          ...(release ? { model: release.model } : {})
        })
      }
    />
  );
}
