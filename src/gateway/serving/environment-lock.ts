import { MlopsError } from '../../contract/mlops-error';
import type { Lineage } from '../../contract/model';
import { digestOf } from '../images/digest';
import { canonicalJson } from '../images/manifest';
import type { IServingKind } from './kinds/kind';

/** The version whose private names `launch.py` uses. */
export const MLSERVER = '1.7.1';

/** Distributions that any model's file may import, if the training environment had them. */
const ALWAYS = [
  'scikit-learn',
  'numpy',
  'scipy',
  'joblib',
  'threadpoolctl',
  'narwhals',
  'pandas'
];
/** `xgboost-cpu` has the same code without 470 MB of CUDA libraries; it begins at 2.1.1. */
const FIRST_XGBOOST_CPU = [2, 1, 1];

export interface IEnvironmentLock {
  /** Names the environment: the same lock, the same environment. */
  key: string;
  /** Exact requirements, sorted. */
  requirements: string[];
  /** Such as `3.11`: pickles are opened with the Python that wrote them. */
  python: string;
}

/**
 * What a serving environment needs for a model: only what its file imports, in the exact versions
 * of its training. Everything else (protobuf, above all) is left to MLServer's own bounds.
 *
 * @param trained `packages`: distribution → version in the training environment; `python`: version
 *   of the interpreter; `imports`: distributions that the model's own file imports.
 * @throws MlopsError `packages-unknown` where the versions that must agree were not captured,
 *   `package-version-invalid`
 */
export function environmentLock(
  kind: IServingKind,
  { packages, python, imports }: Pick<Lineage, 'packages' | 'python' | 'imports'>
): IEnvironmentLock {
  const captured = new Map(
    Object.entries(packages).map(([name, version]) => [normalize(name), version])
  );
  for (const group of kind.required) {
    if (!group.some(name => captured.has(name))) {
      throw new MlopsError('refused', {
        code: 'packages-unknown',
        message: `The version of ${group[0]} in the training environment is not known.`,
        cause: `A ${kind.title} model is opened with exactly the version that trained it.`,
        action: 'Run the notebook as a pipeline again and register that run.'
      });
    }
  }
  const own = imports.map(normalize).filter(name => !/^xgboost(-cpu)?$/.test(name));
  const pins = [...new Set([...ALWAYS, ...own])].flatMap(name =>
    pin(name, captured.get(name))
  );
  const requirements = [
    ...pins,
    ...xgboostPin(captured),
    `mlserver==${MLSERVER}`
  ].sort();
  const minor = python.split('.').slice(0, 2).join('.');
  const identity = {
    requirements,
    python: minor,
    platform: `${process.platform}-${process.arch}`
  };
  const key = digestOf(canonicalJson(identity)).slice(7, 23);
  return { key, requirements, python: minor };
}

function pin(name: string, version: string | undefined): string[] {
  if (version === undefined) {
    return [];
  }
  // The version becomes a line that an installer reads: nothing but a version may stand there.
  if (!/^[0-9][A-Za-z0-9.!+_-]*$/.test(version)) {
    throw new MlopsError('refused', {
      code: 'package-version-invalid',
      message: `${JSON.stringify(version)} is not a version of ${name}.`
    });
  }
  return [`${name}==${version}`];
}

function xgboostPin(captured: Map<string, string>): string[] {
  const cpu = captured.get('xgboost-cpu');
  const version = cpu ?? captured.get('xgboost');
  if (version === undefined) {
    return [];
  }
  const useCpu = cpu !== undefined || isAtLeast(version, FIRST_XGBOOST_CPU);
  return pin(useCpu ? 'xgboost-cpu' : 'xgboost', version);
}

function isAtLeast(version: string, least: number[]): boolean {
  const parts = version.split('.').map(part => Number.parseInt(part, 10) || 0);
  const at = least.findIndex((part, index) => (parts[index] ?? 0) !== part);
  return at < 0 || (parts[at] ?? 0) > least[at];
}

/** Names of distributions as PEP 503 compares them. */
function normalize(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
