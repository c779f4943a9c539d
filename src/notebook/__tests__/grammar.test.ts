import { execFileSync } from 'node:child_process';

describe('the tables of the parser', () => {
  it('are those of the grammar (`jlpm build:grammar`)', () => {
    const script = ['config/python-grammar.mjs', '--check'];
    expect(execFileSync(process.execPath, script, { encoding: 'utf8' })).toBe('');
    // Making the tables takes seconds on a busy machine
  }, 120_000);
});
