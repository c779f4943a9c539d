import { z } from 'zod';

/** Processor or memory as Kubernetes writes it: `500m`, `1`, `2Gi`. */
export const Quantity = z
  .string()
  .regex(/^[0-9]+([.][0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/, 'Write 500m, 1 or 2Gi.');
