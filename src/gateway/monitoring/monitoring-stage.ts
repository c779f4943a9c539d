import { MlopsError } from '../../contract/mlops-error';
import type { ICore } from '../core';
import type { Feedback, IEnvironments, IPayload } from '../environments/port';
import type { Handlers } from '../http/handlers';
import type { IModels } from '../models/port';
import type { IRuns } from '../pipelines/port';
import type { IModelServer } from '../serving/port';
import type { IStage } from '../stage';
import { AlertStore } from './alert-store';
import { Capture } from './capture';
import { compareVersions } from './comparison';
import { DriftMonitor } from './drift-monitor';
import { PayloadStore } from './payload-store';
import { monitorOf, reportOf } from './report';
import { Retrainings } from './retraining';
import { ServiceMonitor } from './service-monitor';
import { MonitoredVersions, type IMonitored } from './subject';
import { WindowStore } from './window-store';

const LOOK_EVERY = 15_000;
const EXPIRE_EVERY = 3_600_000;
const DAY = 86_400_000;
const GIBIBYTE = 2 ** 30;

export interface IMonitoringSources {
  runs: IRuns;
  models: IModels;
  environments: IEnvironments;
  modelServer: IModelServer;
}

/** Captures requests, judges windows, raises alerts, retrains. */
export class MonitoringStage implements IStage {
  constructor(core: ICore, sources: IMonitoringSources) {
    const { database, events, log } = core;
    this._core = core;
    this._sources = sources;
    this._monitored = new MonitoredVersions(sources.models, sources.environments);
    this._payloads = new PayloadStore(database);
    this._windows = new WindowStore(database);
    this._alerts = new AlertStore(database);
    const { _payloads: payloads, _windows: windows, _alerts: alerts } = this;
    this._drift = new DriftMonitor({ payloads, windows, alerts, events });
    this._service = new ServiceMonitor(alerts, events);
    this._capture = new Capture({ log, write: captured => this._write(captured) });
    this._retrainings = new Retrainings({
      ...sources,
      core,
      payloads,
      alerts,
      monitored: this._monitored
    });
    sources.environments.addPayloadSink(this._capture.sink);
    sources.environments.setFeedback(this._feedback);
  }

  private readonly _feedback: Feedback = (environment, model, labels) => {
    // Labels may follow their request within a moment: it must be there by then.
    this._capture.flush();
    return this._payloads.addLabels(environment, model, labels);
  };

  readonly handlers: Handlers = {
    feedback: ({ params, body }) =>
      this._feedback(params.environment, params.model, body.labels),
    listMonitors: () => {
      this._capture.flush();
      const monitored = this._monitored.list();
      return { monitors: monitored.map(one => monitorOf(this._reportSources(), one)) };
    },
    driftReport: ({ params }) => {
      this._capture.flush();
      return reportOf(
        this._reportSources(),
        this._find(params.environment, params.model)
      );
    },
    listAlerts: () => {
      this._capture.flush();
      return { alerts: this._alerts.list() };
    },
    silenceAlert: ({ params, body, actor }) => {
      const until = new Date(Date.now() + body.hours * 3_600_000).toISOString();
      const alert = this._alerts.put({
        ...this._alerts.get(params.id),
        state: 'silenced',
        silence: { by: actor.name, reason: body.reason, until }
      });
      this._core.audit.add({
        actor,
        action: 'alert.silence',
        object: alert.id,
        result: 'done',
        details: { reason: body.reason, until }
      });
      this._core.events.publish({ type: 'alert', data: alert });
      return alert;
    },
    deletePayloads: ({ params, actor }) => {
      this._capture.flush();
      const deleted = this._payloads.deleteAll(params.environment, params.model);
      this._windows.deleteAll(params.environment, params.model);
      this._core.audit.add({
        actor,
        action: 'payloads.delete',
        object: `${params.environment}/${params.model}`,
        result: 'done',
        details: { deleted }
      });
      return { deleted };
    },
    retrain: ({ body, actor }) => this._retrainings.start(body, actor),
    listRetrainings: () => ({ retrainings: this._retrainings.list() }),
    getRetraining: ({ params }) => this._retrainings.get(params.id),
    compare: ({ params, body }) => {
      this._capture.flush();
      return compareVersions(
        { ...this._sources, payloads: this._payloads },
        {
          model: params.model,
          environment: body.environment,
          champion: body.champion,
          challenger: body.challenger,
          after: body.after === undefined ? undefined : Date.parse(body.after)
        }
      );
    }
  };

  async start(): Promise<void> {
    this._retrainings.resume();
    this._timers = [
      setInterval(() => this._guarded(() => this._look()), LOOK_EVERY),
      setInterval(() => this._guarded(() => this._expire()), EXPIRE_EVERY)
    ];
    this._guarded(() => this._expire());
  }

  async close(): Promise<void> {
    this._timers.forEach(timer => clearInterval(timer));
    this._capture.flush();
    await this._retrainings.close();
  }

  async status() {
    return [
      {
        stage: 'monitoring' as const,
        adapter: 'embedded',
        state: 'ready' as const,
        detail: 'Requests are captured by the gateway and judged here.'
      }
    ];
  }

  private _write(captured: IPayload[]): void {
    this._payloads.add(
      captured,
      payload => this._monitored.get(payload).settings.sensitive
    );
    const groups = Map.groupBy(captured, ({ environment, model, version }) =>
      JSON.stringify([environment, model, version])
    );
    for (const group of groups.values()) {
      const times = group.flatMap(({ ok, eventTimes }) =>
        ok ? eventTimes.map(Date.parse) : []
      );
      this._drift.update(this._monitored.get(group[0]), times);
    }
  }

  /** What changes by time alone: windows end, endpoints slow down, versions are replaced. */
  private _look(): void {
    for (const monitored of this._monitored.list()) {
      this._drift.retire(monitored);
      this._drift.update(monitored, []);
    }
    for (const environment of this._sources.environments.list()) {
      environment.endpoints.forEach(endpoint =>
        this._service.update(endpoint, environment)
      );
    }
  }

  private _expire(): void {
    const days = Math.min(
      30,
      ...this._monitored.list().map(({ settings }) => settings.retentionDays)
    );
    this._payloads.expire(new Date(Date.now() - days * DAY), GIBIBYTE);
  }

  private _guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this._core.log.error({ err: error }, 'monitoring could not look');
    }
  }

  private _find(environment: string, model: string): IMonitored {
    const monitored = this._monitored.find(environment, model);
    if (!monitored) {
      throw new MlopsError('not-found', {
        code: 'not-released',
        message: `No version of ${model} answers in ${environment}.`,
        action: 'Promote a version there first.'
      });
    }
    return monitored;
  }

  private _reportSources() {
    return {
      payloads: this._payloads,
      windows: this._windows,
      alerts: this._alerts,
      environments: this._sources.environments
    };
  }

  private readonly _core: ICore;
  private readonly _sources: IMonitoringSources;
  private readonly _monitored: MonitoredVersions;
  private readonly _payloads: PayloadStore;
  private readonly _windows: WindowStore;
  private readonly _alerts: AlertStore;
  private readonly _drift: DriftMonitor;
  private readonly _service: ServiceMonitor;
  private readonly _capture: Capture;
  private readonly _retrainings: Retrainings;
  private _timers: NodeJS.Timeout[] = [];
}
