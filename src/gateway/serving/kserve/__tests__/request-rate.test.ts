import { RequestRate } from '../request-rate';

/** As MLServer 1.7.1 tells them. */
const figures = (success: number, failure?: number): string =>
  [
    '# HELP model_infer_request_success_total Model infer request success count',
    '# TYPE model_infer_request_success_total counter',
    `model_infer_request_success_total{model="fraud",version=""} ${success}.0`,
    'model_infer_request_success_total{model="fraud-2",version=""} 1000.0',
    '# TYPE model_infer_request_success_created gauge',
    'model_infer_request_success_created{model="fraud",version=""} 1.7e+09',
    ...(failure === undefined
      ? []
      : [`model_infer_request_failure_total{model="fraud",version="3"} ${failure}.0`]),
    'process_open_fds 12.0'
  ].join('\n');

describe('the rate of requests', () => {
  const minute = 60_000;
  let rate: RequestRate;

  beforeEach(() => {
    rate = new RequestRate();
  });

  it('is not known from one look', () => {
    rate.add('a', figures(10), 'fraud', 0);
    expect(rate.figures(0)).toBeNull();
  });

  it('is what the counters have gained, over all pods', () => {
    rate.add('a', figures(10), 'fraud', 0);
    rate.add('b', figures(0), 'fraud', 0);
    rate.add('a', figures(40, 10), 'fraud', 2 * minute);
    rate.add('b', figures(10), 'fraud', 2 * minute);
    expect(rate.figures(2 * minute)).toEqual({ requestsPerMinute: 25, errorRate: 0.2 });
  });

  it('counts on where a pod has begun anew', () => {
    rate.add('a', figures(100), 'fraud', 0);
    rate.add('a', figures(110), 'fraud', minute);
    rate.add('a', figures(5), 'fraud', 2 * minute);
    expect(rate.figures(2 * minute)?.requestsPerMinute).toBe(7.5);
  });

  it('is nothing where nobody asks, and forgets after five minutes', () => {
    rate.add('a', figures(7), 'fraud', 0);
    rate.add('a', figures(7), 'fraud', minute);
    expect(rate.figures(minute)).toEqual({ requestsPerMinute: 0, errorRate: 0 });
    expect(rate.figures(7 * minute)).toBeNull();
  });

  it('leaves out pods that are gone', () => {
    rate.add('a', figures(0), 'fraud', 0);
    rate.add('a', figures(60), 'fraud', minute);
    rate.keep(new Set(['b']));
    expect(rate.figures(minute)).toBeNull();
  });
});
