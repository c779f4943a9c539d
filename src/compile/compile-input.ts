import type { Diagnostic, Pipeline } from '../contract/pipeline';

/** A file as the compiled pipeline carries it. */
export interface ICarriedFile {
  /** Path in the run's private folder, with forward slashes. */
  path: string;
  content: Uint8Array;
}

/** A key of a Kubernetes Secret. */
export interface ISecretKey {
  secret: string;
  key: string;
}

/** Everything that a compiled pipeline is made of. */
export interface ICompileInput {
  pipeline: Pipeline;
  /** The notebook, as it goes into the executed one: without outputs, every cell with an id. */
  notebook: unknown;
  /** Files of the step runner: name → source. */
  runner: Record<string, string>;
  /** Files that the notebook needs: local modules and data. */
  files: ICarriedFile[];
  /** Files that were too large to be read at all: path → bytes. */
  large: Record<string, number>;
  /** The notebook's folder in the run's private one; `.` where they are the same. */
  place: string;
  tolerant: number[];
  modelVariable: string | null;
  timeColumn: string | null;
  /** Image of steps that name none, by digest. */
  image?: string;
  /** Environment variable → where its value comes from. */
  secrets: Record<string, ISecretKey>;
  /** PersistentVolumeClaim with the files that are too large to be carried. */
  filesClaim?: string;
  /** Whether steps print their log and events as JSON, for whoever follows them. */
  live?: boolean;
}

export interface ICompiled {
  /** Null where an error was found. */
  yaml: string | null;
  diagnostics: Diagnostic[];
}

/** What the two targets differ in before a line of YAML is written. */
export interface ITarget {
  name: string;
  /** Bytes that the archive may have as text. */
  bundleBytes: number;
  /** Bytes that one step's request may have as text. */
  requestBytes: number;
}
