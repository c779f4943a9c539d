import type { IGitCommit } from './port';

/** Subject, body and trailers as one message; the trailers are the last paragraph, whatever the body says. */
export function commitMessage(
  subject: string,
  body: string,
  trailers: Record<string, string>
): string {
  const lines = Object.entries(trailers).map(
    ([key, value]) => `${key}: ${value.replace(/\s+/g, ' ').trim()}`
  );
  return [subject.replace(/\s+/g, ' ').trim(), body.trim(), lines.join('\n')]
    .filter(part => part !== '')
    .join('\n\n');
}

/** The trailers of a message: a last paragraph of nothing but `Key: value` lines, after a subject. */
export function trailersOf(message: string): Record<string, string> {
  const paragraphs = message.trim().split(/\n\s*\n/);
  const lines = (paragraphs.at(-1) ?? '').split('\n');
  const pairs = lines.map(line => /^([A-Za-z][A-Za-z0-9-]*): (.+)$/.exec(line));
  if (paragraphs.length < 2 || pairs.some(pair => pair === null)) {
    return {};
  }
  return Object.fromEntries(pairs.flatMap(pair => (pair ? [[pair[1], pair[2]]] : [])));
}

const FIELD = '\u001f';
const RECORD = '\u001e';

/** What `git log` is asked to print; {@link parseLog} reads it. */
export const LOG_FORMAT = `--format=${RECORD}${['%H', '%P', '%an', '%cI', '%B', ''].join(FIELD)}`;

export function parseLog(output: string): IGitCommit[] {
  return output
    .split(RECORD)
    .slice(1)
    .map(record => {
      const [id, parents, author, at, ...rest] = record.split(FIELD);
      const paths = rest.pop() ?? '';
      const message = rest.join(FIELD).trim();
      return {
        id,
        parents: parents.split(' ').filter(parent => parent !== ''),
        author,
        at: new Date(at).toISOString(),
        message,
        trailers: trailersOf(message),
        paths: paths.split('\n').filter(path => path !== '')
      };
    });
}
