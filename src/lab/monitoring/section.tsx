import * as React from 'react';

import type { ApiError } from '../../contract/error';
import type { Alert, Monitor } from '../../contract/monitor';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import type { IFreshness } from '../elements/freshness';
import { environmentIcon, retrainIcon, silenceIcon } from '../elements/icons';
import { ErrorNote } from '../elements/problem-note';
import { Empty, Section } from '../elements/section';
import { Sparkline } from '../elements/sparkline';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import {
  alertKind,
  alertSince,
  alertTitle,
  monitorState,
  watchedName
} from './monitor-text';

export interface IMonitoringSectionProps extends IFreshness {
  monitors: readonly Monitor[];
  alerts: readonly Alert[];
  error: ApiError | null;
  isLoading: boolean;
  act: Act;
}

/** Alerts by severity, then every monitor without one. */
export function MonitoringSection(props: IMonitoringSectionProps): React.ReactElement {
  const trans = useTrans();
  const { monitors, act } = props;
  const alerts = props.alerts.filter(({ state }) => state !== 'resolved');
  const quiet = monitors.filter(
    ({ environment, model }) =>
      !alerts.some(alert => alert.environment === environment && alert.model === model)
  );
  const isEmpty = monitors.length === 0 && alerts.length === 0;
  return (
    <Section
      title={trans.__('Monitoring')}
      remark={props.remark ?? summary(alerts, monitors, trans)}
      lacking={props.lacking}
    >
      {props.error && <ErrorNote error={props.error} />}
      {isEmpty && !props.error && !props.isLoading && (
        <Empty
          text={trans.__(
            'Alerts about models in use. Nothing is watched yet: monitoring begins with the first release.'
          )}
        >
          <Button
            icon={environmentIcon}
            label={trans.__('Open environments')}
            onClick={() => act(CommandIDs.openEnvironments)}
          />
        </Empty>
      )}
      <ul className="jp-mlops-List" aria-label={trans.__('Alerts and monitors')}>
        {alerts.map(alert => (
          <li key={alert.id}>
            <AlertRow
              alert={alert}
              monitor={monitors.find(
                ({ environment, model }) =>
                  environment === alert.environment && model === alert.model
              )}
              act={act}
            />
          </li>
        ))}
        {quiet.map(monitor => (
          <li key={`${monitor.environment} ${monitor.model}`}>
            <MonitorRow monitor={monitor} act={act} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function summary(
  alerts: readonly Alert[],
  monitors: readonly Monitor[],
  trans: ReturnType<typeof useTrans>
): string | undefined {
  const count = (state: Alert['state']): number =>
    alerts.filter(alert => alert.state === state).length;
  const silent = monitors.filter(({ state }) => state === 'no-data').length;
  const parts = [
    count('firing') && trans.__('%1 firing', count('firing')),
    count('pending') && trans.__('%1 pending', count('pending')),
    silent && trans.__('%1 no data', silent)
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function AlertRow(props: {
  alert: Alert;
  monitor: Monitor | undefined;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { alert, monitor, act } = props;
  const title = alertTitle(alert, trans);
  const since = alertSince(alert, trans);
  const where = { environment: alert.environment, model: alert.model };
  const detail = [since, alert.features.join(', ')].filter(Boolean).join(' · ');
  return (
    <div className="jp-mlops-Row">
      <button
        type="button"
        className="jp-mlops-Row-main"
        title={`${alert.summary} ${detail}`}
        onClick={() => act(CommandIDs.openDriftReport, where)}
      >
        <State kind={alertKind(alert)} label={since} iconOnly />
        <span className="jp-mlops-Row-text">
          <strong className="jp-mlops-Cut">{title}</strong>
          <span className="jp-mlops-Row-line">
            <span className="jp-mlops-Small jp-mlops-Cut">{detail}</span>
            {monitor && <EffectSparkline monitor={monitor} />}
          </span>
        </span>
      </button>
      <Button
        kind="flat"
        iconOnly
        icon={retrainIcon}
        label={trans.__('Retrain %1', alert.model)}
        onClick={() => act(CommandIDs.retrain, { ...where, alert: alert.id })}
      />
      {alert.state !== 'silenced' && (
        <Button
          kind="flat"
          iconOnly
          icon={silenceIcon}
          label={trans.__('Silence "%1"', title)}
          onClick={() => act(CommandIDs.silenceAlert, { alert: alert.id })}
        />
      )}
    </div>
  );
}

function MonitorRow(props: { monitor: Monitor; act: Act }): React.ReactElement {
  const trans = useTrans();
  const { monitor, act } = props;
  const state = monitorState(monitor, trans);
  return (
    <div className="jp-mlops-Row">
      <button
        type="button"
        className="jp-mlops-Row-main"
        title={trans.__('%1 v%2: %3', monitor.model, monitor.version, monitor.detail)}
        onClick={() =>
          act(CommandIDs.openDriftReport, {
            environment: monitor.environment,
            model: monitor.model
          })
        }
      >
        <State {...state} iconOnly />
        <span className="jp-mlops-Row-text">
          <strong className="jp-mlops-Cut">{watchedName(monitor)}</strong>
          <span className="jp-mlops-Row-line">
            <span className="jp-mlops-Small jp-mlops-Cut">{state.label}</span>
            <EffectSparkline monitor={monitor} />
          </span>
        </span>
      </button>
    </div>
  );
}

function EffectSparkline({ monitor }: { monitor: Monitor }): React.ReactElement | null {
  const trans = useTrans();
  return monitor.sparkline.length > 0 ? (
    <span className="jp-mlops-Row-right">
      <Sparkline
        values={monitor.sparkline}
        threshold={1}
        label={trans.__('Largest effect of each window, over its floor')}
      />
    </span>
  ) : null;
}
