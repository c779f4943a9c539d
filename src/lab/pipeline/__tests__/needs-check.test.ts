import { connectable, disconnectAll } from '../../__tests__/connected';
import type { Conversion, Need } from '../../../contract/pipeline';
import { NeedsCheck } from '../needs-check';

afterEach(disconnectAll);

const NEED: Need = {
  kind: 'file',
  name: 'x.csv',
  cell: 2,
  id: 'c2',
  line: 1,
  column: 1
};
const MISSING = {
  need: NEED,
  diagnostic: {
    cell: 2,
    id: 'c2',
    line: 1,
    column: 1,
    code: 'file-missing',
    severity: 'warning' as const,
    message: 'The file x.csv is not there.'
  }
};

function conversion(...needs: Need[]): Conversion {
  return { pipeline: null, diagnostics: [], needs, searchPath: ['..'] };
}

describe('what a notebook needs', () => {
  it('is looked for where the notebook runs, once for the same needs', async () => {
    const { server, gateway, connect } = connectable();
    server.on('checkNeeds', { missing: [MISSING] });
    await connect();
    const told = jest.fn();
    const check = new NeedsCheck(gateway, told);
    expect(check.missing(conversion(NEED))).toEqual([]);
    await check.look('a.ipynb', 'python3', conversion(NEED));
    await check.look('a.ipynb', 'python3', conversion(NEED));
    expect(server.calls('checkNeeds').map(({ body }) => body)).toEqual([
      { notebook: 'a.ipynb', kernel: 'python3', needs: [NEED], searchPath: ['..'] }
    ]);
    expect(told).toHaveBeenCalledTimes(1);
    expect(check.missing(conversion(NEED))).toEqual([MISSING.diagnostic]);
  });

  it('is said at the place where it stands now', async () => {
    const { server, gateway, connect } = connectable();
    server.on('checkNeeds', { missing: [MISSING] });
    await connect();
    const check = new NeedsCheck(gateway, () => undefined);
    await check.look('a.ipynb', 'python3', conversion(NEED));
    const moved = { ...NEED, cell: 3, line: 7 };
    expect(check.missing(conversion(moved))[0]).toMatchObject({ cell: 3, line: 7 });
    expect(check.missing(conversion())).toEqual([]);
  });

  it('is not said to be missing where nobody can look', async () => {
    const { server, gateway } = connectable();
    const check = new NeedsCheck(gateway, () => undefined);
    await check.look('a.ipynb', 'python3', conversion(NEED));
    expect(server.calls('checkNeeds')).toEqual([]);
    expect(check.missing(conversion(NEED))).toEqual([]);
  });
});
