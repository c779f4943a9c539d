import { z } from 'zod';

import { Alert, Retraining } from './monitor';
import { ModelVersion } from './model';
import { Promotion } from './promotion';
import { RunSummary } from './run';
import { ApiError } from './error';
import { Name } from './identifier';

/** A registration on its way: progress that the panel shows. */
export const Registration = z.object({
  id: z.string(),
  model: Name,
  version: z.number().int().nullable(),
  run: z.string().nullable(),
  state: z.enum([
    'collecting',
    'packaging',
    'preparing-server',
    'testing',
    'succeeded',
    'failed'
  ]),
  detail: z.string(),
  digest: z.string().nullable(),
  error: ApiError.nullable()
});
export type Registration = z.infer<typeof Registration>;

/** What the gateway tells everybody who listens. Ids let a listener resume. */
export const GatewayEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), data: RunSummary }),
  z.object({ type: z.literal('registration'), data: Registration }),
  z.object({ type: z.literal('version'), data: ModelVersion }),
  z.object({ type: z.literal('promotion'), data: Promotion }),
  /** Something about an environment changed: fetch it again. */
  z.object({ type: z.literal('environment'), data: z.object({ name: Name }) }),
  z.object({ type: z.literal('alert'), data: Alert }),
  z.object({
    type: z.literal('monitor'),
    data: z.object({ environment: Name, model: Name })
  }),
  z.object({ type: z.literal('retraining'), data: Retraining }),
  /** The listener missed something: fetch everything again. */
  z.object({ type: z.literal('reset'), data: z.object({}) })
]);
export type GatewayEvent = z.infer<typeof GatewayEvent>;
