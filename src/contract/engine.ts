import { z } from 'zod';

/** Where a pipeline runs: processes on this computer, or pods of the project's cluster. */
export const Engine = z.enum(['local', 'tekton']);
export type Engine = z.infer<typeof Engine>;
