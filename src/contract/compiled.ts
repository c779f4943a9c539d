import { z } from 'zod';

import { Diagnostic, Split } from './pipeline';

/** What a pipeline can be compiled for. */
export const CompileFormat = z.enum(['kfp', 'tekton']);
export type CompileFormat = z.infer<typeof CompileFormat>;

/** A key of a Kubernetes Secret. */
export const SecretKey = z.object({ secret: z.string(), key: z.string() });

/** Asks for the YAML of a notebook's pipeline. */
export const CompileRequest = z.object({
  /** Path of the notebook: absolute, or relative to the server's root. */
  notebook: z.string().min(1),
  /** The notebook's unsaved content; the file is read where absent. */
  content: z.unknown().optional(),
  split: Split.optional(),
  format: CompileFormat,
  /** Image of steps that name none, by digest. */
  image: z.string().optional(),
  /** Environment variable → where its value comes from. */
  secrets: z.record(z.string(), SecretKey).default({}),
  /** Files to carry that the code does not name, relative to the notebook's folder. */
  files: z.array(z.string()).default([]),
  /** PersistentVolumeClaim with the files that are too large to carry. */
  filesClaim: z.string().optional()
});
export type CompileRequest = z.output<typeof CompileRequest>;

export const CompiledPipeline = z.object({
  /** Null where a diagnostic is an error. */
  yaml: z.string().nullable(),
  diagnostics: z.array(Diagnostic)
});
export type CompiledPipeline = z.infer<typeof CompiledPipeline>;
