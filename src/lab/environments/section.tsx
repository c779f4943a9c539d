import * as React from 'react';

import type { Endpoint, Environment, Release } from '../../contract/environment';
import type { ApiError } from '../../contract/error';
import type { Promotion } from '../../contract/promotion';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { Digest } from '../elements/digest';
import { exactTime } from '../elements/format';
import type { IFreshness } from '../elements/freshness';
import { environmentIcon, promoteIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { Empty, Section } from '../elements/section';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { healthState, isPromotionOver, rateText, syncText } from './environment-text';
import { PromotionRow } from './promotion-row';
import { isHere, onTarget, podsText, targetText } from './target-text';

export interface IEnvironmentsSectionProps extends IFreshness {
  environments: readonly Environment[];
  promotions: readonly Promotion[];
  error: ApiError | null;
  isLoading: boolean;
  isCurrent: boolean;
  /** Whether there is a version that could be promoted. */
  canPromote: boolean;
  act: Act;
}

/** What is released where, how it is doing, and what waits. */
export function EnvironmentsSection(
  props: IEnvironmentsSectionProps
): React.ReactElement {
  const trans = useTrans();
  const { environments, promotions, act } = props;
  const isUsed = environments.some(({ releases }) => releases.length > 0);
  const [first] = environments;
  const open = promotions.filter(promotion => !isPromotionOver(promotion));
  return (
    <Section
      title={trans.__('Environments')}
      remark={props.remark ?? (isUsed ? placesOf(environments, trans) : undefined)}
      lacking={props.lacking}
    >
      {props.error && <ErrorNote error={props.error} />}
      {!isUsed && !props.error && !props.isLoading && (
        <Empty text={emptyText(environments, trans)}>
          <Button
            icon={promoteIcon}
            label={
              first
                ? trans.__('Promote a version to %1…', first.name)
                : trans.__('Promote a version…')
            }
            disabled={!props.canPromote}
            title={
              props.canPromote
                ? undefined
                : trans.__('Register the model of a finished run first.')
            }
            onClick={() => act(CommandIDs.promote)}
          />
        </Empty>
      )}
      {isUsed && (
        <ul className="jp-mlops-List" aria-label={trans.__('Environments')}>
          {environments.flatMap(environment =>
            environment.releases.length === 0 ? (
              <li key={environment.name}>
                <EmptyRow environment={environment} act={act} />
              </li>
            ) : (
              environment.releases.map(release => (
                <li key={`${environment.name} ${release.model}`}>
                  <ReleaseRow
                    environment={environment}
                    release={release}
                    isCurrent={props.isCurrent}
                    act={act}
                  />
                </li>
              ))
            )
          )}
        </ul>
      )}
      {open.map(promotion => (
        <PromotionRow key={promotion.id} promotion={promotion} act={act} />
      ))}
    </Section>
  );
}

function placesOf(
  environments: readonly Environment[],
  trans: ReturnType<typeof useTrans>
): string {
  return [...new Set(environments.map(({ target }) => target))]
    .map(target => onTarget(target, trans))
    .join(', ');
}

function emptyText(
  environments: readonly Environment[],
  trans: ReturnType<typeof useTrans>
): string {
  return environments.every(({ target }) => isHere(target))
    ? trans.__(
        'What is deployed in dev and prod, from Git, both on this computer. The first promotion fills them.'
      )
    : trans.__(
        'What is deployed, from Git: %1. The first promotion fills them.',
        environments
          .map(({ name, target }) => `${name} ${onTarget(target, trans)}`)
          .join(', ')
      );
}

function EmptyRow(props: { environment: Environment; act: Act }): React.ReactElement {
  const trans = useTrans();
  const { environment, act } = props;
  return (
    <div className="jp-mlops-Row">
      <button
        type="button"
        className="jp-mlops-Row-main"
        onClick={() => act(CommandIDs.openEnvironments)}
      >
        <environmentIcon.react
          tag="span"
          className="jp-mlops-Icon"
          aria-hidden="true"
        />
        <strong>{environment.name}</strong>
        <span className="jp-mlops-Row-right jp-mlops-Small">
          {trans.__('nothing released')}
        </span>
      </button>
    </div>
  );
}

function ReleaseRow(props: {
  environment: Environment;
  release: Release;
  isCurrent: boolean;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { environment, release, isCurrent, act } = props;
  const endpoint = environment.endpoints.find(({ model }) => model === release.model);
  const health = healthState(
    isCurrent ? (endpoint?.health ?? 'unknown') : 'unknown',
    trans
  );
  return (
    <div className="jp-mlops-Row">
      <button
        type="button"
        className="jp-mlops-Row-main"
        title={trans.__(
          '%1 v%2 in %3 on %4, released %5 by %6',
          release.model,
          release.version,
          environment.name,
          targetText(environment.target, trans),
          exactTime(release.at),
          release.actor.name
        )}
        onClick={() => act(CommandIDs.openEnvironments)}
      >
        <environmentIcon.react
          tag="span"
          className="jp-mlops-Icon"
          aria-hidden="true"
        />
        <span className="jp-mlops-Row-text">
          <span className="jp-mlops-Row-line">
            <strong>{environment.name}</strong>
            <span className="jp-mlops-Cut">
              {`${release.model} v${release.version}`}
            </span>
            <span className="jp-mlops-Row-right">
              <State {...health} title={endpoint?.error?.message} />
            </span>
          </span>
          <span className="jp-mlops-Small jp-mlops-Cut">
            <Digest value={release.revision} />
            {isCurrent && endpoint && ` · ${detail(endpoint, release, trans)}`}
          </span>
        </span>
      </button>
    </div>
  );
}

function detail(
  endpoint: Endpoint,
  release: Release,
  trans: ReturnType<typeof useTrans>
): string {
  const behind =
    endpoint.version !== null && endpoint.version !== release.version
      ? trans.__('v%1 still answers', endpoint.version)
      : syncText(endpoint, trans);
  const pods = podsText(endpoint, trans);
  return [behind, pods, rateText(endpoint.requestsPerMinute, trans)]
    .filter(Boolean)
    .join(' · ');
}
