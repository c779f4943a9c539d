import { z } from 'zod';

import { Actor, Timestamp } from './identifier';

/** Who did what to which object, with what result. Append-only. */
export const AuditEntry = z.object({
  id: z.number().int(),
  at: Timestamp,
  actor: Actor,
  action: z.string(),
  object: z.string(),
  result: z.enum(['done', 'refused', 'failed']),
  details: z.record(z.string(), z.unknown())
});
export type AuditEntry = z.infer<typeof AuditEntry>;
