import { z } from 'zod';

import { Engine } from './engine';
import { ApiError } from './error';
import { Name } from './identifier';
import { AdapterStatus } from './status';

/** Which cluster a project works on, and as whom: `cluster` in `mlops.yaml`. */
export const ClusterSettings = z
  .strictObject({
    context: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Context of the kubeconfig, by its name: whatever context is current there, this one is used.'
      ),
    kubeconfig: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Kubeconfig, absolute or below `~`, outside of the project; what `KUBECONFIG` names, else `~/.kube/config`, where absent.'
      ),
    serviceAccount: z
      .literal(true)
      .optional()
      .describe(
        "`true` for the service account of the pod that Jupyter runs in, instead of a kubeconfig's context."
      ),
    namespace: Name.optional().describe(
      "Namespace to work in; the context's or the pod's own where absent."
    )
  })
  .refine(
    ({ context, serviceAccount }) =>
      (context === undefined) !== (serviceAccount === undefined),
    {
      message:
        "Either ‘context’ or ‘serviceAccount: true’ says who acts; it can't be guessed."
    }
  )
  .refine(
    ({ kubeconfig, serviceAccount }) =>
      kubeconfig === undefined || serviceAccount === undefined,
    { message: 'A service account has no ‘kubeconfig’.' }
  );
export type ClusterSettings = z.infer<typeof ClusterSettings>;

/** As whom the gateway acts on a cluster. */
export const ClusterIdentity = z.object({
  source: z.enum(['kubeconfig', 'service-account']),
  /** The kubeconfig's context; null for a service account. */
  context: z.string().nullable(),
  user: z.string(),
  groups: z.array(z.string()),
  /** False where the cluster could not be asked, and the name is read from the credential. */
  proven: z.boolean(),
  namespace: z.string(),
  /** The cluster's name in the kubeconfig, or its host. */
  cluster: z.string(),
  /** Address of the API server, without credentials. */
  server: z.string()
});
export type ClusterIdentity = z.infer<typeof ClusterIdentity>;

/** What a header and `doctor` show of a project's cluster. */
export const ClusterStatus = z.object({
  /** Null where the cluster could not be asked: `problem` says why. */
  identity: ClusterIdentity.nullable(),
  /** Version of the API server, such as `v1.34.4`; null where unknown. */
  version: z.string().nullable(),
  problem: ApiError.nullable(),
  /** What is installed there, and what this identity may do with it. */
  adapters: z.array(AdapterStatus),
  /** Where the project's runs go unless one names another engine. */
  engine: Engine
});
export type ClusterStatus = z.infer<typeof ClusterStatus>;

/** Names the project whose cluster is meant. */
export const ClusterQuery = z.object({
  /** A notebook, or a folder where it ends in `/`; the caller's folder where absent. */
  path: z.string().default('./')
});
export type ClusterQuery = z.infer<typeof ClusterQuery>;

/** The user's word that the identity behind a context has changed rightly. */
export const AcceptIdentity = ClusterQuery.extend({
  user: z.string(),
  server: z.string()
});
export type AcceptIdentity = z.infer<typeof AcceptIdentity>;
