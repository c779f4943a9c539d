import type { EnvironmentRules } from '../../../contract/environment';
import { MlopsError } from '../../../contract/mlops-error';
import type { ModelVersion, Signature } from '../../../contract/model';
import type { Check, PromotionPlan } from '../../../contract/promotion';
import type { Deployments } from '../deployments';

export interface ICheckInput {
  environment: string;
  version: ModelVersion;
  /** What serves there now; null for the first release. */
  replaced: ModelVersion | null;
  rules: EnvironmentRules;
  /** Where the version ran before, as the rule `after` asks; null where it did not. */
  ranBefore: Deployments.IEntry | null;
}

/** Everything that must hold before a version is released, each with its evidence. */
export function checksOf(input: ICheckInput): Check[] {
  return [
    isReady(input),
    isTested(input),
    ...ranBefore(input),
    signatureFits(input),
    isFast(input),
    isSmall(input),
    {
      code: 'signature-of-artifact',
      title: 'Model artifact is signed',
      result: 'noted',
      summary: `Not signed; ${input.environment} does not ask for it.`,
      evidence: null
    }
  ];
}

/** The newest test of exactly this digest. */
function testOf(version: ModelVersion): ModelVersion['evidence'][number] | undefined {
  return version.evidence
    .filter(({ kind, digest }) => kind === 'model-test' && digest === version.digest)
    .at(-1);
}

function isReady({ version }: ICheckInput): Check {
  const reason: Record<ModelVersion['state'], string> = {
    ready: 'It is registered and ready.',
    testing: 'It is still being tested.',
    failed: 'Its registration failed.',
    archived: 'It is archived.'
  };
  return {
    code: 'version-ready',
    title: 'Version is ready',
    result: version.state === 'ready' ? 'passed' : 'failed',
    summary: reason[version.state],
    evidence: null
  };
}

function isTested({ version, rules, environment }: ICheckInput): Check {
  const test = testOf(version);
  const check = {
    code: 'model-test',
    title: 'Model artifact is the one that was tested',
    evidence: test ? `${test.digest}, ${test.at}` : null
  };
  if (test?.result !== 'passed') {
    const summary = test?.summary ?? 'No test of this digest is recorded.';
    return { ...check, result: 'failed', summary };
  }
  if (answersChecked(version)) {
    return { ...check, result: 'passed', summary: test.summary };
  }
  // The first environment is where such a model is tried out.
  return rules.after === null
    ? { ...check, result: 'noted', summary: test.summary }
    : {
        ...check,
        result: 'failed',
        summary: `No golden request was kept, so its answers were never compared with those in training, as ${environment} asks. Register it from a pipeline run.`
      };
}

/** Whether any test of this digest has compared answers; rows that may not be kept are there for the first one only. */
function answersChecked({ evidence, digest }: ModelVersion): boolean {
  return evidence.some(
    test =>
      test.kind === 'model-test' &&
      test.digest === digest &&
      test.result === 'passed' &&
      Number(test.figures.goldenRows ?? 0) > 0
  );
}

function ranBefore(input: ICheckInput): Check[] {
  const { rules, ranBefore: ran, environment, version } = input;
  const answered = version.golden
    ? 'answered its golden request'
    : 'became ready (no golden request is kept)';
  if (rules.after === null) {
    return [];
  }
  return [
    {
      code: 'ran-before',
      title: `Ran in ${rules.after}`,
      result: ran ? 'passed' : 'failed',
      summary: ran
        ? `The same digest served in ${rules.after} on this computer and ${answered}.`
        : `This digest never served in ${rules.after}; ${environment} accepts only what did. Promote it there first.`,
      evidence: ran ? `${ran.revision.slice(0, 7)}, ${ran.at}` : null
    }
  ];
}

function signatureFits({ version, replaced, rules }: ICheckInput): Check {
  const differences = replaced ? breaking(replaced.signature, version.signature) : [];
  const known = replaced ? `v${replaced.version}` : '';
  // The first environment is where a change of the signature is tried out.
  const refused = rules.after === null ? 'noted' : 'failed';
  return {
    code: 'signature-fits',
    title: 'Signature fits what it replaces',
    result: differences.length === 0 ? 'passed' : refused,
    summary:
      differences.length > 0
        ? `Requests made for ${known} would not fit: ${differences.join('; ')}.`
        : replaced
          ? `Inputs and outputs are as those of ${known}.`
          : 'It replaces nothing.',
    evidence: null
  };
}

/** Why requests that fitted `before` would not fit `after`. */
function breaking(before: Signature, after: Signature): string[] {
  const known = new Map(before.inputs.map(column => [column.name, column]));
  const wanted = new Set(after.inputs.map(({ name }) => name));
  const added = after.inputs
    .filter(({ name }) => !known.has(name))
    .map(({ name }) => `it needs ${name}`);
  const gone = before.inputs
    .filter(({ name }) => !wanted.has(name))
    .map(({ name }) => `it does not know ${name}`);
  const changed = after.inputs.flatMap(({ name, datatype }) => {
    const old = known.get(name)?.datatype;
    return old && old !== datatype ? [`${name} is ${datatype}, not ${old}`] : [];
  });
  const task = before.task === after.task ? [] : [`its task is ${after.task}`];
  return [...added, ...gone, ...changed, ...task];
}

function isFast({ version, rules }: ICheckInput): Check {
  const p95 = testOf(version)?.figures.p95Milliseconds;
  const limit = rules.maxP95Milliseconds;
  const measured = typeof p95 === 'number';
  const passed = measured && p95 <= limit ? 'passed' : 'failed';
  return {
    code: 'latency',
    title: 'Latency',
    result: measured ? passed : 'noted',
    summary: measured
      ? `p95 ${p95.toFixed(1)} ms in its test, limit ${limit} ms.`
      : 'Its test recorded no latency.',
    evidence: null
  };
}

function isSmall({ version, rules }: ICheckInput): Check {
  const size = (bytes: number): string =>
    bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
  return {
    code: 'size',
    title: 'Size',
    result: version.bytes <= rules.maxBytes ? 'passed' : 'failed',
    summary: `${size(version.bytes)}, limit ${size(rules.maxBytes)}.`,
    evidence: null
  };
}

/** @throws MlopsError `promotion-noop`, `checks-failed` */
export function assertPossible(plan: PromotionPlan): void {
  const what = `${plan.model} v${plan.version}`;
  if (plan.noop) {
    throw new MlopsError('refused', {
      code: 'promotion-noop',
      message: `${what} is what ${plan.environment} declares already; nothing was changed.`
    });
  }
  const failed = plan.checks.filter(({ result }) => result === 'failed');
  if (failed.length > 0) {
    throw new MlopsError('refused', {
      code: 'checks-failed',
      message: `${what} cannot go to ${plan.environment}: ${failed[0].summary}`,
      cause: `Not passed: ${failed.map(({ title }) => title).join(', ')}.`,
      details: { checks: failed }
    });
  }
}
