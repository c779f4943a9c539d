import type { GatewayEvent, Registration } from '../../contract/event';
import type { Model, ModelVersion } from '../../contract/model';
import { Resource } from '../gateway/resource';
import type { IModels } from '../tokens';

/** Models with their versions, and registrations on their way. */
export class ModelsModel extends Resource implements IModels {
  get models(): readonly Model[] {
    return this._models;
  }

  get registrations(): readonly Registration[] {
    return this._registrations;
  }

  version(model: string, version: number): ModelVersion | undefined {
    return this._models
      .find(({ name }) => name === model)
      ?.versions.find(other => other.version === version);
  }

  /** Shows a registration at once, before its first event. */
  show(registration: Registration): void {
    this._take(registration);
    this.changed();
  }

  /** Forgets a registration that failed and was read. */
  dismiss(id: string): void {
    this._dismissed.add(id);
    this._registrations = this._registrations.filter(other => other.id !== id);
    this.changed();
  }

  protected async fetch(): Promise<void> {
    const { client } = this.gateway;
    const [{ models }, { registrations }] = await Promise.all([
      client.call('listModels'),
      client.call('listRegistrations')
    ]);
    this._models = models.map(newestFirst);
    this._registrations = registrations.filter(({ id }) => !this._dismissed.has(id));
  }

  protected apply(event: GatewayEvent): boolean {
    switch (event.type) {
      case 'version':
        this._models = withVersion(this._models, event.data);
        return true;
      case 'registration':
        this._take(event.data);
        return true;
      case 'promotion':
        if (event.data.state === 'succeeded') {
          // Which environments a version is in has changed.
          void this.refresh();
        }
        return false;
      default:
        return false;
    }
  }

  private _take(registration: Registration): void {
    const others = this._registrations.filter(({ id }) => id !== registration.id);
    this._registrations =
      registration.state === 'succeeded' ? others : [registration, ...others];
    if (registration.state === 'succeeded') {
      void this.refresh();
    }
  }

  private _models: Model[] = [];
  private _registrations: Registration[] = [];
  private readonly _dismissed = new Dismissed();
}

/** What the user has read and sent away, also before the page was loaded again. */
class Dismissed {
  has(id: string): boolean {
    return this._ids.includes(id);
  }

  add(id: string): void {
    this._ids = [...this._ids, id].slice(-KEPT);
    localStorage.setItem(KEY, this._ids.join(' '));
  }

  private _ids = (localStorage.getItem(KEY) ?? '').split(' ').filter(Boolean);
}

const KEY = 'jupyterlab-mlops:dismissed-registrations';
const KEPT = 50;

function newestFirst(model: Model): Model {
  return {
    ...model,
    versions: [...model.versions].sort((one, other) => other.version - one.version)
  };
}

function withVersion(models: readonly Model[], version: ModelVersion): Model[] {
  const model = models.find(({ name }) => name === version.model);
  const others = models.filter(other => other !== model);
  const versions = [
    version,
    ...(model?.versions ?? []).filter(other => other.version !== version.version)
  ];
  return [...others, newestFirst({ name: version.model, versions })].sort(
    (one, other) => one.name.localeCompare(other.name)
  );
}
