import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { DriftReport } from '../../contract/monitor';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { Digest } from '../elements/digest';
import { Facts } from '../elements/facts';
import { exactTime, figure, percent, shortDay, shortTime } from '../elements/format';
import { retryIcon, silenceIcon } from '../elements/icons';
import { ModelWidget } from '../elements/model-widget';
import { ErrorNote } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import type { DriftReportModel } from './drift-report-model';
import { EffectTimeline } from './effect-timeline';
import { FeatureTable } from './feature-table';
import { alertKind, alertSince } from './monitor-text';
import { RetrainColumn } from './retrain-column';

/** The main-area view of a model's drift in one environment. */
export class DriftReportView extends ModelWidget<DriftReportModel> {
  constructor(model: DriftReportModel, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
    this.addClass('jp-mlops-DriftView');
  }

  override dispose(): void {
    const { model } = this;
    super.dispose();
    model?.dispose();
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    if (model.report) {
      return <Report report={model.report} model={model} act={this._act} />;
    }
    return model.error ? (
      <ErrorNote
        error={model.error}
        actions={
          <Button
            icon={retryIcon}
            label={this.trans.__('Try again')}
            onClick={() => void model.refresh()}
          />
        }
      />
    ) : (
      <p className="jp-mlops-Empty">{this.trans.__('Loading…')}</p>
    );
  }

  private readonly _act: Act;
}

interface IReportProps {
  report: DriftReport;
  model: DriftReportModel;
  act: Act;
}

function Report({ report, model, act }: IReportProps): React.ReactElement {
  const trans = useTrans();
  return (
    <>
      <ReportHead report={report} act={act} />
      <div className="jp-mlops-View-columns">
        <div className="jp-mlops-View-pane">
          {report.features.length > 0 && <FeatureTable features={report.features} />}
          <section className="jp-mlops-Block" aria-label={trans.__('Effect over time')}>
            <h2>
              {trans.__('Effect over time')}{' '}
              <span className="jp-mlops-Quiet">
                {trans.__('effect ÷ floor, one point per window')}
              </span>
            </h2>
            <EffectTimeline report={report} />
          </section>
          <Service report={report} />
        </div>
        <div className="jp-mlops-View-pane jp-mlops-View-side">
          <RetrainColumn
            environment={report.environment}
            model={report.model}
            alert={report.alert?.id ?? null}
            retraining={model.retraining}
            nextStep={model.nextStep}
            promoteTo={model.promoteTo}
            act={act}
          />
        </div>
      </div>
    </>
  );
}

function ReportHead(props: { report: DriftReport; act: Act }): React.ReactElement {
  const trans = useTrans();
  const { report, act } = props;
  const { alert, window, baseline } = report;
  return (
    <header className="jp-mlops-View-head">
      <div className="jp-mlops-View-title">
        <h1>
          {trans.__(
            'Drift report: %1 v%2 in %3',
            report.model,
            report.version,
            report.environment
          )}
        </h1>
        <span role="status">
          {alert ? (
            <State kind={alertKind(alert)} label={alertSince(alert, trans)} />
          ) : (
            <WindowState report={report} />
          )}
        </span>
        <span className="jp-mlops-View-actions">
          {alert && alert.state !== 'resolved' && (
            <Button
              icon={silenceIcon}
              label={trans.__('Silence…')}
              onClick={() => act(CommandIDs.silenceAlert, { alert: alert.id })}
            />
          )}
        </span>
      </div>
      <p className="jp-mlops-View-summary">{report.summary}</p>
      <Facts
        facts={[
          [
            trans.__('Window'),
            window
              ? trans.__(
                  '%1–%2, %3 rows',
                  shortDay(window.from),
                  shortDay(window.to),
                  window.rows.toLocaleString()
                )
              : trans.__('none yet')
          ],
          [
            trans.__('Baseline'),
            <span key="baseline">
              {baseline.from && baseline.to
                ? trans.__(
                    '%1–%2, %3 rows',
                    shortDay(baseline.from),
                    shortDay(baseline.to),
                    baseline.rows.toLocaleString()
                  )
                : trans.__('%1 training rows', baseline.rows.toLocaleString())}{' '}
              <Digest value={baseline.digest} />
            </span>
          ],
          [trans.__('Rule'), report.rule],
          report.checkedAt
            ? [
                trans.__('Checked'),
                <span key="checked" title={exactTime(report.checkedAt)}>
                  {shortTime(report.checkedAt)}
                </span>
              ]
            : null
        ]}
      />
    </header>
  );
}

function WindowState({ report }: { report: DriftReport }): React.ReactElement {
  const trans = useTrans();
  const state = report.window?.state ?? 'no-data';
  const states = {
    drift: { kind: 'warning', label: trans.__('Drift') },
    'no-drift': { kind: 'passed', label: trans.__('No drift found') },
    'no-data': { kind: 'nothing', label: trans.__('No data') }
  } as const;
  return <State {...states[state]} />;
}

/** How the endpoint does beside the drift, and how good the answers were where labels came. */
function Service({ report }: { report: DriftReport }): React.ReactElement {
  const trans = useTrans();
  const { service, performance } = report;
  const errorShare = service.requests === 0 ? 0 : service.errors / service.requests;
  return (
    <section className="jp-mlops-Block" aria-label={trans.__('Service')}>
      <h2>{trans.__('Service and labels')}</h2>
      <Facts
        facts={[
          [trans.__('Requests'), service.requests.toLocaleString()],
          [
            trans.__('Errors'),
            trans.__('%1 (%2)', service.errors.toLocaleString(), percent(errorShare))
          ],
          service.p95Milliseconds === null
            ? null
            : [trans.__('p95'), trans.__('%1 ms', figure(service.p95Milliseconds))],
          performance
            ? [
                trans.__('%1 of labelled rows', performance.metric),
                trans.__(
                  '%1 over %2 rows%3',
                  figure(performance.value),
                  performance.rows.toLocaleString(),
                  performance.registered === null
                    ? ''
                    : trans.__('; %1 when registered', figure(performance.registered))
                )
              ]
            : [trans.__('Labels'), trans.__('none have arrived')]
        ]}
      />
    </section>
  );
}
