import { z } from 'zod';

/** Letters, digits and dashes, as Kubernetes names are (RFC 1123 label, at most 63 characters). */
export const Name = z
  .string()
  .max(63, 'At most 63 characters.')
  .regex(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
    'Lower-case letters, digits and dashes only; it begins and ends with a letter or digit.'
  );

/** `sha256:` and 64 hexadecimal digits, as OCI writes digests. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

/** RFC 3339 in UTC, as `Date.toISOString` writes it. */
export const Timestamp = z.iso.datetime();

/** Who did something, and whether anything proved it. */
export const Actor = z.object({
  name: z.string(),
  /** True where the identity was only asserted: a shared account, a laptop. */
  asserted: z.boolean()
});
export type Actor = z.infer<typeof Actor>;
