import { readFileSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';

import { LineCounter, parseDocument } from 'yaml';

import { MlopsError } from '../../contract/mlops-error';
import { isOutside } from '../notebooks/notebook-path';
import { codeOf } from '../thrown';
import { Kubeconfig } from './kubeconfig-shape';

/** Enough for hundreds of clusters. */
const KUBECONFIG_BYTES = 4 * 1024 * 1024;

/** One entry of a kubeconfig, with the folder against which its paths stand. */
export interface IEntry {
  name: string;
  content: unknown;
  folder: string;
}

export interface IKubeconfig {
  /** The files that were read, for messages and to see that they change. */
  files: string[];
  clusters: IEntry[];
  users: IEntry[];
  contexts: IEntry[];
}

/**
 * The kubeconfig files that hold: the one that the project names, else those of `KUBECONFIG`, else
 * `~/.kube/config`.
 *
 * @param project The folder of `mlops.yaml`. A kubeconfig that comes along with a project says where
 *   the user's credentials go, so it is refused.
 */
export function kubeconfigFiles(
  named: string | undefined,
  options: { environment: NodeJS.ProcessEnv; project: string | null }
): string[] {
  const { environment, project } = options;
  if (named === undefined) {
    const listed = (environment.KUBECONFIG ?? '').split(delimiter).filter(Boolean);
    return listed.length > 0 ? listed : [join(home(environment), '.kube', 'config')];
  }
  const path = named.startsWith('~/') ? join(home(environment), named.slice(2)) : named;
  if (!isAbsolute(path)) {
    throw refused(
      'kubeconfig-path',
      `The kubeconfig ‘${named}’ is neither absolute nor below ~.`,
      'Write the whole path under ‘cluster’ in mlops.yaml.'
    );
  }
  if (
    project !== null &&
    !isOutside(project, real(path)) &&
    !isDefault(path, environment)
  ) {
    throw refused(
      'kubeconfig-in-project',
      `The kubeconfig ${path} lies in the project's folder.`,
      'Move it out of there: a file that travels with a project must not say where your credentials go.'
    );
  }
  return [path];
}

function home(environment: NodeJS.ProcessEnv): string {
  return environment.HOME || homedir();
}

function isDefault(path: string, environment: NodeJS.ProcessEnv): boolean {
  return kubeconfigFiles(undefined, { environment, project: null })
    .map(real)
    .includes(real(path));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It is said to be missing when it is read.
    return path;
  }
}

/**
 * Reads and merges kubeconfig files as `kubectl` does: of entries of one name the first holds, and
 * of several files those that are absent are passed over.
 *
 * @throws MlopsError `kubeconfig-missing`, `kubeconfig-not-readable`, `kubeconfig-empty`, `kubeconfig-broken`
 */
export function readKubeconfig(files: string[]): IKubeconfig {
  const merged: IKubeconfig = { files, clusters: [], users: [], contexts: [] };
  const texts = files.map(file => ({ file, text: readText(file) }));
  const present = texts.flatMap(({ file, text }) =>
    text === null ? [] : { file, text }
  );
  if (present.length === 0) {
    throw refused(
      'kubeconfig-missing',
      `There is no kubeconfig at ${files.join(' or ')}.`,
      'Log in to the cluster, for example with `oc login`, or name another file under ‘cluster’ in mlops.yaml.'
    );
  }
  for (const { file, text } of present) {
    const parsed = parse(file, text);
    const folder = dirname(real(file));
    add(merged.clusters, parsed.clusters, 'cluster', folder);
    add(merged.users, parsed.users, 'user', folder);
    add(merged.contexts, parsed.contexts, 'context', folder);
  }
  if (merged.contexts.length === 0) {
    throw refused(
      'kubeconfig-empty',
      `The kubeconfig ${files.join(', ')} holds no context.`,
      'Log in to the cluster, for example with `oc login`.'
    );
  }
  return merged;
}

function add(
  known: IEntry[],
  entries: Kubeconfig['clusters'],
  key: 'cluster' | 'user' | 'context',
  folder: string
): void {
  for (const entry of entries ?? []) {
    const { name, [key]: content } = entry;
    if (!known.some(one => one.name === name)) {
      known.push({ name, content, folder });
    }
  }
}

function readText(file: string): string | null {
  try {
    const content = readFileSync(file);
    if (content.length > KUBECONFIG_BYTES) {
      throw refused(
        'kubeconfig-broken',
        `The kubeconfig ${file} has ${content.length} bytes; at most ${KUBECONFIG_BYTES} are read.`,
        'Check that it is the right file.'
      );
    }
    return content.toString('utf8');
  } catch (error) {
    if (error instanceof MlopsError) {
      throw error;
    }
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      return null;
    }
    throw refused(
      'kubeconfig-not-readable',
      `The kubeconfig ${file} cannot be read (${codeOf(error)}).`,
      'Make it readable for you, or name another file.'
    );
  }
}

/** Neither the parser's words nor the checker's quote the file: it holds credentials. */
function parse(file: string, text: string): Kubeconfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw broken(file, `line ${line}, column ${col} is no YAML`);
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch {
    throw broken(file, 'its aliases cannot be resolved');
  }
  const parsed = Kubeconfig.safeParse(value ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw broken(
      file,
      issue.path.length > 0
        ? `‘${issue.path.join('.')}’ is not as it must be`
        : 'it is no mapping'
    );
  }
  return parsed.data;
}

function broken(file: string, what: string): MlopsError {
  return refused(
    'kubeconfig-broken',
    `The kubeconfig ${file} is broken: ${what}.`,
    'Log in again to have it written anew, or correct it.'
  );
}

function refused(code: string, message: string, action: string): MlopsError {
  return new MlopsError('refused', { code, message, action });
}
