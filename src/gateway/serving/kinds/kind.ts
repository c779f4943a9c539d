/** A kind of model that MLServer serves with our runtime. A new kind is a folder here and a line in `kinds.ts`. */
export interface IServingKind {
  /** As the step runner names it. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** `platform` of the Open Inference Protocol's model metadata. */
  readonly platform: string;
  /** Distributions without which such a model cannot be opened; one of each group. */
  readonly required: readonly (readonly string[])[];
}
