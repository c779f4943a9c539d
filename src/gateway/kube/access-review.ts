import { z } from 'zod';

import type { KubeClient } from './kube-client';
import { notAllowed } from './not-allowed';
import type { IRequestSubject } from './request-subject';
import { collectionPath, SELF_SUBJECT_ACCESS_REVIEWS } from './resource';
import { withoutSecrets } from './without-secrets';

const Review = z.object({
  status: z.object({
    allowed: z.boolean(),
    reason: z.string().optional(),
    evaluationError: z.string().optional()
  })
});

export interface IVerdict {
  allowed: boolean;
  /** What the cluster says about it, where it says anything. */
  reason: string | undefined;
}

/** Asks whether the present identity may do this. */
export async function mayI(
  client: KubeClient,
  right: IRequestSubject
): Promise<IVerdict> {
  const text = await client.text(
    { verb: 'create', resource: SELF_SUBJECT_ACCESS_REVIEWS },
    {
      method: 'POST',
      path: collectionPath(SELF_SUBJECT_ACCESS_REVIEWS),
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {
          resourceAttributes: {
            verb: right.verb,
            group: right.resource.group,
            resource: right.resource.plural,
            subresource: right.subresource,
            namespace: right.namespace,
            name: right.name
          }
        }
      }
    }
  );
  const { allowed, reason, evaluationError } = Review.parse(JSON.parse(text)).status;
  const words = withoutSecrets(reason || evaluationError || '');
  return { allowed, reason: words || undefined };
}

/** Those of the rights that are missing, in their order. */
export async function missingRights(
  client: KubeClient,
  rights: IRequestSubject[]
): Promise<{ right: IRequestSubject; reason: string | undefined }[]> {
  const verdicts = await Promise.all(
    rights.map(async right => ({ right, verdict: await mayI(client, right) }))
  );
  return verdicts
    .filter(({ verdict }) => !verdict.allowed)
    .map(({ right, verdict }) => ({ right, reason: verdict.reason }));
}

/**
 * To be called before anything is changed.
 *
 * @throws MlopsError `cluster-not-allowed`: "You may not create pipelineruns in ml-team."; its details
 *   list every right that is missing.
 */
export async function requireRights(
  client: KubeClient,
  rights: IRequestSubject[]
): Promise<void> {
  const missing = await missingRights(client, rights);
  const [first] = missing;
  if (first) {
    const { user } = await client.identity();
    throw notAllowed(first.right, {
      user,
      cause: first.reason,
      missing: missing.map(({ right }) => right)
    });
  }
}
