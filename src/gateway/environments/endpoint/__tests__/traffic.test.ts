import { Traffic } from '../traffic';

test('figures are of the last five minutes', () => {
  const traffic = new Traffic();
  for (let second = 0; second < 600; second += 1) {
    const outcome = second % 10 === 0 ? 'failed' : 'answered';
    traffic.record(second < 300 ? 1000 : 10, outcome, second * 1000);
  }
  const figures = traffic.figures(600_000 - 1);
  expect(figures.requestsPerMinute).toBeCloseTo(60, 0);
  expect(figures.errorRate).toBeCloseTo(0.1, 2);
  expect(figures.p95Milliseconds).toBe(10);
});

test('p95 is the value that 95 of 100 requests do not exceed', () => {
  const traffic = new Traffic();
  for (let value = 100; value >= 1; value -= 1) {
    traffic.record(value, 'answered', 0);
  }
  expect(traffic.figures(0).p95Milliseconds).toBe(95);
});

test('without requests there is nothing to tell', () => {
  const traffic = new Traffic();
  const nothing = {
    requestsPerMinute: 0,
    errorRate: 0,
    refusedRate: 0,
    p95Milliseconds: null
  };
  expect(traffic.figures()).toEqual(nothing);
  traffic.record(5, 'answered', 0);
  expect(traffic.figures(1_000_000)).toEqual(nothing);
});
