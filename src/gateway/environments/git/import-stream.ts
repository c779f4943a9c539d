import type { Actor } from '../../../contract/identifier';
import { toName } from '../../../contract/name';
import { commitMessage } from './commit-message';
import type { INewCommit } from './port';

/** Who puts the commit into the repository, where that is not its author. */
export interface ICommitter {
  name: string;
  email: string;
  /** The acting name that is this person, too: their commits carry this mail as author. */
  actor?: string;
}

/**
 * One commit in the language of `git fast-import`; git answers with its id.
 *
 * @param reference Where it is made.
 * @param seconds Time of the commit since 1970.
 * @param committer The author where absent.
 */
export function importStream(
  commit: INewCommit,
  reference: string,
  seconds: number,
  committer?: ICommitter
): string {
  const { author, body, files, merges, parent, subject, trailers } = commit;
  const time = `${seconds} +0000`;
  const mail = committer?.actor === author.name ? committer.email : undefined;
  const by = identity(author, mail);
  const through = committer
    ? identity({ name: committer.name, asserted: true }, committer.email)
    : by;
  const changes = [...files].map(([path, content]) =>
    content === null
      ? `D ${quoted(path)}`
      : `M 100644 inline ${quoted(path)}\n${data(content)}`
  );
  return [
    `commit ${reference}`,
    'mark :1',
    `author ${by} ${time}`,
    `committer ${through} ${time}`,
    data(commitMessage(subject, body ?? '', trailers)),
    ...(parent ? [`from ${parent}`] : []),
    ...(merges ? [`merge ${merges}`] : []),
    ...changes,
    'get-mark :1',
    'done',
    ''
  ].join('\n');
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** Author and committer from who acts: Git itself need not be configured. */
function identity({ name }: Actor, mail?: string): string {
  // Git refuses angle brackets, line ends and a name without any letter.
  const plain = name.replace(/[<>\p{Cc}]/gu, ' ').trim();
  const shown = /[\p{L}\p{N}]/u.test(plain) ? plain : 'unknown';
  const email = /^[^\s@]+@[^\s@]+$/.test(shown)
    ? shown
    : `${toName(shown) || 'unknown'}@localhost`;
  return `${shown} <${mail?.replace(/[<>\s\p{Cc}]/gu, '') ?? email}>`;
}
