import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { z } from 'zod';

import type {
  Conversion,
  Diagnostic,
  MissingNeed,
  Need
} from '../../contract/pipeline';
import type { IKernel } from '../notebooks/kernel';
import { localModules } from './local-modules';

const run = promisify(execFile);

/** Names on the command line whose modules nobody finds; nothing is imported. */
const FIND = `
import importlib.util, json, sys
def is_missing(name):
    try:
        return importlib.util.find_spec(name) is None
    except (ImportError, ValueError):
        return False
print(json.dumps([name for name in sys.argv[1:] if is_missing(name)]))`;

/** What a run is given instead of what the notebook says. */
export interface IGiven {
  parameters: Record<string, unknown>;
  /** Files that are replaced, by their path in the notebook's folder. */
  files: Record<string, string>;
}

/**
 * Says what the notebook needs and this computer does not have, with the place that asks for it.
 *
 * @param path Absolute path of the notebook.
 */
export async function missingNeeds(
  path: string,
  { needs = [], pipeline, searchPath = [] }: Omit<Conversion, 'diagnostics'>,
  kernel: IKernel,
  given: IGiven = { parameters: {}, files: {} }
): Promise<MissingNeed[]> {
  const folder = dirname(path);
  const of = (kind: Need['kind']): Need[] => needs.filter(need => need.kind === kind);
  const replaced = (pipeline?.parameters ?? [])
    .filter(({ name }) => name in given.parameters)
    .map(({ default: value }) => value)
    .filter(value => typeof value === 'string' && value !== '');
  const files = of('file').filter(
    ({ name }) =>
      !(name in given.files) &&
      // Where the path is made of a parameter, what it will be is not known.
      !replaced.some(value => name.includes(String(value))) &&
      !existsSync(resolve(folder, expanded(name)))
  );
  const variables = of('environment').filter(
    ({ name }) => process.env[name] === undefined && !(name in kernel.environment)
  );
  const packages = await missingPackages(folder, of('package'), searchPath, kernel);
  return [...files, ...packages, ...variables].map(need => ({
    need,
    diagnostic: diagnosticOf(need, kernel)
  }));
}

function diagnosticOf(
  { kind, name, ...place }: Need,
  { name: kernel, python }: IKernel
): Diagnostic {
  const base = { ...place, severity: 'warning' as const };
  switch (kind) {
    case 'file':
      return {
        ...base,
        code: 'file-missing',
        message: `The file ${name} is not there.`,
        fix: "Put it there, or correct its path: it is looked for from the notebook's folder."
      };
    case 'package':
      return {
        ...base,
        code: 'package-missing',
        message: `The kernel ${kernel} has no module ${name}.`,
        fix: `Install the package that has it for ${python}, or choose another kernel.`
      };
    case 'environment':
      return {
        ...base,
        code: 'environment-unset',
        message: `The environment variable ${name} is not set here.`,
        fix: 'Set it where Jupyter is started, or give the code a default: os.environ.get(…).'
      };
  }
}

async function missingPackages(
  folder: string,
  needs: Need[],
  searchPath: readonly string[],
  { python, environment }: IKernel
): Promise<Need[]> {
  const wanted = needs.map(({ name }) => name);
  const local = localModules(folder, searchPath, wanted).names;
  const unknown = needs.filter(
    ({ name }) =>
      !local.has(name) && !known(python).has(name) && !existsSync(join(folder, name))
  );
  if (unknown.length === 0) {
    return [];
  }
  try {
    const names = unknown.map(({ name }) => name);
    const { stdout } = await run(python, ['-c', FIND, ...names], {
      cwd: '/',
      env: { ...process.env, ...environment },
      timeout: 30_000
    });
    const missing = new Set(z.array(z.string()).parse(JSON.parse(stdout)));
    names.filter(name => !missing.has(name)).forEach(name => known(python).add(name));
    return unknown.filter(({ name }) => missing.has(name));
  } catch {
    // An interpreter that cannot be run is said where it is used.
    return [];
  }
}

/** Modules that an interpreter has: packages are seldom taken away, and then the run says so. */
const KNOWN = new Map<string, Set<string>>();

function known(python: string): Set<string> {
  const found = KNOWN.get(python) ?? new Set();
  KNOWN.set(python, found);
  return found;
}

function expanded(path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
}
