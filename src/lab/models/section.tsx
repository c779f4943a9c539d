import * as React from 'react';

import type { ApiError } from '../../contract/error';
import type { Registration } from '../../contract/event';
import type { Model, ModelVersion } from '../../contract/model';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { exactTime, figure } from '../elements/format';
import type { IFreshness } from '../elements/freshness';
import {
  modelIcon,
  promoteIcon,
  registerIcon,
  retryIcon,
  stopIcon
} from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { Progress } from '../elements/progress';
import { Empty, Section } from '../elements/section';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { repetitionOf } from './repetition';
import {
  metricLabel,
  metricNames,
  registrationShare,
  registrationText,
  versionState
} from './version-text';

export interface IModelsSectionProps extends IFreshness {
  models: readonly Model[];
  registrations: readonly Registration[];
  error: ApiError | null;
  isLoading: boolean;
  isCurrent: boolean;
  canRegister: boolean;
  onDismiss(registration: string): void;
  act: Act;
}

/** Models with their versions: metric, where they are released. */
export function ModelsSection(props: IModelsSectionProps): React.ReactElement {
  const trans = useTrans();
  const { models, registrations, act } = props;
  const isEmpty = models.length === 0 && registrations.length === 0;
  return (
    <Section
      title={trans.__('Models')}
      remark={
        props.remark ??
        (models.length > 0
          ? trans._n('%1 model', '%1 models', models.length)
          : undefined)
      }
      lacking={props.lacking}
    >
      {props.error && <ErrorNote error={props.error} />}
      {isEmpty && !props.error && !props.isLoading && (
        <Empty
          text={trans.__(
            'Versions that you register from a finished run, with their metrics and where they run.'
          )}
        >
          <Button
            icon={registerIcon}
            label={trans.__('Register a model')}
            disabled={!props.canRegister}
            title={props.canRegister ? undefined : trans.__('No run has finished yet.')}
            onClick={() => act(CommandIDs.registerModel)}
          />
        </Empty>
      )}
      {registrations.map(registration => (
        <RegistrationRow
          key={registration.id}
          registration={registration}
          act={act}
          onDismiss={props.onDismiss}
        />
      ))}
      {models.map(model => (
        <ModelRows
          key={model.name}
          model={model}
          isCurrent={props.isCurrent}
          act={act}
        />
      ))}
    </Section>
  );
}

function RegistrationRow(props: {
  registration: Registration;
  onDismiss(registration: string): void;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { registration, act, onDismiss } = props;
  if (registration.error) {
    const again = repetitionOf(registration);
    return (
      <ErrorNote
        error={registration.error}
        actions={
          <>
            {again && (
              <Button
                icon={retryIcon}
                label={trans.__('Try again')}
                onClick={() => {
                  onDismiss(registration.id);
                  act(...again);
                }}
              />
            )}
            <Button
              kind="flat"
              label={trans.__('Dismiss')}
              onClick={() => onDismiss(registration.id)}
            />
          </>
        }
      />
    );
  }
  const text = registrationText(registration, trans);
  return (
    <div className="jp-mlops-Row" role="status">
      <div className="jp-mlops-Row-main">
        <State kind="running" label={text} iconOnly />
        <span className="jp-mlops-Row-text">
          <strong className="jp-mlops-Cut">{registration.model}</strong>
          <span
            className="jp-mlops-Small jp-mlops-Cut"
            title={registration.detail || text}
          >
            {registration.detail || text}
          </span>
          <Progress share={registrationShare(registration)} label={text} />
        </span>
      </div>
      <Button
        kind="flat"
        iconOnly
        icon={stopIcon}
        label={trans.__('Cancel the registration of %1', registration.model)}
        onClick={() =>
          act(CommandIDs.cancelRegistration, { registration: registration.id })
        }
      />
    </div>
  );
}

/** Shown at once below each model. */
const SHOWN = 4;

function ModelRows(props: {
  model: Model;
  isCurrent: boolean;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { model, act } = props;
  const [metric] = metricNames(model);
  const versions = model.versions.slice(0, SHOWN);
  return (
    <>
      <div className="jp-mlops-Row">
        <button
          type="button"
          className="jp-mlops-Row-main"
          onClick={() => act(CommandIDs.openModel, { model: model.name })}
        >
          <modelIcon.react tag="span" className="jp-mlops-Icon" aria-hidden="true" />
          <strong className="jp-mlops-Cut" title={model.name}>
            {model.name}
          </strong>
          {metric && (
            <span className="jp-mlops-Row-right jp-mlops-Small">
              {metricLabel(metric)}
            </span>
          )}
        </button>
      </div>
      <ul className="jp-mlops-List" aria-label={trans.__('Versions of %1', model.name)}>
        {versions.map(version => (
          <li key={version.version} className="jp-mlops-Row jp-mlops-mod-nested">
            <VersionRow version={version} metric={metric} {...props} />
          </li>
        ))}
      </ul>
      {model.versions.length > SHOWN && (
        <div className="jp-mlops-Actions jp-mlops-mod-nested">
          <Button
            kind="flat"
            label={trans.__('All %1 versions', model.versions.length)}
            onClick={() => act(CommandIDs.openModel, { model: model.name })}
          />
        </div>
      )}
    </>
  );
}

function VersionRow(props: {
  version: ModelVersion;
  metric: string | undefined;
  isCurrent: boolean;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { version, metric, act } = props;
  const state = versionState(version, trans);
  const value = metric === undefined ? undefined : version.metrics[metric];
  return (
    <>
      <button
        type="button"
        className="jp-mlops-Row-main"
        title={trans.__(
          'Registered %1 by %2',
          exactTime(version.createdAt),
          version.actor.name
        )}
        onClick={() => act(CommandIDs.openModel, { model: version.model })}
      >
        <strong>{`v${version.version}`}</strong>
        {version.environments.map(environment => (
          <span key={environment} className="jp-mlops-Tag">
            {environment}
          </span>
        ))}
        {state && <State {...state} />}
        {value !== undefined && (
          <span className="jp-mlops-Row-right jp-mlops-Number">{figure(value)}</span>
        )}
      </button>
      <Button
        kind="flat"
        iconOnly
        icon={promoteIcon}
        label={trans.__('Promote %1 v%2', version.model, version.version)}
        disabled={version.state !== 'ready' || !props.isCurrent}
        onClick={() =>
          act(CommandIDs.promote, { model: version.model, version: version.version })
        }
      />
    </>
  );
}
