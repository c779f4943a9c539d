import { z } from 'zod';

/** nbformat stores text as one string or as lines. */
const Multiline = z.union([z.string(), z.array(z.string())]);

// Notebooks come from many tools: a key that is not as nbformat has it counts as absent.
const CellMetadata = z.looseObject({
  tags: z.array(z.string()).optional().catch(undefined),
  mlops: z
    .looseObject({
      /** The step that this cell belongs to. */
      step: z.string().optional().catch(undefined),
      /** Settings of the step, on its first cell. */
      image: z.string().optional().catch(undefined),
      retries: z.number().int().min(0).max(10).optional().catch(undefined),
      timeoutSeconds: z.number().positive().optional().catch(undefined),
      cache: z.boolean().optional().catch(undefined)
    })
    .optional()
    .catch(undefined)
});

/** One cell of nbformat 4; unknown keys are kept. */
export const Cell = z.looseObject({
  id: z.string().optional().catch(undefined),
  cell_type: z.string().catch('raw'),
  source: Multiline.catch(''),
  metadata: CellMetadata.catch({}),
  outputs: z
    .array(z.looseObject({ output_type: z.string() }))
    .optional()
    .catch(undefined),
  execution_count: z.number().nullish().catch(null)
});
export type Cell = z.infer<typeof Cell>;

/** A notebook as nbformat 4 stores it; unknown keys are kept. */
export const Notebook = z.looseObject({
  nbformat: z.literal(4).default(4),
  nbformat_minor: z.number().int().catch(4),
  metadata: z
    .looseObject({
      kernelspec: z
        .looseObject({ name: z.string(), language: z.string().optional() })
        .optional()
        .catch(undefined),
      language_info: z.looseObject({ name: z.string() }).optional().catch(undefined),
      mlops: z
        .looseObject({
          split: z
            .enum(['tags', 'headings', 'one', 'cells'])
            .optional()
            .catch(undefined),
          name: z.string().optional().catch(undefined)
        })
        .optional()
        .catch(undefined)
    })
    .catch({}),
  cells: z.array(Cell)
});
export type Notebook = z.infer<typeof Notebook>;
