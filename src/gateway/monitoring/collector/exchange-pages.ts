import type { Database } from '../../store/database';
import type { Counts } from './exchange';

/** Characters of a page, unless one exchange alone has more. */
const PAGE_CHARACTERS = 512 * 1024;
/** Exchanges of a page at most: each is a row of a query. */
const PAGE_EXCHANGES = 500;

/** What a reader of the collector's database sees. */
export class ExchangePages {
  constructor(private readonly _database: Database) {}

  /** Which database it is, and from where to where its exchanges go. */
  span(): { epoch: string; oldest: number; newest: number } {
    const row = this._database.get(
      `SELECT
         (SELECT epoch FROM epoch) AS epoch,
         (SELECT min(number) FROM exchanges) AS oldest,
         (SELECT seq FROM sqlite_sequence WHERE name = 'exchanges') AS newest`
    );
    const newest = Number(row?.newest ?? 0);
    return {
      epoch: String(row?.epoch ?? ''),
      oldest: Number(row?.oldest ?? newest + 1),
      newest
    };
  }

  counts(): Counts {
    return Object.fromEntries(
      this._database
        .all('SELECT name, count FROM counts')
        .map(({ name, count }) => [String(name), Number(count)])
    );
  }

  /** The exchanges after a number as texts of JSON, oldest first; null where there are none. */
  after(number: number): { last: number; bodies: string[] } | null {
    const sizes = this._database.all(
      'SELECT number, length(body) AS size FROM exchanges WHERE number > ? ORDER BY number LIMIT ?',
      number,
      PAGE_EXCHANGES
    );
    let left = PAGE_CHARACTERS;
    const over = sizes.findIndex(({ size }, index) => {
      left -= Number(size);
      return left < 0 && index > 0;
    });
    const last = Number(sizes.at(over < 0 ? -1 : over - 1)?.number ?? number);
    const bodies = this._database
      .all(
        'SELECT body FROM exchanges WHERE number > ? AND number <= ? ORDER BY number',
        number,
        last
      )
      .map(({ body }) => String(body));
    return bodies.length === 0 ? null : { last, bodies };
  }
}
