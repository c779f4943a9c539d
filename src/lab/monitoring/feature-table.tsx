import * as React from 'react';

import type { FeatureDrift } from '../../contract/monitor';
import { figure } from '../elements/format';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { EffectBar, HistogramPairChart } from './charts';
import { featureState, probability } from './monitor-text';

/** Features, largest effect first: p alone is small for any long window. */
export function FeatureTable(props: {
  features: readonly FeatureDrift[];
}): React.ReactElement {
  const trans = useTrans();
  const features = [...props.features].sort((one, other) => other.effect - one.effect);
  const drifted = features.filter(({ state }) => state === 'drifted').length;
  return (
    <section className="jp-mlops-Block" aria-label={trans.__('Features')}>
      <h2>
        {trans.__('Features, largest effect first')}{' '}
        <span className="jp-mlops-Quiet">
          {trans.__('%1 of %2 drifted', drifted, features.length)}
        </span>
      </h2>
      <div
        className="jp-mlops-Scroll"
        tabIndex={0}
        role="group"
        aria-label={trans.__('Features')}
      >
        <table className="jp-mlops-Table jp-mlops-FeatureTable">
          <thead>
            <tr>
              <th>{trans.__('Feature')}</th>
              <th colSpan={2}>{trans.__('Effect')}</th>
              <th>{trans.__('State')}</th>
              <th>
                <span className="jp-mlops-Legend jp-mlops-mod-baseline">
                  {trans.__('baseline')}
                </span>{' '}
                <span className="jp-mlops-Legend jp-mlops-mod-window">
                  {trans.__('window')}
                </span>
              </th>
              <th className="jp-mlops-Number">{trans.__('Mean')}</th>
              <th className="jp-mlops-Number">{trans.__('Adjusted p')}</th>
            </tr>
          </thead>
          <tbody>
            {features.map(feature => (
              <FeatureLine key={feature.feature} feature={feature} />
            ))}
          </tbody>
        </table>
      </div>
      <p className="jp-mlops-Small">
        {trans.__(
          'Effect: greatest distance between the two distributions, 0 to 1 (Kolmogorov–Smirnov; total variation for categories). The mark is what the training data reach by themselves. p alone is small for any long window, so both are asked for.'
        )}
      </p>
    </section>
  );
}

function FeatureLine({ feature }: { feature: FeatureDrift }): React.ReactElement {
  const trans = useTrans();
  const missing = feature.windowMissing - feature.baselineMissing;
  return (
    <tr>
      <td>
        <code>{feature.feature}</code>
      </td>
      <td>
        <EffectBar feature={feature} />
      </td>
      <td className="jp-mlops-Number">
        {feature.state === 'drifted' ? (
          <strong>{feature.effect.toFixed(2)}</strong>
        ) : (
          feature.effect.toFixed(2)
        )}
      </td>
      <td>
        <State {...featureState(feature, trans)} />
        {missing > 0.01 && (
          <span className="jp-mlops-Small">
            {' '}
            {trans.__('%1 % more missing', Math.round(missing * 100))}
          </span>
        )}
      </td>
      <td>
        <HistogramPairChart feature={feature.feature} histogram={feature.histogram} />
      </td>
      <td className="jp-mlops-Number">
        {feature.baselineMean !== null && feature.windowMean !== null && (
          <>
            <span className="jp-mlops-Quiet">{figure(feature.baselineMean)} →</span>{' '}
            {figure(feature.windowMean)}
          </>
        )}
      </td>
      <td className="jp-mlops-Number">{probability(feature.adjustedP)}</td>
    </tr>
  );
}
