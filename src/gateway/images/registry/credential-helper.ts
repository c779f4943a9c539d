import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { codeOf } from '../../thrown';
import type { Login } from './login';

/**
 * Helpers that are run: those of Docker and of the large clouds. A name comes from a file, and
 * becomes the name of a program.
 */
const KNOWN = new Set([
  'acr-env',
  'desktop',
  'ecr-login',
  'env',
  'gcloud',
  'gcr',
  'ghcr-login',
  'osxkeychain',
  'pass',
  'secretservice',
  'wincred'
]);
const PATIENCE = 30_000;
const REASONS: Record<string, string> = {
  ENOENT: 'It is not installed.',
  ABORT_ERR: 'It did not answer in time.'
};
/** What helpers say, on standard output, where they know nothing. */
const NOT_FOUND = /credentials not found/i;

const Reply = z.object({ Username: z.string(), Secret: z.string() });

/**
 * Asks one of Docker's credential helpers (`docker-credential-<name> get`) for a login.
 *
 * @param server What the helper knows the registry as.
 * @returns null where it knows none.
 * @throws MlopsError `credential-helper-unknown`, `credential-helper-failed`
 */
export async function askCredentialHelper(
  name: string,
  server: string,
  environment: NodeJS.ProcessEnv
): Promise<Login | null> {
  if (!KNOWN.has(name)) {
    throw new MlopsError('refused', {
      code: 'credential-helper-unknown',
      message: `The login for ${server} is kept by the credential helper "${name.slice(0, 50)}", which is not run here.`,
      cause: `Only these are: ${[...KNOWN].join(', ')}.`,
      action: `Log in with podman login ${server}, which writes an auth file, and set REGISTRY_AUTH_FILE to it.`
    });
  }
  const program = `docker-credential-${name}`;
  const { status, output } = await run(program, server, environment);
  if (status !== 0) {
    if (NOT_FOUND.test(output)) {
      return null;
    }
    // What it printed may hold what it should not.
    throw failed(program, server, `It ended with status ${status}.`);
  }
  const reply = Reply.safeParse(parse(output));
  if (!reply.success) {
    throw failed(program, server, 'Its reply is not user and secret in JSON.');
  }
  const { Username: user, Secret: secret } = reply.data;
  return user === '<token>'
    ? { kind: 'identity-token', user: '', token: secret }
    : { kind: 'password', user, password: secret };
}

async function run(
  program: string,
  server: string,
  environment: NodeJS.ProcessEnv
): Promise<{ status: number | null; output: string }> {
  const child = spawn(program, ['get'], {
    env: environment,
    stdio: ['pipe', 'pipe', 'ignore'],
    // Unlike a timeout, this is gone with a program that could not be started.
    signal: AbortSignal.timeout(PATIENCE),
    killSignal: 'SIGKILL'
  });
  // A helper that does not read its input is no error of ours.
  child.stdin.on('error', () => {});
  child.stdin.end(`${server}\n`);
  try {
    const output = text(child.stdout);
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, output: await output };
  } catch (error) {
    throw failed(program, server, REASONS[codeOf(error)] ?? codeOf(error));
  }
}

function parse(output: string): unknown {
  try {
    return JSON.parse(output);
  } catch {
    return null;
  }
}

function failed(program: string, server: string, cause: string): MlopsError {
  return new MlopsError('unavailable', {
    code: 'credential-helper-failed',
    message: `${program} gave no login for ${server}.`,
    cause,
    action: `Run "echo ${server} | ${program} get" in a terminal to see why.`
  });
}
