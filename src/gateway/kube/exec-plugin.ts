import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join } from 'node:path';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { codeOf } from '../thrown';
import type { ExecPlugin } from './kubeconfig-shape';
import { withoutSecrets } from './without-secrets';

/** Programs that clouds and platforms give for logging in. */
const ALLOWED = [
  'aws',
  'aws-iam-authenticator',
  'az',
  'doctl',
  'gke-gcloud-auth-plugin',
  'ibmcloud',
  'kubelogin',
  'oc',
  'oci',
  'tsh'
];

/** Names a program more, or several with commas between; set by whoever starts Jupyter, never by a project. */
export const EXTRA_PLUGINS = 'MLOPS_KUBE_EXEC';

/** Variables by which a kubeconfig could make a program load something else. */
const HOSTILE =
  /^(LD_|DYLD_|PATH$|NODE_|PYTHON|BASH_ENV$|ENV$|IFS$|PERL|RUBY|JAVA_TOOL)/i;

const WITHIN = 60_000;
const OUTPUT_BYTES = 1024 * 1024;

const Credential = z.object({
  kind: z.literal('ExecCredential'),
  status: z
    .object({
      token: z.string().min(1).optional(),
      clientCertificateData: z.string().min(1).optional(),
      clientKeyData: z.string().min(1).optional(),
      expirationTimestamp: z.iso.datetime({ offset: true }).optional()
    })
    .refine(({ token, clientCertificateData }) => token ?? clientCertificateData)
});
export type ExecCredential = z.infer<typeof Credential>['status'];

/**
 * Runs the program that a kubeconfig names to get a credential: without a terminal, never through a
 * shell, and only one that is known.
 *
 * @throws MlopsError `exec-plugin-*`
 */
export async function runExecPlugin(
  plugin: ExecPlugin,
  cluster: { server: string; ca: string | undefined },
  environment: NodeJS.ProcessEnv
): Promise<ExecCredential> {
  const command = allowed(plugin, environment);
  const info = {
    apiVersion: plugin.apiVersion,
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(plugin.provideClusterInfo
        ? {
            cluster: {
              server: cluster.server,
              'certificate-authority-data': cluster.ca
            }
          }
        : {})
    }
  };
  const text = await outputOf(command, plugin, {
    ...environment,
    ...Object.fromEntries((plugin.env ?? []).map(({ name, value }) => [name, value])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info)
  });
  return parse(command, text);
}

function allowed(plugin: ExecPlugin, environment: NodeJS.ProcessEnv): string {
  const name = basename(plugin.command);
  const names = [
    ...ALLOWED,
    ...(environment[EXTRA_PLUGINS] ?? '').split(',').map(one => one.trim())
  ];
  if (!names.includes(name)) {
    throw refused(
      'exec-plugin-not-allowed',
      `The kubeconfig wants to run ‘${name}’ to log in, which is none of the programs that are allowed.`,
      `Allowed are ${ALLOWED.join(', ')}; whoever starts Jupyter can allow it with ${EXTRA_PLUGINS}=${name}.`
    );
  }
  const found = onPath(name, environment.PATH);
  if (found === null) {
    throw refused(
      'exec-plugin-missing',
      `The kubeconfig logs in with ‘${name}’, which is not installed here.`,
      `Install ‘${name}’ so that it is found on PATH, or log in with a token.`,
      plugin.installHint ? withoutSecrets(plugin.installHint) : undefined
    );
  }
  if (plugin.command.includes('/') && !same(plugin.command, found)) {
    throw refused(
      'exec-plugin-not-allowed',
      `The kubeconfig wants to run ${plugin.command}, which is not the ‘${name}’ that is found on PATH.`,
      `Write only ‘${name}’ as the command in the kubeconfig.`
    );
  }
  const hostile = plugin.env?.find(one => HOSTILE.test(one.name));
  if (hostile) {
    throw refused(
      'exec-plugin-not-allowed',
      `The kubeconfig sets ${hostile.name} for ‘${name}’, which could make it run something else.`,
      'Remove that variable from the kubeconfig.'
    );
  }
  if (plugin.interactiveMode === 'Always') {
    throw refused(
      'exec-plugin-interactive',
      `‘${name}’ wants to ask you something in a terminal, and there is none here.`,
      `Log in with ‘${name}’ in a terminal so that it keeps a token, or set its interactiveMode to IfAvailable.`
    );
  }
  return found;
}

function onPath(name: string, path = ''): string | null {
  for (const folder of path.split(delimiter).filter(isAbsolute)) {
    try {
      realpathSync(join(folder, name));
      return join(folder, name);
    } catch {
      // Not in this folder
    }
  }
  return null;
}

function same(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

function outputOf(
  command: string,
  plugin: ExecPlugin,
  environment: NodeJS.ProcessEnv
): Promise<string> {
  const name = basename(command);
  return new Promise((resolve, reject) => {
    const child = spawn(command, plugin.args ?? [], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: WITHIN,
      killSignal: 'SIGKILL'
    });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
      if (out.length > OUTPUT_BYTES) {
        child.kill('SIGKILL');
      }
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err = (err + chunk).slice(-4000);
    });
    child.once('error', error =>
      reject(
        refused(
          'exec-plugin-missing',
          `‘${name}’ could not be started (${codeOf(error)}).`,
          'Check that it may be run.'
        )
      )
    );
    child.once('close', (code, signal) => {
      if (code === 0) {
        resolve(out);
        return;
      }
      reject(
        new MlopsError('unavailable', {
          code: 'exec-plugin-failed',
          message:
            signal === null
              ? `‘${name}’ could not log in (exit code ${code}).`
              : `‘${name}’ did not answer within ${WITHIN / 1000} s and was ended.`,
          cause: withoutSecrets(lastLines(err)) || undefined,
          action: `Run ‘${name}’ in a terminal to see what it needs; you may have to log in again.`
        })
      );
    });
  });
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' ');
}

function parse(command: string, text: string): ExecCredential {
  try {
    return Credential.parse(JSON.parse(text)).status;
  } catch {
    // Its output may hold a token: it is not quoted.
    throw new MlopsError('unavailable', {
      code: 'exec-plugin-failed',
      message: `‘${basename(command)}’ answered with something that is no credential.`,
      action: `Run ‘${basename(command)}’ in a terminal to see what it prints.`
    });
  }
}

function refused(
  code: string,
  message: string,
  action: string,
  cause?: string
): MlopsError {
  return new MlopsError('refused', { code, message, cause, action });
}
