import { createHash } from 'node:crypto';

import { z } from 'zod';

import { Registration } from '../../contract/event';
import { Actor, Name } from '../../contract/identifier';
import type { IJobRecord } from '../jobs/jobs';

/** What a registration works on. */
const Source = z.discriminatedUnion('from', [
  z.object({
    from: z.literal('run'),
    run: z.string(),
    variable: z.string().nullable()
  }),
  z.object({ from: z.literal('live'), notebook: z.string(), folder: z.string() }),
  /** A version that exists: it is tested again. */
  z.object({ from: z.literal('version') })
]);

/** The state of a registration as its job keeps it: no rows, no values of data. */
export const RegistrationState = z.object({
  source: Source,
  model: Name,
  version: z.number().int().nullable(),
  digest: z.string().nullable(),
  phase: Registration.shape.state.exclude(['succeeded', 'failed']),
  detail: z.string(),
  actor: Actor
});
export type RegistrationState = z.infer<typeof RegistrationState>;
export type RegistrationSource = RegistrationState['source'];

/** A job's record as the contract shows it. */
export function registrationOf(record: IJobRecord<RegistrationState>): Registration {
  const { source, model, version, phase, detail, digest } = record.state;
  return {
    id: record.id,
    model,
    version,
    run: source.from === 'run' ? source.run : null,
    state: record.status === 'running' ? phase : record.status,
    detail: record.status === 'running' ? detail : '',
    digest,
    error: record.error
  };
}

/** The same run, variable and model have the same id, so that a second click starts nothing. */
export function registrationId(
  source: RegistrationSource,
  model: string,
  attempt: number
): string {
  const text = JSON.stringify([source, model, attempt]);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 24);
  return `registration-${hash}`;
}
