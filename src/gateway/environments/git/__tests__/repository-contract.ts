import type { Actor } from '../../../../contract/identifier';
import { MAIN, type IGitRepository, type INewCommit } from '../port';

const ANNA: Actor = { name: 'Anna Müller', asserted: true };

export function buildCommit(parts: Partial<INewCommit> = {}): INewCommit {
  return {
    branch: MAIN,
    expected: null,
    parent: parts.expected ?? null,
    files: new Map([['environments/dev/a.yaml', 'a: 1\n']]),
    author: ANNA,
    subject: 'Say a',
    trailers: { Promotion: 'p-1' },
    ...parts
  };
}

/** What every Git repository must do, wherever it lies. `open` gives an empty one. */
export function describeRepository(open: () => Promise<IGitRepository>): void {
  let repository: IGitRepository;
  beforeEach(async () => {
    repository = await open();
  });

  test('begins without a branch', async () => {
    expect(await repository.head(MAIN)).toBeNull();
  });

  test('can be opened again without losing anything', async () => {
    const { id } = await repository.commit(buildCommit());
    await repository.open();
    expect(await repository.head(MAIN)).toBe(id);
  });

  test('keeps what was committed: files, author, message, trailers', async () => {
    const files = new Map([
      ['environments/dev/a.yaml', 'a: "ä\\n"\n'],
      ['environments/dev/empty.yaml', ''],
      ['other/b.txt', 'no end of line']
    ]);
    const { id, at } = await repository.commit(
      buildCommit({ files, body: 'Because.\n\nPromotion: forged' })
    );
    expect(await repository.read(id, 'environments')).toEqual(
      new Map([...files].slice(0, 2))
    );
    expect(await repository.read(id, 'other')).toEqual(new Map([...files].slice(2)));
    expect(await repository.log(id)).toEqual([
      {
        id,
        parents: [],
        author: 'Anna Müller',
        at,
        message: 'Say a\n\nBecause.\n\nPromotion: forged\n\nPromotion: p-1',
        trailers: { Promotion: 'p-1' },
        paths: [...files.keys()]
      }
    ]);
  });

  test('changes and removes only the files that a commit names', async () => {
    const first = await repository.commit(
      buildCommit({
        files: new Map([
          ['environments/a', '1'],
          ['environments/b', '1'],
          ['environments/c', '1']
        ])
      })
    );
    const second = await repository.commit(
      buildCommit({
        expected: first.id,
        files: new Map([
          ['environments/a', '2'],
          ['environments/b', null]
        ])
      })
    );
    expect(
      Object.fromEntries(await repository.read(second.id, 'environments'))
    ).toEqual({
      'environments/a': '2',
      'environments/c': '1'
    });
    expect((await repository.read(first.id, 'environments')).size).toBe(3);
    const [newest] = await repository.log(second.id, { limit: 1 });
    expect(newest.paths).toEqual(['environments/a', 'environments/b']);
  });

  test('never moves a branch that is not where it was expected', async () => {
    const first = await repository.commit(buildCommit());
    const second = await repository.commit(buildCommit({ expected: first.id }));
    for (const expected of [first.id, null]) {
      await expect(
        repository.commit(buildCommit({ expected, parent: first.id }))
      ).rejects.toMatchObject({ kind: 'conflict', body: { code: 'branch-moved' } });
    }
    expect(await repository.head(MAIN)).toBe(second.id);
  });

  test('lets exactly one of many commits from the same place land', async () => {
    const { id } = await repository.commit(buildCommit());
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => repository.commit(buildCommit({ expected: id })))
    );
    const landed = results.flatMap(result =>
      result.status === 'fulfilled' ? [result.value.id] : []
    );
    expect(landed).toEqual([await repository.head(MAIN)]);
  });

  test('finds a commit by its trailer, not by words that only look like it', async () => {
    const first = await repository.commit(buildCommit());
    const second = await repository.commit(
      buildCommit({
        expected: first.id,
        body: 'Promotion: p-1',
        trailers: { Promotion: 'p-10' }
      })
    );
    const trailer = { key: 'Promotion', value: 'p-1' };
    expect((await repository.log(second.id, { trailer })).map(({ id }) => id)).toEqual([
      first.id
    ]);
    expect(await repository.log(second.id, { trailer, after: first.id })).toEqual([]);
  });

  test('tells the history of one folder', async () => {
    const first = await repository.commit(buildCommit());
    const second = await repository.commit(
      buildCommit({
        expected: first.id,
        files: new Map([['environments/prod/x', '1']])
      })
    );
    const log = await repository.log(second.id, { folder: 'environments/dev' });
    expect(log.map(({ id }) => id)).toEqual([first.id]);
  });

  test('merges a branch in one commit with two parents, and keeps it when it is closed', async () => {
    const first = await repository.commit(buildCommit());
    const change = await repository.commit(
      buildCommit({
        branch: 'changes/1',
        parent: first.id,
        files: new Map([['b', '1']])
      })
    );
    const merged = await repository.commit(
      buildCommit({
        expected: first.id,
        merges: change.id,
        files: new Map([['b', '1']])
      })
    );
    const [newest] = await repository.log(merged.id, { limit: 1 });
    expect(newest).toMatchObject({ parents: [first.id, change.id], paths: ['b'] });
    await repository.closeBranch('changes/1');
    await repository.closeBranch('changes/1');
    expect(await repository.head('changes/1')).toBeNull();
    expect(await repository.has(change.id)).toBe(true);
    expect(await repository.isAncestor(change.id, merged.id)).toBe(true);
  });

  test.each(['--upload-pack=x', 'main', '0'.repeat(40), 'HEAD~1'])(
    'does not take %s for a commit',
    async revision => {
      await repository.commit(buildCommit());
      expect(await repository.has(revision)).toBe(false);
    }
  );

  test.each(['<>', '\n', 'Bob <evil@x> \n\nSigned: x', ''])(
    'commits for whoever it is told, even for %j',
    async name => {
      const { id } = await repository.commit(
        buildCommit({ author: { name, asserted: true } })
      );
      const [{ author, message }] = await repository.log(id);
      expect(author).not.toMatch(/[<>\n]|^$/);
      expect(message).toBe('Say a\n\nPromotion: p-1');
    }
  );
}
