import type { FeatureDrift } from '../../contract/monitor';

const figure = (value: number): string => String(Number(value.toPrecision(2)));

/** What an alert or a report says of a window: what moved, and how far. */
export function driftSentence(features: readonly FeatureDrift[]): string {
  const drifted = features.filter(({ state }) => state === 'drifted');
  if (drifted.length === 0) {
    return 'No feature moved further than it did within the training data.';
  }
  const told = drifted.slice(0, 2).map(movement).join(', ');
  const more = drifted.length > 2 ? `, and ${drifted.length - 2} more` : '';
  return `Requests differ from the training data: ${told}${more}.`;
}

function movement({
  feature,
  effect,
  baselineMean,
  windowMean,
  baselineMissing,
  windowMissing
}: FeatureDrift): string {
  if (Math.abs(windowMissing - baselineMissing) >= effect) {
    return `${feature} is missing in ${share(windowMissing)} of rows, ${share(baselineMissing)} before`;
  }
  if (baselineMean === null || windowMean === null) {
    return `${feature} has other values than before (effect ${figure(effect)})`;
  }
  if (figure(baselineMean) === figure(windowMean)) {
    return `${feature} is spread differently around ${figure(windowMean)} (effect ${figure(effect)})`;
  }
  const verb = windowMean > baselineMean ? 'rose' : 'fell';
  return `${feature} ${verb} from ${figure(baselineMean)} to ${figure(windowMean)} on average`;
}

function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}
