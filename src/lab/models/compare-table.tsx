import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { ApiError } from '../../contract/error';
import type { Comparison, ModelVersion } from '../../contract/model';
import { shortDigest } from '../elements/digest';
import { bytes, figure, percent, shortDay, valueText } from '../elements/format';
import { ErrorNote } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { metricLabel } from './version-text';

export interface ICompareTableProps {
  champion: ModelVersion;
  challenger: ModelVersion;
  comparison: Comparison | null;
  error: ApiError | null;
  isComparing: boolean;
}

/** Two versions side by side: on the same rows, and in what they are made of. */
export function CompareTable(props: ICompareTableProps): React.ReactElement {
  const trans = useTrans();
  const { champion, challenger, comparison } = props;
  return (
    <section aria-label={trans.__('Comparison')} className="jp-mlops-Block">
      <h2>{trans.__('Compare v%1 and v%2', champion.version, challenger.version)}</h2>
      {comparison && <p className="jp-mlops-Small">{basis(comparison, trans)}</p>}
      {props.isComparing && (
        <p role="status">
          <State
            kind="running"
            label={trans.__('Asking both versions for the same rows…')}
          />
        </p>
      )}
      {props.error && <ErrorNote error={props.error} />}
      <table className="jp-mlops-Table">
        <thead>
          <tr>
            <th>
              <span className="jp-mlops-Hidden">{trans.__('What')}</span>
            </th>
            <th>{`v${champion.version}`}</th>
            <th>{`v${challenger.version}`}</th>
            <th>{trans.__('Difference')}</th>
          </tr>
        </thead>
        <tbody>
          {comparison?.metrics.map(metric => (
            <tr key={metric.name}>
              <td>{trans.__('%1 on the same rows', metricLabel(metric.name))}</td>
              <td>{figure(metric.champion)}</td>
              <td>{figure(metric.challenger)}</td>
              <td>
                <MetricDifference metric={metric} />
              </td>
            </tr>
          ))}
          {facts(champion, challenger, trans).map(([name, one, other]) => (
            <tr key={name}>
              <td className="jp-mlops-Quiet">{name}</td>
              <td>{one}</td>
              <td>{other}</td>
              <td className={one === other ? 'jp-mlops-Quiet' : ''}>
                {one === other ? trans.__('same') : trans.__('different')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Which rows judged both, and until when each has learned. */
export function basis(comparison: Comparison, trans: TranslationBundle): string {
  return trans.__(
    'Both on %1 rows from %2 to %3. v%4 has learned until %5, v%6 until %7; %8 rows that one of them knew were left out.',
    comparison.rows.toLocaleString(),
    shortDay(comparison.from),
    shortDay(comparison.to),
    comparison.champion,
    comparison.championCutOff ? shortDay(comparison.championCutOff) : '?',
    comparison.challenger,
    comparison.challengerCutOff ? shortDay(comparison.challengerCutOff) : '?',
    comparison.sharedRows
  );
}

/** `12 % smaller (−9.1 to −6.7)`: tinted only where the interval leaves out zero. */
export function MetricDifference(props: {
  metric: Comparison['metrics'][number];
}): React.ReactElement {
  const trans = useTrans();
  const { metric } = props;
  const certain = metric.low > 0 || metric.high < 0;
  const better =
    metric.betterIs === 'lower' ? metric.difference < 0 : metric.difference > 0;
  const share =
    metric.champion === 0 ? null : Math.abs(metric.difference / metric.champion);
  const amount = share === null ? figure(Math.abs(metric.difference)) : percent(share);
  const label = !certain
    ? trans.__('no difference found')
    : metric.difference < 0
      ? trans.__('%1 smaller', amount)
      : trans.__('%1 greater', amount);
  return (
    <State
      kind={!certain ? 'nothing' : better ? 'passed' : 'warning'}
      label={label}
      title={trans.__(
        'Difference %1, 95 %% interval %2 to %3',
        figure(metric.difference),
        figure(metric.low),
        figure(metric.high)
      )}
    />
  );
}

function facts(
  one: ModelVersion,
  other: ModelVersion,
  trans: TranslationBundle
): [name: string, one: string, other: string][] {
  const of = (
    name: string,
    value: (version: ModelVersion) => string
  ): [string, string, string] => [name, value(one), value(other)];
  const metrics = [
    ...new Set([...Object.keys(one.metrics), ...Object.keys(other.metrics)])
  ];
  const parameters = [
    ...new Set([
      ...Object.keys(one.lineage.parameters),
      ...Object.keys(other.lineage.parameters)
    ])
  ];
  return [
    ...metrics.map(name =>
      of(trans.__('%1 on own hold-out', metricLabel(name)), ({ metrics: values }) =>
        values[name] === undefined ? '' : figure(values[name])
      )
    ),
    ...parameters.map(name =>
      of(name, ({ lineage }) => valueText(lineage.parameters[name] ?? ''))
    ),
    of(trans.__('Class'), ({ lineage }) => lineage.type.split('.').pop() ?? ''),
    of(trans.__('Signature'), ({ signature }) =>
      trans.__(
        '%1 inputs, %2 outputs',
        signature.inputs.length,
        signature.outputs.length
      )
    ),
    of(trans.__('Training rows'), ({ trainedRows }) =>
      trainedRows === null ? trans.__('unknown') : trainedRows.toLocaleString()
    ),
    of(trans.__('Learned until'), ({ cutOff }) =>
      cutOff ? shortDay(cutOff) : trans.__('unknown')
    ),
    of(trans.__('Data'), ({ lineage }) =>
      Object.values(lineage.data).map(shortDigest).join(', ')
    ),
    of(trans.__('Commit'), ({ lineage }) =>
      lineage.source ? shortDigest(lineage.source.commit) : trans.__('none')
    ),
    of(trans.__('Size'), version => bytes(version.bytes)),
    of(trans.__('Model artifact'), ({ digest }) => shortDigest(digest))
  ];
}
