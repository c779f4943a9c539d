import * as React from 'react';

import type { Check, PromotionPlan } from '../../contract/promotion';
import { Button } from '../elements/button';
import { withShortDigests } from '../elements/digest';
import { figure, withLocalTimes } from '../elements/format';
import { copyIcon } from '../elements/icons';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { metricLabel } from '../models/version-text';
import { checkKind } from './environment-text';

/** The metrics of both versions, as each was registered. */
export function MetricTable({
  plan
}: {
  plan: PromotionPlan;
}): React.ReactElement | null {
  const trans = useTrans();
  if (plan.metrics.length === 0) {
    return null;
  }
  const before = plan.replaces;
  return (
    <section
      className="jp-mlops-Block jp-mlops-Promotion-metrics"
      aria-label={trans.__('Metrics')}
    >
      <h2>{trans.__('Metrics')}</h2>
      <table className="jp-mlops-Table">
        <thead>
          <tr>
            <th>{trans.__('Metric')}</th>
            {before && (
              <th className="jp-mlops-Number">
                {trans.__('v%1 in %2', before.version, plan.environment)}
              </th>
            )}
            <th className="jp-mlops-Number">{`v${plan.version}`}</th>
            {before && <th className="jp-mlops-Number">{trans.__('Change')}</th>}
          </tr>
        </thead>
        <tbody>
          {plan.metrics.map(metric => (
            <tr key={metric.name}>
              <td>{metricLabel(metric.name)}</td>
              {before && <td className="jp-mlops-Number">{shown(metric.before)}</td>}
              <td className="jp-mlops-Number">
                <strong>{shown(metric.after)}</strong>
              </td>
              {before && <td className="jp-mlops-Number">{change(metric)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {before && (
        <p className="jp-mlops-Small">
          {trans.__(
            'Each version on its own hold-out rows: where these differ, the two numbers are not comparable.'
          )}
        </p>
      )}
    </section>
  );
}

function shown(value: number | null): string {
  return value === null ? '' : figure(value);
}

function change({ before, after }: PromotionPlan['metrics'][number]): string {
  if (before === null || after === null) {
    return '';
  }
  const difference = after - before;
  return `${difference > 0 ? '+' : difference < 0 ? '−' : ''}${figure(Math.abs(difference))}`;
}

/** What must hold, each with its evidence; what fails comes first. */
export function CheckList({
  checks
}: {
  checks: readonly Check[];
}): React.ReactElement {
  const trans = useTrans();
  const count = (result: Check['result']): number =>
    checks.filter(check => check.result === result).length;
  const order = { failed: 0, noted: 1, passed: 2 };
  const names = {
    passed: trans.__('Passed'),
    failed: trans.__('Failed'),
    noted: trans.__('To note')
  };
  const summary = [
    count('failed') && trans.__('%1 failed', count('failed')),
    trans.__('%1 passed', count('passed')),
    count('noted') && trans.__('%1 to note', count('noted'))
  ];
  return (
    <section className="jp-mlops-Block" aria-label={trans.__('Checks')}>
      <h2>
        {trans.__('Checks')}{' '}
        <span className="jp-mlops-Quiet">{summary.filter(Boolean).join(', ')}</span>
      </h2>
      <ul className="jp-mlops-Checks">
        {[...checks]
          .sort((one, other) => order[one.result] - order[other.result])
          .map(check => (
            <li key={check.code}>
              <span className="jp-mlops-Row-line">
                <State kind={checkKind(check)} label={names[check.result]} iconOnly />
                <strong>{check.title}</strong>
                <span className="jp-mlops-Row-right">{names[check.result]}</span>
              </span>
              <p title={check.summary}>{withShortDigests(check.summary)}</p>
              {check.evidence && <Evidence text={check.evidence} />}
            </li>
          ))}
      </ul>
    </section>
  );
}

/** A sentence; or a file, such as a manifest to have made, which is shown and can be copied. */
function Evidence({ text }: { text: string }): React.ReactElement {
  const trans = useTrans();
  return text.includes('\n') ? (
    <div className="jp-mlops-Checks-file">
      <pre tabIndex={0}>{text}</pre>
      <Button
        kind="flat"
        icon={copyIcon}
        label={trans.__('Copy')}
        onClick={() => void navigator.clipboard.writeText(text)}
      />
    </div>
  ) : (
    <p title={text}>{withLocalTimes(withShortDigests(text))}</p>
  );
}

/** What follows the confirmation, in order. */
export function NextSteps(props: {
  steps: readonly string[];
  /** Whether the plan was confirmed already: then its reader is not the one who confirms. */
  isConfirmed: boolean;
}): React.ReactElement {
  const trans = useTrans();
  const title = props.isConfirmed
    ? trans.__('After the confirmation')
    : trans.__('After you confirm');
  return (
    <section className="jp-mlops-Block jp-mlops-Promotion-next" aria-label={title}>
      <h2>{title}</h2>
      <ol className="jp-mlops-Next">
        {props.steps.map(step => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </section>
  );
}
