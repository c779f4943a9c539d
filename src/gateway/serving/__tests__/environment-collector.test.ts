import { pino } from 'pino';

import { buildVersion } from '../../monitoring/__tests__/monitoring-builder';
import { EnvironmentCollector } from '../environment-collector';
import { lockOf } from '../local-model-server';

const log = pino({ level: 'silent' });

function version(number: number, pandas: string, state: 'ready' | 'archived') {
  const plain = buildVersion(number, { state });
  const packages = { 'scikit-learn': '1.9.1', numpy: '2.4.6', joblib: '1.6.0', pandas };
  return { ...plain, lineage: { ...plain.lineage, packages } };
}

describe('collecting serving environments', () => {
  const kept = version(1, '3.1.0', 'ready');
  const archived = version(2, '3.1.1', 'archived');

  async function used(running: string[]): Promise<string[]> {
    let found: string[] = [];
    const collector = new EnvironmentCollector({
      log,
      versions: () => [kept, archived],
      running: () => new Set(running),
      remove: async keys => {
        found = [...keys];
      }
    });
    await collector.collect();
    return found;
  }

  it('keeps those of versions that can still be promoted', async () => {
    expect(await used([])).toEqual([lockOf(kept).key]);
    expect(lockOf(archived).key).not.toBe(lockOf(kept).key);
  });

  it('keeps that of an archived version while it still serves', async () => {
    expect(await used([lockOf(archived).key])).toContain(lockOf(archived).key);
  });

  it('removes nothing where the versions cannot be read', async () => {
    let removed = false;
    const collector = new EnvironmentCollector({
      log,
      versions: () => {
        throw new Error('the database is locked');
      },
      running: () => new Set(),
      remove: async () => {
        removed = true;
      }
    });
    await collector.collect();
    expect(removed).toBe(false);
  });
});
