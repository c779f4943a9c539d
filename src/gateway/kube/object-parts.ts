import { z } from 'zod';

/** A list; Go writes an empty one as `null`. */
export function many<T extends z.ZodType>(item: T) {
  return z
    .array(item)
    .nullish()
    .transform(list => list ?? []);
}

/** What is read of an object's condition. */
export const Condition = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default('')
});
export type Condition = z.infer<typeof Condition>;

/** Since when a container runs. */
export const Running = z.looseObject({ startedAt: z.string().nullish() });

/** Why a container waits. */
export const Waiting = z.looseObject({
  reason: z.string().default(''),
  message: z.string().default('')
});

/** How a container has ended. */
export const Ended = z.looseObject({
  exitCode: z.number().default(0),
  reason: z.string().default(''),
  message: z.string().default('')
});
