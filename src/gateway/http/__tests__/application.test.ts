import { pino } from 'pino';

import { MlopsError } from '../../../contract/mlops-error';
import { EventBus } from '../../events';
import { createApplication } from '../application';
import { eventStream } from '../event-stream';
import type { Handlers } from '../handlers';

function application(
  handlers: Handlers | null,
  elsewhere = async (request: Request): Promise<Response> =>
    Response.json({ elsewhere: new URL(request.url).pathname })
): ReturnType<typeof createApplication> {
  return createApplication({
    log: pino({ level: 'silent' }),
    user: 'anna',
    rootDir: '/srv',
    handlers: () => handlers,
    elsewhere,
    local: {}
  });
}

test('who calls is named by the proxy, and asserted unless it says otherwise', async () => {
  const actors: unknown[] = [];
  const app = application({
    audit: ({ actor, token }) => {
      actors.push([actor, token]);
      return { entries: [] };
    }
  });
  await app.request('/api/v1/audit');
  await app.request('/api/v1/audit', { headers: { 'X-Mlops-User': 'J%C3%BCrg' } });
  await app.request('/api/v1/audit', {
    headers: {
      'X-Mlops-User': 'eve',
      'X-Mlops-User-Asserted': '0',
      'X-Mlops-User-Token': 'hush'
    }
  });
  expect(actors).toEqual([
    [{ name: 'anna', asserted: true }, null],
    [{ name: 'Jürg', asserted: true }, null],
    [{ name: 'eve', asserted: false }, 'hush']
  ]);
});

test('errors that a user can act on keep their words; defects are called internal', async () => {
  const app = application({
    listModels: () => {
      throw new MlopsError('conflict', { code: 'busy', message: 'Two at once.' });
    },
    listAlerts: () => {
      throw new TypeError('x is undefined');
    }
  });
  const busy = await app.request('/api/v1/models');
  expect([busy.status, await busy.json()]).toEqual([
    409,
    { code: 'busy', message: 'Two at once.' }
  ]);
  const defect = await app.request('/api/v1/alerts');
  expect([defect.status, await defect.json()]).toEqual([
    500,
    expect.objectContaining({ code: 'internal', cause: 'x is undefined' })
  ]);
});

test('input is checked before a handler sees it', async () => {
  const app = application({
    startRun: () => {
      throw new Error('It must not be called.');
    }
  });
  for (const [body, code] of [
    ['{', 'request-not-json'],
    ['{}', 'request-invalid'],
    ['{"notebook": 7}', 'request-invalid']
  ]) {
    const reply = await app.request('/api/v1/runs', { method: 'POST', body });
    expect([reply.status, await reply.json()]).toEqual([
      422,
      expect.objectContaining({ code })
    ]);
  }
});

test('who does not hold the lease hands the request on; what no stage offers is said', async () => {
  const away = await application(null).request('/api/v1/runs');
  expect(await away.json()).toEqual({ elsewhere: '/api/v1/runs' });
  const none = await application({}).request('/api/v1/runs');
  expect([none.status, await none.json()]).toEqual([
    503,
    expect.objectContaining({ code: 'not-offered' })
  ]);
});

test('a reading method changes nothing: runs are not stopped by GET', async () => {
  const app = application({
    stopRun: () => {
      throw new Error('It must not be called.');
    }
  });
  expect((await app.request('/api/v1/runs/1/stop')).status).toBe(404);
});

test('the event stream carries ids to go on from', async () => {
  const bus = new EventBus();
  const read = async (request: Request): Promise<string> => {
    const reader = eventStream(bus, request).body?.getReader();
    bus.publish({ type: 'environment', data: { name: 'dev' } });
    let text = '';
    while (!text.includes('dev')) {
      text += new TextDecoder().decode((await reader?.read())?.value);
    }
    await reader?.cancel();
    return text;
  };
  const first = await read(new Request('http://gateway/'));
  expect(first).toMatch(
    /^: connected\n\nid: [0-9a-f]{8}-1\ndata: {"type":"environment"/
  );
  const id = /id: (\S+)/.exec(first)?.[1] ?? '';
  bus.publish({ type: 'environment', data: { name: 'missed-and-not-dev-ice' } });
  const second = await read(
    new Request('http://gateway/', { headers: { 'Last-Event-ID': id } })
  );
  expect(second).toContain('missed-and-not-dev-ice');
});

test('every line of the log about a request carries its id, a given one as it is', async () => {
  const lines: Record<string, unknown>[] = [];
  const app = createApplication({
    log: pino({ level: 'debug' }, { write: line => void lines.push(JSON.parse(line)) }),
    user: 'anna',
    rootDir: '/srv',
    handlers: () => ({
      listModels: () => {
        throw new MlopsError('refused', { code: 'no', message: 'No.' });
      }
    }),
    elsewhere: async () => Response.json({}),
    local: {}
  });
  await app.request('/api/v1/models', { headers: { 'X-Request-Id': 'abc' } });
  await app.request('/api/v1/models');
  const ids = lines.map(({ requestId }) => requestId);
  expect(ids.slice(0, 2)).toEqual(['abc', 'abc']);
  expect(ids.slice(2)).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), ids[2]]);
});
