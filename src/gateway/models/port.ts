import type { Registration } from '../../contract/event';
import type { Actor } from '../../contract/identifier';
import type {
  Evidence,
  Model,
  ModelVersion,
  RegisterRequest
} from '../../contract/model';
import type { MonitoringSettings } from '../../contract/project';

/** What other stages ask of registered models. */
export interface IModels {
  list(): Model[];
  /** @throws MlopsError `model-unknown`, `version-unknown` */
  version(model: string, version: number): ModelVersion;
  byDigest(digest: string): ModelVersion | null;
  /** Starts a registration; the same run and variable give the version that exists. */
  register(request: RegisterRequest, actor: Actor): Registration;
  /** Resolves when the registration has succeeded or failed. */
  registrationEnded(id: string, signal?: AbortSignal): Promise<Registration>;
  addEvidence(model: string, version: number, evidence: Evidence): ModelVersion;
  /** Where a model is released now: told by the environments after the new version serves. */
  setReleased(environment: string, model: string, version: number | null): void;
  /** Folders of live kernels from which versions of the model were registered. */
  liveFolders(model: string): string[];
  /** Content of a digest in the store: baseline, golden request and so on, as JSON. */
  json(digest: string): unknown;
  /** The monitoring settings of the version's registration; null where they were not written down. */
  monitoring(model: string, version: number): MonitoringSettings | null;
  /** The training rows' digests of a version, 16 bytes each, hexadecimal; null where unknown. */
  trainingRows(model: string, version: number): Set<string> | null;
}
