import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import type { IChosenContext } from './chosen-context';

/** Where Kubernetes mounts a pod's credential. */
const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The service account of the pod that this process runs in.
 *
 * @throws MlopsError `service-account-missing`
 */
export function serviceAccountContext(
  environment: NodeJS.ProcessEnv,
  mount = MOUNT
): IChosenContext {
  const host = environment.KUBERNETES_SERVICE_HOST;
  const port = environment.KUBERNETES_SERVICE_PORT;
  const namespace = textOf(join(mount, 'namespace'));
  if (!host || !port || textOf(join(mount, 'token')) === null) {
    throw new MlopsError('refused', {
      code: 'service-account-missing',
      message: 'This computer is no pod with a service account.',
      cause: `${!host || !port ? 'KUBERNETES_SERVICE_HOST and _PORT are not set' : `There is no token at ${mount}`}.`,
      action:
        'Name a ‘context’ of your kubeconfig under ‘cluster’ in mlops.yaml, or have the token mounted into the pod.'
    });
  }
  const address = isIPv6(host) ? `[${host}]` : host;
  return {
    context: '',
    cluster: `${address}:${port}`,
    namespace: namespace?.trim() || null,
    server: {
      server: `https://${address}:${port}`,
      'certificate-authority': join(mount, 'ca.crt')
    },
    user: { tokenFile: join(mount, 'token') },
    userName: 'service-account'
  };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not mounted
    return null;
  }
}
