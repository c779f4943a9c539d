import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { z } from 'zod';

import type { IAccess } from './access';
import { toMlopsError, type IAsked } from './api-error';
import type { IChosenContext } from './chosen-context';
import { readAll, readError, send } from './http';
import { groupPath, SELF_SUBJECT_REVIEWS } from './resource';

export interface IWhoAmI {
  user: string;
  groups: string[];
  /** False where the cluster could not be asked. */
  proven: boolean;
}

const Review = z.object({
  status: z.object({
    userInfo: z.object({
      username: z.string().min(1),
      groups: z.array(z.string()).nullish()
    })
  })
});

const OpenShiftUser = z.object({
  metadata: z.object({ name: z.string().min(1) }),
  groups: z.array(z.string()).nullish()
});

/**
 * Asks the cluster who this is: SelfSubjectReview, else OpenShift's own API, else what the credential
 * itself says.
 *
 * @throws MlopsError `cluster-session-expired`, and those of the way to the cluster
 */
export async function whoAmI(
  access: IAccess,
  chosen: IChosenContext
): Promise<IWhoAmI> {
  const { cluster } = chosen;
  const response = await send(access, cluster, {
    method: 'POST',
    path: `${groupPath(SELF_SUBJECT_REVIEWS)}/${SELF_SUBJECT_REVIEWS.plural}`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  });
  if (response.statusCode < 300) {
    const { userInfo } = Review.parse(
      JSON.parse(await readAll(response, access, cluster))
    ).status;
    return { user: userInfo.username, groups: userInfo.groups ?? [], proven: true };
  }
  const error = toMlopsError(
    response.statusCode,
    await readError(response),
    asked(chosen)
  );
  // Before Kubernetes 1.28 there is none; some clusters forbid it.
  if (![403, 404, 405].includes(response.statusCode)) {
    throw error;
  }
  const user = (await openShiftUser(access, cluster)) ?? fromCredential(access, chosen);
  if (user === null) {
    throw error;
  }
  return user;
}

function asked({ cluster, context }: IChosenContext): IAsked {
  return {
    cluster,
    serviceAccount: context === '',
    subject: { verb: 'create', resource: SELF_SUBJECT_REVIEWS }
  };
}

async function openShiftUser(
  access: IAccess,
  cluster: string
): Promise<IWhoAmI | null> {
  const response = await send(access, cluster, {
    method: 'GET',
    path: '/apis/user.openshift.io/v1/users/~'
  });
  if (response.statusCode !== 200) {
    await response.body.dump();
    return null;
  }
  const parsed = OpenShiftUser.safeParse(
    JSON.parse(await readAll(response, access, cluster))
  );
  return parsed.success
    ? {
        user: parsed.data.metadata.name,
        groups: parsed.data.groups ?? [],
        proven: true
      }
    : null;
}

/** A token's or certificate's own words, which nothing has checked. */
function fromCredential(access: IAccess, { user }: IChosenContext): IWhoAmI | null {
  const name =
    user.as ??
    subjectOfToken(access.headers.Authorization) ??
    subjectOfCertificate(user);
  return name ? { user: name, groups: [], proven: false } : null;
}

function subjectOfToken(header: string | undefined): string | null {
  const payload = header?.split('.')[1];
  try {
    const claims = z
      .object({ sub: z.string() })
      .parse(JSON.parse(Buffer.from(payload ?? '', 'base64url').toString('utf8')));
    return claims.sub;
  } catch {
    // An opaque token says nothing
    return null;
  }
}

function subjectOfCertificate(user: IChosenContext['user']): string | null {
  const [data, file] = [user['client-certificate-data'], user['client-certificate']];
  try {
    const pem = file ? readFileSync(file) : Buffer.from(data ?? '', 'base64');
    return /^CN=(.+)$/m.exec(new X509Certificate(pem).subject)?.[1] ?? null;
  } catch {
    // No certificate
    return null;
  }
}
