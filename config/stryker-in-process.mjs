/**
 * A test runner for StrykerJS that keeps everything in one process: the tests and what they test are
 * bundled once and evaluated anew for each mutant, which takes milliseconds where jest takes seconds.
 * For pure tests only: it knows `describe`, `it`, `afterAll` and `expect` with what hangs on them.
 */
import { createRequire } from 'node:module';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Script } from 'node:vm';

import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult
} from '@stryker-mutator/api/test-runner';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const { expect } = require('expect');
const { bind } = require('jest-each');

const TESTS = 'src/notebook/**/__tests__/**/*.test.ts';
/** Those of size and time and the random ones would find a change slowly and tell little about where it is. */
const LEFT_OUT = /random-programs|damaged-cells|grammar\.test|large-notebooks/;

class InProcessRunner {
  /** How many mutants of a file each test has found, by the file. */
  _found = new Map();
  /** Milliseconds of each test without a mutant. */
  _times = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const files = globSync(TESTS)
      .filter(file => !LEFT_OUT.test(file))
      .sort();
    const { outputFiles } = await build({
      stdin: {
        contents: files
          .map(file => `import ${JSON.stringify(resolve(file))};`)
          .join('\n'),
        resolveDir: process.cwd()
      },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      // The package says that its modules have no effects; tests do nothing else
      ignoreAnnotations: true,
      logLevel: 'error'
    });
    const code = outputFiles[0].text;
    this._bundle = new Script(
      `(function (require, describe, it, test, expect, afterAll) {${code}\n})`,
      { filename: 'tests.cjs' }
    );
  }

  async dryRun() {
    const result = await this._run({ disableBail: true });
    for (const { id, timeSpentMs } of result.tests) {
      this._times.set(id, timeSpentMs);
    }
    return {
      ...result,
      mutantCoverage: namespace()[INSTRUMENTER_CONSTANTS.MUTATION_COVERAGE_OBJECT]
    };
  }

  async mutantRun(options) {
    const result = await this._run(options);
    if (result.status === DryRunStatus.Complete) {
      const found = this._foundIn(options.activeMutant.fileName);
      for (const { id, status } of result.tests) {
        if (status === TestStatus.Failed) {
          found.set(id, (found.get(id) ?? 0) + 1);
        }
      }
    }
    return toMutantRunResult(result, true);
  }

  _foundIn(file) {
    if (!this._found.has(file)) {
      this._found.set(file, new Map());
    }
    return this._found.get(file);
  }

  async _run({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }) {
    delete globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE];
    const ns = namespace();
    const atOnce = mutantActivation === 'static';
    if (hitLimit !== undefined) {
      Object.assign(ns, { hitLimit, hitCount: 0 });
    }
    if (atOnce) {
      ns.activeMutant = activeMutant.id;
    }
    let tests;
    try {
      tests = this._collect();
    } catch (error) {
      if (!activeMutant) {
        throw error;
      }
      // A module that does not even load: every test would say so
      return complete([failure({ id: 'loading', name: 'loading' }, error, 0)]);
    }
    if (activeMutant && !atOnce) {
      ns.activeMutant = activeMutant.id;
    }
    const wanted = testFilter && new Set(testFilter);
    const results = [];
    const chosen = tests.filter(({ id }) => !wanted || wanted.has(id));
    if (activeMutant) {
      this._likelyFirst(chosen, activeMutant.fileName);
    }
    for (const test of chosen) {
      const result = await runTest(test, ns);
      results.push(result);
      const limited = determineHitLimitReached(ns.hitCount, ns.hitLimit);
      if (limited) {
        return limited;
      }
      if (result.status === TestStatus.Failed && !disableBail) {
        break;
      }
    }
    return complete(results);
  }

  /** Those that found other mutants of the file first, slow ones last: one that fails is enough. */
  _likelyFirst(tests, file) {
    const found = this._foundIn(file);
    const rank = ({ id }) => (found.get(id) ?? 0) - (this._times.get(id) ?? 0) / 1e6;
    tests.sort((a, b) => rank(b) - rank(a));
  }

  /** Evaluates the bundle: the tests that it declares. */
  _collect() {
    const tests = [];
    const path = [];
    const describe = (name, body) => {
      path.push(name);
      body();
      path.pop();
    };
    const it = (name, body) => {
      const full = [...path, name].join(' › ');
      const same = tests.filter(test => test.name === full).length;
      tests.push({ id: same ? `${full} (${same})` : full, name: full, body });
    };
    describe.each = bind(describe);
    it.each = bind(it);
    this._bundle.runInThisContext()(require, describe, it, it, expect, () => undefined);
    return tests;
  }
}

async function runTest({ id, name, body }, ns) {
  const started = performance.now();
  ns.currentTestId = id;
  const test = { id, name };
  try {
    await body();
    return {
      ...test,
      status: TestStatus.Success,
      timeSpentMs: performance.now() - started
    };
  } catch (error) {
    return failure(test, error, performance.now() - started);
  } finally {
    ns.currentTestId = undefined;
  }
}

function failure(test, error, timeSpentMs) {
  const failureMessage = String(error?.message ?? error);
  return { ...test, status: TestStatus.Failed, failureMessage, timeSpentMs };
}

function complete(tests) {
  return { status: DryRunStatus.Complete, tests };
}

function namespace() {
  return (globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {});
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.TestRunner, 'in-process', InProcessRunner)
];
