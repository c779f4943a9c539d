import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { buildCore, discardCore, reopenCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { type IJob, Jobs, toApiError } from '../jobs';

const State = z.object({ trail: z.array(z.string()), note: z.string().optional() });
type State = z.infer<typeof State>;

let core: ICore;
beforeEach(() => {
  core = buildCore();
});
afterEach(() => discardCore(core));

function jobs(
  run: (job: IJob<State>) => Promise<void>,
  changed: string[] = []
): Jobs<State> {
  return new Jobs<State>(core.database, core.log, {
    kind: 'errand',
    state: State,
    run,
    changed: ({ status }) => changed.push(status)
  });
}

/** A transition that leaves its name. */
async function mark(job: IJob<State>, name: string): Promise<void> {
  await job.step(name, async ({ trail }) => ({ trail: [...trail, name] }));
}

test('a job walks through its transitions and tells each change', async () => {
  const changed: string[] = [];
  const errands = jobs(async job => {
    await mark(job, 'one');
    job.note({ note: 'half' });
    await mark(job, 'two');
  }, changed);
  const { id, status } = errands.start({ trail: [] });
  expect(status).toBe('running');
  const ended = await errands.ended(id);
  expect(ended).toMatchObject({
    status: 'succeeded',
    state: { trail: ['one', 'two'], note: 'half' },
    done: ['one', 'two'],
    error: null
  });
  expect(changed.at(-1)).toBe('succeeded');
});

test('the same id gives the same job and runs once', async () => {
  let count = 0;
  const errands = jobs(async () => {
    count += 1;
  });
  errands.start({ trail: [] }, 'once');
  expect(errands.start({ trail: ['other'] }, 'once').state.trail).toEqual([]);
  await errands.ended('once');
  errands.start({ trail: [] }, 'once');
  expect([count, errands.list()]).toEqual([
    1,
    [expect.objectContaining({ id: 'once' })]
  ]);
});

test('after a crash finished transitions are skipped and the one under way runs again', async () => {
  const effects: string[] = [];
  let hang = true;
  const walk = async (job: IJob<State>): Promise<void> => {
    await job.step('one', async () => {
      effects.push('one');
      return { trail: ['one'] };
    });
    await job.step('two', async () => {
      effects.push('two');
      if (hang) {
        await new Promise((_, reject) =>
          job.signal.addEventListener('abort', () => reject(job.signal.reason))
        );
      }
      return {};
    });
  };
  const first = jobs(walk);
  const { id } = first.start({ trail: [] });
  while (!effects.includes('two')) {
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  await first.close();
  core.database.close();
  core = reopenCore(core);
  hang = false;
  const second = jobs(walk);
  expect(second.get(id).status).toBe('running');
  second.resume();
  expect((await second.ended(id)).status).toBe('succeeded');
  expect(effects).toEqual(['one', 'two', 'two']);
});

test('a job that fails keeps what it had done and the words of its error', async () => {
  const errands = jobs(async job => {
    await mark(job, 'one');
    throw new MlopsError('refused', { code: 'too-wet', message: 'It rains.' });
  });
  const { id } = errands.start({ trail: [] });
  expect(await errands.ended(id)).toMatchObject({
    status: 'failed',
    done: ['one'],
    error: { code: 'too-wet', message: 'It rains.' }
  });
});

test('a cancelled job starts no further transition and says that it was cancelled', async () => {
  const errands = jobs(async job => {
    await mark(job, 'one');
    await new Promise(resolve => setTimeout(resolve, 50));
    await mark(job, 'two');
  });
  const { id } = errands.start({ trail: [] });
  errands.cancel(id);
  expect(await errands.ended(id)).toMatchObject({
    status: 'failed',
    error: { code: 'cancelled' }
  });
  expect(errands.get(id).state.trail).not.toContain('two');
});

test('an unknown job, and one of another kind, are not found', () => {
  core.database.run(
    "INSERT INTO jobs (id, kind, status, state, done, created_at, updated_at) VALUES ('x', 'other', 'failed', '{}', '[]', '', '')"
  );
  expect(() => jobs(async () => undefined).get('x')).toThrow('There is no errand x.');
});

test('a full disk is called by its name, and a defect is not dressed up', () => {
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' });
  expect(toApiError(full).code).toBe('disk-full');
  expect(toApiError(new Error('database or disk is full')).code).toBe('disk-full');
  expect(toApiError(new TypeError('x is undefined'))).toMatchObject({
    code: 'internal',
    cause: 'x is undefined'
  });
});
