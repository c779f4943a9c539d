import { z } from 'zod';

const Text = z.string().min(1).optional().catch(undefined);

export const ExecPlugin = z.object({
  apiVersion: z.string(),
  command: z.string().min(1),
  args: z.array(z.string()).nullish(),
  env: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  installHint: z.string().nullish(),
  interactiveMode: z.string().nullish(),
  provideClusterInfo: z.boolean().nullish()
});
export type ExecPlugin = z.infer<typeof ExecPlugin>;

export const KubeconfigCluster = z.object({
  server: z.string().min(1),
  'certificate-authority': Text,
  'certificate-authority-data': Text,
  'insecure-skip-tls-verify': z.boolean().nullish(),
  'tls-server-name': Text,
  'proxy-url': Text
});
export type KubeconfigCluster = z.infer<typeof KubeconfigCluster>;

export const KubeconfigUser = z.object({
  token: Text,
  tokenFile: Text,
  'client-certificate': Text,
  'client-certificate-data': Text,
  'client-key': Text,
  'client-key-data': Text,
  username: Text,
  as: Text,
  'as-uid': Text,
  'as-groups': z.array(z.string()).nullish(),
  'as-user-extra': z.record(z.string(), z.unknown()).nullish(),
  'auth-provider': z
    .object({ name: z.string(), config: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
  exec: ExecPlugin.nullish()
});
export type KubeconfigUser = z.infer<typeof KubeconfigUser>;

export const KubeconfigContext = z.object({
  cluster: z.string().min(1),
  user: z.string().nullish(),
  namespace: Text
});
export type KubeconfigContext = z.infer<typeof KubeconfigContext>;

const Entries = z
  .array(
    z.object({
      name: z.string(),
      cluster: z.unknown().optional(),
      user: z.unknown().optional(),
      context: z.unknown().optional()
    })
  )
  .nullish();

/** A kubeconfig with its parts unread: a broken context of somebody else harms nobody. */
export const Kubeconfig = z.looseObject({
  clusters: Entries,
  users: Entries,
  contexts: Entries
});
export type Kubeconfig = z.infer<typeof Kubeconfig>;
