import { z } from 'zod';

import { Actor, Timestamp } from './identifier';

/** How one adapter is doing. */
export const AdapterStatus = z.object({
  stage: z.enum([
    'pipelines',
    'models',
    'images',
    'environments',
    'serving',
    'monitoring'
  ]),
  adapter: z.string(),
  state: z.enum(['ready', 'not-installed', 'not-allowed', 'failed']),
  detail: z.string()
});
export type AdapterStatus = z.infer<typeof AdapterStatus>;

export const GatewayStatus = z.object({
  version: z.string(),
  node: z.string(),
  pid: z.number().int(),
  /** Where work goes: `this computer`. */
  place: z.string(),
  user: Actor,
  home: z.string(),
  /** Whether this gateway holds the data home's lease. */
  leader: z.boolean(),
  startedAt: Timestamp,
  adapters: z.array(AdapterStatus),
  /** Sentences that the user must know, such as a network file system. */
  warnings: z.array(z.string())
});
export type GatewayStatus = z.infer<typeof GatewayStatus>;

/** What the server extension knows about the gateway, also while it is not running. */
export const ServerStatus = z.object({
  state: z.enum(['stopped', 'starting', 'ready', 'failed']),
  version: z.string(),
  /** The Node that was found. */
  node: z
    .object({
      path: z.string(),
      version: z.string(),
      source: z.string()
    })
    .nullable(),
  message: z.string().nullable(),
  action: z.string().nullable(),
  /** Last lines of the gateway's log. */
  log: z.array(z.string()),
  restarts: z.number().int()
});
export type ServerStatus = z.infer<typeof ServerStatus>;
