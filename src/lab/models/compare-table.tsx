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
          {facts(champion, challenger, trans).map(({ name, values, separate }) => (
            <tr key={name}>
              <td className="jp-mlops-Quiet">{name}</td>
              <td>{values[0]}</td>
              <td>{values[1]}</td>
              <td
                className={
                  separate || values[0] === values[1] ? 'jp-mlops-Quiet' : undefined
                }
              >
                {separate
                  ? trans.__('other rows, not comparable')
                  : values[0] === values[1]
                    ? trans.__('same')
                    : trans.__('different')}
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
  const { rows, sharedRows } = comparison;
  return [
    trans._n(
      'Both on %2 row from %3 to %4.',
      'Both on %2 rows from %3 to %4.',
      rows,
      rows.toLocaleString(),
      shortDay(comparison.from),
      shortDay(comparison.to)
    ),
    learned(comparison.champion, comparison.championCutOff, trans),
    learned(comparison.challenger, comparison.challengerCutOff, trans),
    sharedRows > 0 &&
      trans._n(
        '%2 row that one of them knew was left out.',
        '%2 rows that one of them knew were left out.',
        sharedRows,
        sharedRows.toLocaleString()
      )
  ]
    .filter(Boolean)
    .join(' ');
}

function learned(
  version: number,
  cutOff: string | null,
  trans: TranslationBundle
): string {
  return cutOff
    ? trans.__('v%1 has learned until %2.', version, shortDay(cutOff))
    : trans.__('Until when v%1 has learned is not known.', version);
}

/** `12 % lower`, `higher by 0.505`: tinted only where the interval leaves out zero. */
export function MetricDifference(props: {
  metric: Comparison['metrics'][number];
}): React.ReactElement {
  const trans = useTrans();
  const { metric } = props;
  const certain = metric.low > 0 || metric.high < 0;
  const better =
    metric.betterIs === 'lower' ? metric.difference < 0 : metric.difference > 0;
  const label = certain
    ? differenceText(metric, trans)
    : trans.__('no difference found');
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

/** A share only of what has a natural zero and falls towards it: an error. A score has neither. */
function differenceText(
  { champion, difference, betterIs }: Comparison['metrics'][number],
  trans: TranslationBundle
): string {
  if (betterIs === 'lower' && champion > 0) {
    const share = percent(Math.abs(difference / champion));
    return difference < 0 ? trans.__('%1 lower', share) : trans.__('%1 higher', share);
  }
  const amount = figure(Math.abs(difference));
  return difference < 0
    ? trans.__('lower by %1', amount)
    : trans.__('higher by %1', amount);
}

/** A fact of both versions; `separate` where the two cannot be held against each other. */
interface IFact {
  name: string;
  values: [string, string];
  separate?: boolean;
}

function facts(
  one: ModelVersion,
  other: ModelVersion,
  trans: TranslationBundle
): IFact[] {
  const of = (name: string, value: (version: ModelVersion) => string): IFact => ({
    name,
    values: [value(one), value(other)]
  });
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
    ...metrics.map(name => ({
      ...of(trans.__('%1 on own hold-out', metricLabel(name)), ({ metrics: values }) =>
        values[name] === undefined ? '' : figure(values[name])
      ),
      separate: true
    })),
    ...parameters.map(name =>
      of(name, ({ lineage }) => valueText(lineage.parameters[name] ?? ''))
    ),
    of(trans.__('Class'), ({ lineage }) => lineage.type.split('.').pop() ?? ''),
    of(trans.__('Signature'), ({ signature }) =>
      [
        trans._n('%1 input', '%1 inputs', signature.inputs.length),
        trans._n('%1 output', '%1 outputs', signature.outputs.length)
      ].join(', ')
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
