import { resolve } from 'node:path';

import type { RouteName } from '../../contract/paths';
import { routes } from '../../contract/routes';
import { Client } from '../client';
import { createProgram } from '../program';

const ENDED = {
  id: 'r-1',
  environment: 'prod',
  model: 'bike',
  champion: 1,
  alert: null,
  state: 'succeeded',
  cutOff: null,
  run: 'run-1',
  challenger: 2,
  comparison: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:01:00.000Z',
  error: null
};

describe('jupyter mlops retrain', () => {
  let bodies: unknown[];
  let printed: string[];
  let reply: Record<string, unknown>;

  beforeEach(() => {
    bodies = [];
    printed = [];
    reply = ENDED;
    const call = async (name: RouteName, { body }: { body?: unknown } = {}) => {
      if (name === 'retrain') {
        // What the gateway would refuse is no request.
        bodies.push(routes.retrain.body.parse(body));
      }
      return reply;
    };
    jest
      .spyOn(Client, 'open')
      .mockResolvedValue({ call, close: async () => undefined } as never);
    const take = (text: string | Uint8Array): boolean => printed.push(String(text)) > 0;
    jest.spyOn(process.stdout, 'write').mockImplementation(take);
    jest.spyOn(process.stderr, 'write').mockImplementation(take);
  });

  afterEach(() => {
    jest.restoreAllMocks();
    process.exitCode = undefined;
  });

  const run = (...words: string[]) =>
    createProgram().parseAsync(['retrain', 'bike', '--in', 'prod', ...words], {
      from: 'user'
    });

  it('asks for everything by its default', async () => {
    await run();
    expect(bodies).toEqual([
      { environment: 'prod', model: 'bike', alert: null, parameters: {} }
    ]);
    expect(process.exitCode).toBe(0);
  });

  it('sends files by their absolute path, and parameters as JSON where they are', async () => {
    await run('--file', 'data/a=b.csv', '--param', 'months=4', '--param', 'name=x');
    expect(bodies).toMatchObject([
      {
        files: { 'data/a': resolve('b.csv') },
        parameters: { months: 4, name: 'x' }
      }
    ]);
  });

  it.each([
    ['2011-04-30', '2011-04-30T00:00:00.000Z'],
    ['2011-04-30 17:00:00', '2011-04-30T17:00:00.000Z'],
    ['2011-04-30T17:00:00+02:00', '2011-04-30T15:00:00.000Z']
  ])('takes %s as a cut-off', async (given, cutOff) => {
    await run('--cut-off', given);
    expect(bodies).toMatchObject([{ cutOff }]);
  });

  it.each([
    ['a cut-off that is no time', ['--cut-off', 'soon']],
    ['a file without a path', ['--file', 'b.csv']]
  ])('refuses %s and starts nothing', async (_, words) => {
    await run(...words).catch(() => undefined);
    expect(bodies).toEqual([]);
  });

  it('says why both were not compared, and ends well', async () => {
    const message = 'The versions are not compared, because temp is not stored.';
    reply = { ...ENDED, error: { code: 'column-not-stored', message } };
    await run();
    expect(printed.join('')).toContain(message);
    expect(process.exitCode).toBe(0);
  });

  it('fails where the retraining did', async () => {
    reply = { ...ENDED, state: 'failed', error: { code: 'x', message: 'No.' } };
    await run();
    expect(process.exitCode).toBe(1);
  });
});
