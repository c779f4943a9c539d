import { z } from 'zod';

/** nbformat stores text as one string or as lines. */
const Multiline = z.union([z.string(), z.array(z.string())]);

const CellMetadata = z.looseObject({
  tags: z.array(z.string()).optional(),
  mlops: z
    .looseObject({
      /** The step that this cell belongs to. */
      step: z.string().optional(),
      /** Settings of the step, on its first cell. */
      image: z.string().optional(),
      retries: z.number().int().min(0).max(10).optional(),
      timeoutSeconds: z.number().positive().optional(),
      cache: z.boolean().optional()
    })
    .optional()
});

/** One cell of nbformat 4; unknown keys are kept. */
export const Cell = z.looseObject({
  id: z.string().optional(),
  cell_type: z.string(),
  source: Multiline,
  metadata: CellMetadata.default({}),
  outputs: z.array(z.looseObject({ output_type: z.string() })).optional(),
  execution_count: z.number().nullish()
});
export type Cell = z.infer<typeof Cell>;

/** A notebook as nbformat 4 stores it; unknown keys are kept. */
export const Notebook = z.looseObject({
  nbformat: z.literal(4),
  nbformat_minor: z.number().int(),
  metadata: z.looseObject({
    kernelspec: z
      .looseObject({ name: z.string(), language: z.string().optional() })
      .optional(),
    language_info: z.looseObject({ name: z.string() }).optional(),
    mlops: z
      .looseObject({
        split: z.enum(['tags', 'headings', 'one', 'cells']).optional(),
        name: z.string().optional()
      })
      .optional()
  }),
  cells: z.array(Cell)
});
export type Notebook = z.infer<typeof Notebook>;
