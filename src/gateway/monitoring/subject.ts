import type { Logger } from 'pino';

import type { ModelVersion } from '../../contract/model';
import type { MonitoringSettings } from '../../contract/project';
import type { IBaselineProfile } from '../../statistics/baseline-profile';
import type { IEnvironments } from '../environments/port';
import type { IModels } from '../models/port';
import type { ISubject } from './payload-store';
import type { VersionSettings } from './version-settings';

/** A released version with what its monitoring needs. */
export interface IMonitored extends ISubject {
  registered: ModelVersion;
  /** Null where the version was registered without its training data. */
  profile: IBaselineProfile | null;
  settings: MonitoringSettings;
}

/** Knows what is monitored: every version that is released in an environment. */
export class MonitoredVersions {
  constructor(options: MonitoredVersions.IOptions) {
    this._options = options;
  }

  /** One a model and environment. */
  list(): IMonitored[] {
    return this._options.environments
      .list()
      .flatMap(({ name, endpoints }) =>
        endpoints.flatMap(({ model, version }) =>
          version === null ? [] : this._each({ environment: name, model, version })
        )
      );
  }

  /** The version that answers there now; null where none does. */
  find(environment: string, model: string): IMonitored | null {
    const version =
      this._options.environments.endpoint(environment, model)?.version ?? null;
    return version === null ? null : this.get({ environment, model, version });
  }

  isReleased({ environment, model, version }: ISubject): boolean {
    return this._options.environments.endpoint(environment, model)?.version === version;
  }

  get({ environment, model, version }: ISubject): IMonitored {
    const { registered, profile, stored } = this._registered({ model, version });
    const settings = this._options.settings.of(registered, stored);
    return { environment, model, version, registered, profile, settings };
  }

  /** The settings that count for a version, wherever it is released or was. */
  settings(version: Pick<ISubject, 'model' | 'version'>): MonitoringSettings {
    const { registered, stored } = this._registered(version);
    return this._options.settings.of(registered, stored);
  }

  private _registered({ model, version }: Pick<ISubject, 'model' | 'version'>) {
    const key = `${model}@${version}`;
    const known = this._known.get(key) ?? this._read(model, version);
    this._known.set(key, known);
    return known;
  }

  /** What cannot be read of one version must not hide the others. */
  private _each(subject: ISubject): IMonitored[] {
    try {
      return [this.get(subject)];
    } catch (error) {
      const { model, version } = subject;
      this._options.log.error(
        { err: error, model, version },
        'a version is not monitored'
      );
      return [];
    }
  }

  private _read(model: string, version: number): IRegistered {
    const { models } = this._options;
    const registered = models.version(model, version);
    const { baseline } = registered;
    const content = baseline === null ? null : models.json(baseline);
    return {
      registered,
      profile: isProfile(content) ? content : null,
      stored: models.monitoring(model, version)
    };
  }

  private readonly _options: MonitoredVersions.IOptions;
  /** Versions never change: what was read once stays true. */
  private readonly _known = new Map<string, IRegistered>();
}

export namespace MonitoredVersions {
  export interface IOptions {
    models: IModels;
    environments: IEnvironments;
    settings: VersionSettings;
    log: Logger;
  }
}

interface IRegistered extends Pick<IMonitored, 'registered' | 'profile'> {
  stored: MonitoringSettings | null;
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
