import { EnvironmentRules } from '../../../../contract/environment';
import { buildVersion, digestOf } from '../../__tests__/model-builder';
import { checksOf, type ICheckInput } from '../checks';
import { strictest } from '../rules';

const input = (parts: Partial<ICheckInput> = {}): ICheckInput => ({
  environment: 'prod',
  version: buildVersion({ version: 2 }),
  replaced: buildVersion(),
  rules: EnvironmentRules.parse({ after: 'dev' }),
  ranBefore: {
    environment: 'dev',
    digest: digestOf('bike@2'),
    model: 'bike',
    revision: 'e81c40d',
    at: '2026-01-01T00:00:00.000Z'
  },
  ...parts
});

const result = (code: string, parts: Partial<ICheckInput> = {}): string | undefined =>
  checksOf(input(parts)).find(check => check.code === code)?.result;

test('a tested version that ran before and fits passes everything; the missing signature is noted', () => {
  expect(checksOf(input()).filter(check => check.result !== 'passed')).toMatchObject([
    { code: 'signature-of-artifact', result: 'noted' }
  ]);
});

test.each(['testing', 'failed', 'archived'] as const)(
  'a version that is %s does not pass',
  state => {
    expect(result('version-ready', { version: { ...buildVersion(), state } })).toBe(
      'failed'
    );
  }
);

test('the test of another digest is no evidence', () => {
  const version = buildVersion();
  const evidence = version.evidence.map(each => ({
    ...each,
    digest: digestOf('other')
  }));
  expect(result('model-test', { version: { ...version, evidence } })).toBe('failed');
});

test('the newest test counts', () => {
  const version = buildVersion();
  const failed = { ...version.evidence[0], result: 'failed' as const };
  expect(
    result('model-test', {
      version: { ...version, evidence: [...version.evidence, failed] }
    })
  ).toBe('failed');
});

describe('a version whose answers nobody has compared with training', () => {
  const tested = buildVersion();
  const [test] = tested.evidence;
  const version = {
    ...tested,
    golden: null,
    evidence: [{ ...test, figures: { goldenRows: 0 } }]
  };

  it('is noted where it is tried out, and goes no further', () => {
    const rules = EnvironmentRules.parse({});
    expect(result('model-test', { version, rules })).toBe('noted');
    expect(result('model-test', { version })).toBe('failed');
  });

  it('is not said to have answered a golden request', () => {
    const ran = checksOf(input({ version })).find(({ code }) => code === 'ran-before');
    expect(ran?.summary).not.toContain('answered');
  });

  it('passes where its first test could still compare them', () => {
    const evidence = [test, ...version.evidence];
    expect(result('model-test', { version: { ...version, evidence } })).toBe('passed');
  });
});

test('a version that never ran before does not pass, and the first environment does not ask', () => {
  expect(result('ran-before', { ranBefore: null })).toBe('failed');
  expect(
    result('ran-before', { rules: EnvironmentRules.parse({}), ranBefore: null })
  ).toBeUndefined();
});

test.each([
  ['a further column', ['temp', 'hour', 'wind']],
  ['a column less', ['temp']]
])(
  'a signature with %s does not fit in prod, and is noted in the first environment',
  (_, columns) => {
    const version = buildVersion({ version: 2, columns });
    expect(result('signature-fits', { version })).toBe('failed');
    expect(
      result('signature-fits', { version, rules: EnvironmentRules.parse({}) })
    ).toBe('noted');
    expect(result('signature-fits', { version, replaced: null })).toBe('passed');
  }
);

test('another type or task does not fit', () => {
  const version = buildVersion({ version: 2 });
  const { signature } = version;
  const inputs = signature.inputs.map(column => ({
    ...column,
    datatype: 'BYTES' as const
  }));
  for (const changed of [
    { ...signature, inputs },
    { ...signature, task: 'other' as const }
  ]) {
    expect(
      result('signature-fits', { version: { ...version, signature: changed } })
    ).toBe('failed');
  }
});

test.each([
  [500, 'passed'],
  [500.1, 'failed']
])('p95 of %d ms against a limit of 500 ms has %s', (p95, expected) => {
  expect(result('latency', { version: buildVersion({ p95 }) })).toBe(expected);
});

test('the stricter of two rules holds in every respect', () => {
  const one = EnvironmentRules.parse({ approvals: 1, maxBytes: 10 });
  const other = EnvironmentRules.parse({ after: 'dev', maxP95Milliseconds: 5 });
  for (const both of [strictest(one, other), strictest(other, one)]) {
    expect(both).toEqual({
      after: 'dev',
      approvals: 1,
      maxP95Milliseconds: 5,
      maxBytes: 10
    });
  }
});
