import type { ApiError } from '../../../contract/error';
import { toApiError } from '../../jobs/jobs';
import { mayI } from '../../kube/access-review';
import type { KubeClient } from '../../kube/kube-client';
import type { IApplication } from './application';
import { applicationName } from './application-words';
import { APPLICATIONS, REFRESH } from './resources';

/** What became of it: the version that carries the request, or why there is none. */
export type Asked = { version: string } | { refused: ApiError };

/**
 * Asks Argo CD to compare with what Git holds now, where that right is there; nothing else of the
 * Application is touched.
 * Where it cannot be asked, Argo CD looks by itself, later.
 */
export async function askRefresh(
  client: KubeClient,
  application: Pick<IApplication, 'namespace' | 'name'>
): Promise<Asked> {
  const { namespace, name } = application;
  const right = { verb: 'patch', resource: APPLICATIONS, namespace, name };
  try {
    if (!(await mayI(client, right)).allowed) {
      return { refused: readOnly(application, undefined) };
    }
    const { metadata } = await client.patch(
      APPLICATIONS,
      { namespace, name },
      { metadata: { annotations: { [REFRESH]: 'normal' } } }
    );
    return { version: metadata.resourceVersion };
  } catch (error) {
    const { code, message, cause } = toApiError(error);
    if (code === 'cluster-not-allowed') {
      return { refused: readOnly(application, cause) };
    }
    return {
      refused: {
        code: 'argocd-not-asked',
        message: `Argo CD could not be asked to look at ${applicationName(application)} now; it looks by itself every few minutes.`,
        cause: message
      }
    };
  }
}

function readOnly(
  application: Pick<IApplication, 'namespace' | 'name'>,
  cause: string | undefined
): ApiError {
  return {
    code: 'argocd-read-only',
    message: `You may read the Application ${applicationName(application)}, and not ask Argo CD to look at once: it looks by itself every few minutes.`,
    cause,
    action: `For less waiting, ask for a role in ${application.namespace} that allows ‘patch’ on ‘applications.argoproj.io’.`
  };
}
