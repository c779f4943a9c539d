/** What a registry asks for before it answers (RFC 9110, 11.6.1). */
export interface IChallenge {
  /** In small letters: `basic`, `bearer`. */
  scheme: string;
  /** Names in small letters. */
  parameters: Record<string, string>;
}

/** No registry asks at greater length. */
const LONGEST = 8192;

const SCHEME = /^[\s,]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?=\s|,|$)(?!\s*=)/;
const PARAMETER =
  /^[\s,]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/;

/** Reads `WWW-Authenticate` headers; what cannot be read is left out. */
export function parseChallenges(
  header: string | readonly string[] | undefined
): IChallenge[] {
  const texts =
    header === undefined ? [] : typeof header === 'string' ? [header] : header;
  return texts.flatMap(text => parseHeader(text.slice(0, LONGEST)));
}

function parseHeader(header: string): IChallenge[] {
  const challenges: IChallenge[] = [];
  let rest = header;
  while (rest !== '') {
    const parameter = PARAMETER.exec(rest);
    const current = challenges.at(-1);
    if (parameter && current) {
      const [all, name, quoted, plain] = parameter;
      current.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain;
      rest = rest.slice(all.length);
      continue;
    }
    const scheme = SCHEME.exec(rest);
    if (!scheme) {
      break;
    }
    challenges.push({ scheme: scheme[1].toLowerCase(), parameters: {} });
    rest = rest.slice(scheme[0].length);
  }
  return challenges;
}
