import { z } from 'zod';

/** The one error shape that crosses every boundary. */
export const ApiError = z.object({
  /** Stable and machine readable, such as `environment-unknown`. */
  code: z.string(),
  /** What happened, in plain words, naming the thing. */
  message: z.string(),
  /** Why it happened, where known. */
  cause: z.string().optional(),
  /** What the user can do next. */
  action: z.string().optional(),
  /** Structured facts for programs and for "Show details". */
  details: z.record(z.string(), z.unknown()).optional()
});
export type ApiError = z.infer<typeof ApiError>;
