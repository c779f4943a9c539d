import type { GatewayEvent } from '../../../contract/event';
import { MlopsError } from '../../../contract/mlops-error';
import { ANNA, buildCore, discardCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { buildVersion } from '../../environments/__tests__/model-builder';
import type { IJob } from '../../jobs/jobs';
import { Models } from '../models';
import type { RegistrationState } from '../registration';
import { VersionTable } from '../version-table';

let core: ICore;
let table: VersionTable;
let models: Models;
/** What the next registrations do. */
let work: (job: IJob<RegistrationState>) => Promise<void>;

beforeEach(() => {
  core = buildCore();
  table = new VersionTable(core.database);
  work = () => Promise.resolve();
  models = new Models({
    core,
    table,
    runs: {} as never,
    store: {} as never,
    registrar: { run: (job: IJob<RegistrationState>) => work(job) } as never
  });
});
afterEach(async () => {
  await models.close();
  discardCore(core);
});

describe('an archived version', () => {
  const NAME = 'bike';

  function add(): void {
    const { version: _, state: _s, evidence: _e, ...rest } = buildVersion();
    const { environments: _r, ...version } = rest;
    table.add({ ...version, model: NAME }, { rowsDigest: null, monitoring: null });
  }

  it.each([
    ['passed', 'ready'],
    ['failed', 'failed'],
    [null, 'testing']
  ] as const)('comes back as its last test left it: %s', (result, state) => {
    add();
    const [evidence] = buildVersion().evidence;
    if (result) {
      table.addEvidence(NAME, 1, { ...evidence, result: 'failed' }, 'first');
      table.addEvidence(NAME, 1, { ...evidence, result }, 'second');
    }
    models.archive(NAME, 1, ANNA);
    const told: GatewayEvent[] = [];
    core.events.subscribe(({ event }) => told.push(event));
    expect(models.unarchive(NAME, 1, ANNA).state).toBe(state);
    expect(told).toMatchObject([{ type: 'version', data: { state } }]);
    expect(core.audit.list(1)).toMatchObject([
      { actor: ANNA, action: 'model.unarchive', object: 'bike/1', result: 'done' }
    ]);
  });

  it('is the only one that comes back: another stays as it is, without an entry', () => {
    add();
    table.setState(NAME, 1, 'ready');
    const before = core.audit.list(100).length;
    expect(models.unarchive(NAME, 1, ANNA).state).toBe('ready');
    expect(core.audit.list(100)).toHaveLength(before);
  });
});

describe('the list of registrations', () => {
  const SOURCE = buildVersion();

  async function test(version: number): Promise<string> {
    const { id } = models.test('bike', version, ANNA);
    await models.registrationEnded(id);
    return id;
  }

  beforeEach(() => {
    const { version: _, state: _s, evidence: _e, ...rest } = SOURCE;
    const { environments: _r, ...version } = rest;
    table.add(version, { rowsDigest: null, monitoring: null });
  });

  it('has what is under way, also for whoever opens the page later', async () => {
    let end = (): void => undefined;
    work = () => new Promise(resolve => (end = resolve));
    const { id } = models.test('bike', 1, ANNA);
    await Promise.resolve();
    expect(models.registrations().map(each => each.id)).toEqual([id]);
    end();
    await models.registrationEnded(id);
    expect(models.registrations()).toEqual([]);
  });

  it('has what failed, for a day and until it is tried again', async () => {
    work = () => Promise.reject(new MlopsError('failed', FAILURE));
    const id = await test(1);
    expect(models.registrations()).toMatchObject([{ id, state: 'failed' }]);
    expect(models.registrations(Date.now() + 25 * 3600 * 1000)).toEqual([]);
    work = () => Promise.resolve();
    await test(1);
    expect(models.registrations()).toEqual([]);
  });

  it('does not have what was cancelled', async () => {
    work = job =>
      new Promise((_, reject) => {
        job.signal.addEventListener('abort', () => reject(job.signal.reason));
      });
    const { id } = models.test('bike', 1, ANNA);
    await Promise.resolve();
    await models.cancelRegistration(id, ANNA);
    expect(models.registrations()).toEqual([]);
  });
});

const FAILURE = { code: 'kind-unknown', message: 'MLServer cannot serve it.' };
