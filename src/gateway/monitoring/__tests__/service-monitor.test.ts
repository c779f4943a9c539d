import type { Alert } from '../../../contract/monitor';
import { ANNA, buildCore, discardCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { AlertStore } from '../alert-store';
import { ServiceMonitor } from '../service-monitor';
import { OneEndpoint } from './monitoring-builder';

const HOUR = 3_600_000;

describe('alerts of an endpoint', () => {
  let core: ICore;
  let alerts: AlertStore;
  let service: ServiceMonitor;
  let endpoint: OneEndpoint;

  beforeEach(() => {
    core = buildCore();
    alerts = new AlertStore(core.database);
    service = new ServiceMonitor(alerts, core.events);
    endpoint = new OneEndpoint();
  });

  afterEach(() => discardCore(core));

  const look = (): Alert[] => {
    const environments = endpoint.list();
    environments.forEach(environment =>
      environment.endpoints.forEach(each => service.update(each, environment))
    );
    service.retire(environments);
    return alerts.list();
  };

  const silence = (hours: number): Alert =>
    alerts.silence(alerts.list()[0].id, {
      by: ANNA.name,
      reason: 'known',
      until: new Date(Date.now() + hours * HOUR).toISOString()
    });

  it('fire at five failures in a hundred requests, and end with them', () => {
    endpoint.errorRate = 0.049;
    expect(look()).toEqual([]);
    endpoint.errorRate = 0.05;
    expect(look()).toMatchObject([
      {
        kind: 'errors',
        severity: 'critical',
        state: 'firing',
        summary: '5 % of requests failed in the last five minutes.'
      }
    ]);
    expect(look()).toHaveLength(1);
    endpoint.errorRate = 0;
    expect(look()).toMatchObject([{ state: 'resolved' }]);
  });

  it('fire above the latency that the environment allows', () => {
    endpoint.p95 = 500;
    expect(look()).toEqual([]);
    endpoint.p95 = 501;
    expect(look()).toMatchObject([
      { kind: 'latency', severity: 'warning', summary: expect.stringContaining('501') }
    ]);
  });

  it('need a request a minute', () => {
    endpoint.requestsPerMinute = 0.8;
    endpoint.errorRate = 1;
    expect(look()).toEqual([]);
  });

  it('are those of the declared version while nothing answers', () => {
    endpoint.version = null;
    endpoint.errorRate = 1;
    expect(look()).toEqual([]);
    endpoint.releases = [
      {
        model: 'bike-demand',
        version: 7,
        digest: `sha256:${'1'.repeat(64)}`,
        app: null,
        baseline: null,
        revision: 'r',
        promotion: 'p',
        at: '2026-01-01T00:00:00.000Z',
        actor: ANNA
      }
    ];
    expect(look()).toMatchObject([{ version: 7, state: 'firing' }]);
  });

  it('fire again when their silence has ended', () => {
    endpoint.errorRate = 0.2;
    look();
    silence(1);
    expect(look()).toMatchObject([{ state: 'silenced' }]);
    silence(-1);
    endpoint.errorRate = 0.3;
    expect(look()).toMatchObject([
      { state: 'firing', summary: expect.stringContaining('30 %') }
    ]);
  });

  it('cannot be silenced once they are resolved', () => {
    endpoint.errorRate = 0.2;
    look();
    endpoint.errorRate = 0;
    look();
    expect(() => silence(1)).toThrow('resolved');
    expect(alerts.list()).toMatchObject([{ state: 'resolved' }]);
  });

  it('end when the release is taken away', () => {
    endpoint.errorRate = 0.2;
    look();
    endpoint.declared = false;
    expect(look()).toMatchObject([{ state: 'resolved' }]);
  });

  it('stay while nothing is known of what is released', () => {
    endpoint.errorRate = 0.2;
    look();
    service.retire([]);
    expect(alerts.list()).toMatchObject([{ state: 'firing' }]);
  });
});
