import { z } from 'zod';

import { Diagnostic, Pipeline } from '../../contract/pipeline';

/** What was decided when a run was started; it never changes. */
export const RunPlan = z.object({
  pipeline: Pipeline,
  diagnostics: z.array(Diagnostic),
  /** Interpreter of the kernel's environment. */
  python: z.string(),
  /** Files of the private folder that are replaced: path in the notebook's folder → absolute path. */
  files: z.record(z.string(), z.string()),
  cache: z.boolean(),
  /** The run whose succeeded steps are taken over even where they are not cached for others. */
  retryOf: z.string().nullable(),
  /** From `mlops.yaml`. */
  modelVariable: z.string().nullable(),
  timeColumn: z.string().nullable(),
  /** Cells tagged `raises-exception`: the step goes on where they fail, as in a notebook. */
  tolerant: z.array(z.number().int()),
  /** Digest of the notebook where its unsaved content was run; null where it was the file's. */
  unsaved: z.string().nullable()
});
export type RunPlan = z.infer<typeof RunPlan>;
