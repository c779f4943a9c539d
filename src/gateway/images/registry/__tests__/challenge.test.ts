import { parseChallenges } from '../challenge';

describe('what a registry asks for', () => {
  it('is read with its parameters', () => {
    expect(
      parseChallenges(
        'Bearer realm="https://auth.example/token",service="registry, \\"one\\"",scope="repository:a/b:pull,push" , error=insufficient_scope'
      )
    ).toEqual([
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.example/token',
          service: 'registry, "one"',
          scope: 'repository:a/b:pull,push',
          error: 'insufficient_scope'
        }
      }
    ]);
  });

  it('may be one of several, in one header or more', () => {
    const both = [
      { scheme: 'basic', parameters: { realm: 'x' } },
      { scheme: 'bearer', parameters: { realm: 'y' } }
    ];
    expect(parseChallenges('Basic realm="x", Bearer realm="y"')).toEqual(both);
    expect(parseChallenges(['Basic realm="x"', 'BEARER Realm=y'])).toEqual(both);
    expect(parseChallenges('Negotiate, Basic realm="x"')).toEqual([
      { scheme: 'negotiate', parameters: {} },
      both[0]
    ]);
  });

  it.each([[undefined], [''], [[]], ['="'], ['realm="x"'], [',,,']])(
    'is nothing in %p',
    header => {
      expect(parseChallenges(header)).toEqual([]);
    }
  );

  it('is read in no time however it is written', () => {
    const started = performance.now();
    parseChallenges(`Basic ${'a="'.repeat(20_000)}`);
    parseChallenges(`Bearer ${' '.repeat(50_000)}x`);
    parseChallenges(`Bearer x="${'\\'.repeat(50_001)}`);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
