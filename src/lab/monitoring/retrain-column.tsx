import * as React from 'react';

import type { Comparison } from '../../contract/model';
import type { Retraining } from '../../contract/monitor';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button, Link } from '../elements/button';
import { figure, percent, shortDay } from '../elements/format';
import { promoteIcon, retrainIcon } from '../elements/icons';
import { ErrorNote, Note } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { basis } from '../models/compare-table';
import { metricLabel } from '../models/version-text';
import type { NextStep } from './drift-report-model';
import { isRetrainingOver, retrainingText } from './monitor-text';

export interface IRetrainColumnProps {
  environment: string;
  model: string;
  alert: string | null;
  retraining: Retraining | null;
  nextStep: NextStep;
  promoteTo: string | null;
  act: Act;
}

/** Retrain → compare → promote: only the next step is primary. */
export function RetrainColumn(props: IRetrainColumnProps): React.ReactElement {
  const { retraining } = props;
  return (
    <div className="jp-mlops-Steps">
      <Retrain {...props} />
      {retraining && <Compare {...props} retraining={retraining} />}
      {retraining && <Promote {...props} retraining={retraining} />}
    </div>
  );
}

function Retrain(props: IRetrainColumnProps): React.ReactElement {
  const trans = useTrans();
  const { environment, model, alert, retraining, nextStep, act } = props;
  const goesOn = retraining !== null && !isRetrainingOver(retraining);
  return (
    <section className="jp-mlops-Block" aria-label={trans.__('Retrain')}>
      <h2>{trans.__('1 Retrain')}</h2>
      {!retraining && (
        <p>
          {trans.__(
            'Runs the same notebook with fresh data, registers what it trains, and compares both versions on rows that neither has seen. %1 is not changed.',
            environment
          )}
        </p>
      )}
      {retraining && (
        <p role="status">
          <State {...retrainingText(retraining, trans)} />{' '}
          {retraining.run && (
            <Link
              label={trans.__('Open run')}
              onClick={() => act(CommandIDs.openRun, { run: retraining.run })}
            />
          )}
          {retraining.cutOff && (
            <span className="jp-mlops-Small">
              {' '}
              {trans.__('trained until %1', shortDay(retraining.cutOff))}
            </span>
          )}
        </p>
      )}
      {retraining?.error && <ErrorNote error={retraining.error} />}
      <Button
        kind={nextStep === 'retrain' ? 'primary' : 'plain'}
        icon={retrainIcon}
        label={retraining ? trans.__('Retrain again') : trans.__('Retrain')}
        disabled={goesOn}
        onClick={() => act(CommandIDs.retrain, { environment, model, alert })}
      />
    </section>
  );
}

function Compare(
  props: IRetrainColumnProps & { retraining: Retraining }
): React.ReactElement {
  const trans = useTrans();
  const { comparison } = props.retraining;
  return (
    <section className="jp-mlops-Block" aria-label={trans.__('Compare')}>
      <h2>{trans.__('2 Compare champion and challenger')}</h2>
      {comparison ? (
        <ComparisonFigures comparison={comparison} {...props} />
      ) : (
        <p className="jp-mlops-Quiet">
          {trans.__(
            'Both versions answer the same withheld rows when training has ended.'
          )}
        </p>
      )}
    </section>
  );
}

function ComparisonFigures(props: {
  comparison: Comparison;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { comparison, act } = props;
  const [first] = comparison.metrics;
  const share =
    first && first.champion !== 0 ? Math.abs(first.difference / first.champion) : 0;
  const texts = {
    better: trans.__(
      'v%1 is better, by %2 in %3.',
      comparison.challenger,
      percent(share),
      metricLabel(first?.name ?? '')
    ),
    worse: trans.__(
      'v%1 is worse, by %2 in %3.',
      comparison.challenger,
      percent(share),
      metricLabel(first?.name ?? '')
    ),
    'no-difference-found': trans.__('No difference was found.')
  };
  return (
    <>
      <table className="jp-mlops-Table">
        <thead>
          <tr>
            <th>{trans.__('Metric')}</th>
            <th className="jp-mlops-Number">
              {trans.__('v%1 champion', comparison.champion)}
            </th>
            <th className="jp-mlops-Number">
              {trans.__('v%1 challenger', comparison.challenger)}
            </th>
          </tr>
        </thead>
        <tbody>
          {comparison.metrics.map(metric => (
            <tr key={metric.name}>
              <td>{metricLabel(metric.name)}</td>
              <td className="jp-mlops-Number">{figure(metric.champion)}</td>
              <td
                className="jp-mlops-Number"
                title={trans.__(
                  'Difference %1, 95 percent interval %2 to %3',
                  figure(metric.difference),
                  figure(metric.low),
                  figure(metric.high)
                )}
              >
                <strong>{figure(metric.challenger)}</strong>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="jp-mlops-Small">{basis(comparison, trans)}</p>
      <Note kind={comparison.verdict === 'better' ? 'passed' : 'warning'}>
        <strong>{texts[comparison.verdict]}</strong>{' '}
        <Link
          label={trans.__('Open comparison')}
          onClick={() =>
            act(CommandIDs.compareVersions, {
              model: comparison.model,
              champion: comparison.champion,
              challenger: comparison.challenger
            })
          }
        />
      </Note>
    </>
  );
}

function Promote(
  props: IRetrainColumnProps & { retraining: Retraining }
): React.ReactElement {
  const trans = useTrans();
  const { retraining, nextStep, promoteTo, model, environment, act } = props;
  const { challenger } = retraining;
  return (
    <section className="jp-mlops-Block" aria-label={trans.__('Promote')}>
      <h2>{trans.__('3 Promote')}</h2>
      {nextStep === 'done' && (
        <p>
          <State
            kind="passed"
            label={trans.__('v%1 is in %2', challenger, environment)}
          />
        </p>
      )}
      {challenger !== null && promoteTo && (
        <Button
          kind={nextStep === 'promote' ? 'primary' : 'plain'}
          icon={promoteIcon}
          label={trans.__('Promote v%1 to %2…', challenger, promoteTo)}
          onClick={() =>
            act(CommandIDs.promote, {
              model,
              version: challenger,
              environment: promoteTo
            })
          }
        />
      )}
      {challenger === null && (
        <p className="jp-mlops-Quiet">
          {trans.__('The challenger can be promoted when it is registered.')}
        </p>
      )}
    </section>
  );
}
