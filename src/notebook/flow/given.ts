import type { IGiven } from '../library/random';
import type { ICall } from '../python/value';

/** A call's arguments as far as randomness depends on them; `**options` may hold a seed. */
export function givenOf(call: ICall): IGiven[] {
  return call.args.map(({ keyword, spread, value }) => {
    const constant = value.t === 'const' ? value : null;
    return {
      keyword,
      spread: spread === true,
      none: constant?.word === 'None',
      word: constant?.text ?? constant?.word ?? null
    };
  });
}
