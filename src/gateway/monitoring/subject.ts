import type { ModelVersion } from '../../contract/model';
import type { Project } from '../../contract/project';
import type { IBaselineProfile } from '../../statistics/baseline-profile';
import type { IEnvironments } from '../environments/port';
import type { IModels } from '../models/port';
import { readProject } from '../project/read-project';
import type { ISubject } from './payload-store';

/** A released version with what its monitoring needs. */
export interface IMonitored extends ISubject {
  registered: ModelVersion;
  /** Null where the version was registered without its training data. */
  profile: IBaselineProfile | null;
  settings: Project['monitoring'];
}

/** Knows what is monitored: every version that is released in an environment. */
export class MonitoredVersions {
  constructor(models: IModels, environments: IEnvironments) {
    this._models = models;
    this._environments = environments;
  }

  /** One a model and environment. */
  list(): IMonitored[] {
    return this._environments
      .list()
      .flatMap(({ name, endpoints }) =>
        endpoints.flatMap(({ model, version }) =>
          version === null ? [] : [this.get({ environment: name, model, version })]
        )
      );
  }

  /** The version that answers there now; null where none does. */
  find(environment: string, model: string): IMonitored | null {
    const version = this._environments.endpoint(environment, model)?.version ?? null;
    return version === null ? null : this.get({ environment, model, version });
  }

  get(subject: ISubject): IMonitored {
    const key = `${subject.model}@${subject.version}`;
    const known = this._known.get(key);
    if (known) {
      return { ...subject, ...known };
    }
    const registered = this._models.version(subject.model, subject.version);
    const found = {
      registered,
      profile: this._profile(registered),
      settings: readProject(registered.lineage.notebook).project.monitoring
    };
    this._known.set(key, found);
    return { ...subject, ...found };
  }

  private _profile({ baseline }: ModelVersion): IBaselineProfile | null {
    const content = baseline === null ? null : this._models.json(baseline);
    return isProfile(content) ? content : null;
  }

  private readonly _models: IModels;
  private readonly _environments: IEnvironments;
  /** Versions never change: what was read once stays true. */
  private readonly _known = new Map<
    string,
    Pick<IMonitored, 'registered' | 'profile' | 'settings'>
  >();
}

/** Profiles are written by this gateway and named by digest: their version says all. */
function isProfile(content: unknown): content is IBaselineProfile {
  return (
    typeof content === 'object' &&
    content !== null &&
    'version' in content &&
    content.version === 1 &&
    'features' in content
  );
}
