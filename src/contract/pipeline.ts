import { z } from 'zod';

/** How cells become steps: by tags or metadata, by headings, all in one, or each cell its own. */
export const Split = z.enum(['tags', 'headings', 'one', 'cells']);
export type Split = z.infer<typeof Split>;

/**
 * A problem or a remark at a place in the notebook. `cell` counts from 0 in the whole notebook,
 * `line` and `column` from 1 in the cell.
 */
export const Diagnostic = z.object({
  cell: z.number().int().min(0),
  id: z.string(),
  line: z.number().int().min(1),
  column: z.number().int().min(1),
  endLine: z.number().int().min(1).optional(),
  endColumn: z.number().int().min(1).optional(),
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  fix: z.string().optional()
});
export type Diagnostic = z.infer<typeof Diagnostic>;

/** A literal that a parameter can hold. */
export const ParameterValue: z.ZodType<unknown> = z.json();

export const Parameter = z.object({
  name: z.string(),
  type: z.enum(['int', 'float', 'str', 'bool', 'list', 'dict', 'none', 'any']),
  default: ParameterValue,
  cell: z.number().int().min(0)
});
export type Parameter = z.infer<typeof Parameter>;

/** A variable that crosses into a step. */
export const StepInput = z.object({
  variable: z.string(),
  /** The id of the step that wrote it last. */
  from: z.string()
});
export type StepInput = z.infer<typeof StepInput>;

/** A code cell of a step: the source is what runs, with parameters not yet replaced. */
export const StepCell = z.object({
  id: z.string(),
  /** Position in the notebook, counted from 0 over all cells. */
  index: z.number().int().min(0),
  source: z.string(),
  /** True where a step runs (a part of) another step's cell again: what it puts out is not shown. */
  repeated: z.boolean().optional()
});
export type StepCell = z.infer<typeof StepCell>;

export const Step = z.object({
  /** Unique in the pipeline, a valid {@link Name}. */
  id: z.string(),
  /** As the user wrote it: the heading, the tag. */
  title: z.string(),
  cells: z.array(StepCell),
  inputs: z.array(StepInput),
  /** Variables that later steps read. */
  outputs: z.array(z.string()),
  /** Ids of the steps that must have ended before: data, files and order of side effects. */
  after: z.array(z.string()),
  parameters: z.array(z.string()),
  filesRead: z.array(z.string()),
  filesWritten: z.array(z.string()),
  /** Top-level names of imported modules. */
  imports: z.array(z.string()),
  /** Names of environment variables that the code reads. */
  environment: z.array(z.string()),
  image: z.string().optional(),
  resources: z
    .object({ cpu: z.string().optional(), memory: z.string().optional() })
    .optional(),
  retries: z.number().int().min(0),
  timeoutSeconds: z.number().positive().optional(),
  /** False where a repetition must run again: time, randomness, network, or the user's wish. */
  cache: z.boolean()
});
export type Step = z.infer<typeof Step>;

/** Two or more asked-for steps that became one, and why. */
export const Join = z.object({
  steps: z.array(z.string()),
  reason: z.string(),
  variable: z.string().optional()
});
export type Join = z.infer<typeof Join>;

/** The centre of everything: the converter makes it, the UI draws it, engines run it, compilers translate it. */
export const Pipeline = z.object({
  version: z.literal(1),
  name: z.string(),
  /** File name of the notebook, without its folder. */
  notebook: z.string(),
  kernel: z.string(),
  language: z.string(),
  split: Split,
  parameters: z.array(Parameter),
  /** Where injected values go: the index of the parameters cell. */
  parametersCell: z.number().int().min(0).nullable(),
  /** The order is a valid order of execution. */
  steps: z.array(Step),
  joins: z.array(Join),
  /** Local modules and data files that the code names, relative to the notebook's folder. */
  files: z.array(z.string()),
  imports: z.array(z.string())
});
export type Pipeline = z.infer<typeof Pipeline>;

/** Something from outside that must be there before the notebook runs, and who asks for it first. */
export const Need = z.object({
  kind: z.enum(['file', 'package', 'environment']),
  /** A path relative to the notebook's folder, a top-level module, a variable. */
  name: z.string(),
  ...Diagnostic.pick({
    cell: true,
    id: true,
    line: true,
    column: true,
    endLine: true,
    endColumn: true
  }).shape
});
export type Need = z.infer<typeof Need>;

export const MissingNeed = z.object({ need: Need, diagnostic: Diagnostic });
export type MissingNeed = z.infer<typeof MissingNeed>;

/** What a conversion gives: a pipeline where it is possible, and everything there is to say about it. */
export const Conversion = z.object({
  pipeline: Pipeline.nullable(),
  diagnostics: z.array(Diagnostic),
  needs: z.array(Need).optional(),
  /** Folders that the notebook puts on `sys.path`, relative to its own where it says so. */
  searchPath: z.array(z.string()).optional()
});
export type Conversion = z.infer<typeof Conversion>;
